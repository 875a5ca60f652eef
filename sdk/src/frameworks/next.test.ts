import { createElement, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Options } from '../index.ts';
import type { SiteEvents } from '../testing/site.ts';
import { InklingProvider, useInkling } from './next.ts';

const options: Options = { writeKey: 'wk', host: 'https://in.example' };

/** Read by the compiler alone: each line that is to be refused says so, and fails if it is not. */
export function Misuse(): ReactNode {
  // @ts-expect-error: no event of this site
  useInkling<SiteEvents>().track('Plan Chose', { plan: 'pro' });
  // @ts-expect-error: a server cannot hand on a function
  createElement(InklingProvider, { options: { ...options, plugins: [] } });
  // @ts-expect-error: nor this one
  createElement(InklingProvider, { options: { ...options, address: (href: string) => href } });
  // @ts-expect-error: it must be said where to send to
  return createElement(InklingProvider, { options: { writeKey: 'wk' } });
}

test('what is below the provider is rendered, and may ask for what it gives', () => {
  const Reader = () => `Consent is ${useInkling().consent()}`;
  const html = renderToString(createElement(InklingProvider, { options }, createElement(Reader)));
  expect(html).toBe('Consent is pending');
});
