// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { type App, createApp } from 'vue';
import type { Inkling, Options } from '../index.ts';
import { newSite, type SiteEvents } from '../testing/site.ts';
import { inklingPlugin, useInkling } from './vue.ts';

/** Read by the compiler alone: each line that is to be refused says so, and fails if it is not. */
export function misuse(app: App): void {
  const typed = useInkling<SiteEvents, { readonly plan: string }>();
  typed.track('Plan Chosen', { plan: 'pro' });
  typed.identify('ada', { plan: 'pro' });
  // @ts-expect-error: no event of this site
  typed.track('Plan Chose', { plan: 'pro' });
  // @ts-expect-error: a property is missing
  typed.track('Plan Chosen');
  // @ts-expect-error: no trait of this site
  typed.identify('ada', { plam: 'pro' });
  useInkling().track('Anything', { of: 'any shape' });
  app.use(inklingPlugin, { writeKey: 'wk', host: 'https://in.example' });
  // @ts-expect-error: where to send to must be said
  app.use(inklingPlugin, { writeKey: 'wk' });
}

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

/** An app whose one component hands out what it is given, mounted on a page. */
function mount(options: Options | undefined, read: (inkling: Inkling) => void): void {
  const app = createApp({
    setup: () => {
      read(useInkling());
      return () => 'Read';
    },
  });
  if (options) app.use(inklingPlugin, options);
  app.mount(document.createElement('div'));
  undo.push(() => app.unmount());
}

test('apps of a page share one recording', () => {
  const { begun, options } = newSite();
  const read = new Set<Inkling>();
  for (const _ of ['one', 'other']) mount(options(), (inkling) => read.add(inkling));
  expect(begun).toHaveBeenCalledTimes(1);
  expect(read.size).toBe(1);
});

test('another site is another recording', () => {
  const [one, other] = [newSite(), newSite()];
  for (const { options } of [one, other]) mount(options(), () => {});
  expect(one.begun).toHaveBeenCalledTimes(1);
  expect(other.begun).toHaveBeenCalledTimes(1);
});

test('without the plugin, and outside of an app, it is said what is missing', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  undo.push(() => warn.mockRestore());
  const missing = 'outside of an app that uses inklingPlugin';
  expect(() => mount(undefined, () => {})).toThrow(missing);
  warn.mockClear();
  expect(() => useInkling()).toThrow(missing);
  expect(warn).not.toHaveBeenCalled();
});

test('a guard of a router may report', () => {
  const app = createApp({});
  app.use(inklingPlugin, newSite().options());
  expect(app.runWithContext(() => useInkling().consent())).toBe('pending');
});
