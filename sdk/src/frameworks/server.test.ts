import { createElement } from 'react';
import { renderToString as renderReact } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { createSSRApp } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';
import type { Inkling } from '../index.ts';
import * as react from './react.ts';
import * as vue from './vue.ts';

const begun = vi.fn(() => undefined);
const options = { writeKey: 'wk', host: 'https://in.example', plugins: [begun] };

/** What a component may do as it is rendered. */
function report(inkling: Inkling): string {
  inkling.track('Rendered');
  inkling.identify('ada');
  return `Consent is ${inkling.consent()}`;
}

test('a server renders with React, and nothing is recorded', () => {
  const Reader = () => report(react.useInkling());
  const html = renderReact(
    createElement(react.InklingProvider, { options }, createElement(Reader)),
  );
  expect(html).toBe('Consent is pending');
  expect(begun).not.toHaveBeenCalled();
});

test('a server renders with Vue, and nothing is recorded', async () => {
  const app = createSSRApp({
    setup: () => {
      const said = report(vue.useInkling());
      return () => said;
    },
  });
  app.use(vue.inklingPlugin, options);
  expect(await renderVue(app)).toContain('Consent is pending');
  expect(begun).not.toHaveBeenCalled();
});
