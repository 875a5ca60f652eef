// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import type { SiteEvents } from '../testing/site.ts';
import inkling from './astro.ts';

afterEach(() => {
  vi.resetModules();
  vi.unstubAllGlobals();
});

/** Read by the compiler alone: each line that is to be refused says so, and fails if it is not. */
export async function misuse(): Promise<void> {
  const { useInkling } = await import('./astro-page.ts');
  // @ts-expect-error: no event of this site
  useInkling<SiteEvents>().track('Plan Chose', { plan: 'pro' });
  // @ts-expect-error: a config cannot hand a function to the browser
  inkling({ writeKey: 'wk', host: 'https://in.example', beforeSend: () => null });
  // @ts-expect-error: it must be said where to send to
  inkling({ writeKey: 'wk' });
}

test('pages and islands begin with the options of the config', () => {
  const injected: [stage: string, code: string][] = [];
  inkling({ writeKey: 'wk "1"', host: 'https://in.example' }).hooks['astro:config:setup']({
    injectScript: (...each) => injected.push(each),
  });
  const code =
    `import { recordPage } from '@inkling/sdk/astro/page'; ` +
    `recordPage({"writeKey":"wk \\"1\\"","host":"https://in.example"});`;
  expect(injected).toEqual([
    ['page', code],
    ['before-hydration', code],
  ]);
});

test('all scripts of a page share what the integration has begun', async () => {
  const { recordPage, useInkling } = await import('./astro-page.ts');
  const options = { writeKey: 'wk', host: 'https://in.example', consent: 'opt-in' } as const;
  recordPage(options);
  const first = useInkling();
  recordPage({ ...options });
  expect(useInkling()).toBe(first);
  expect(first.consent()).toBe('pending');
});

test('without the integration, it is said what is missing', async () => {
  const { useInkling } = await import('./astro-page.ts');
  expect(() => useInkling()).toThrow('without the integration');
});

test('what is rendered on a server may ask too, and nothing is recorded', async () => {
  vi.stubGlobal('document', undefined);
  Reflect.deleteProperty(globalThis, 'document');
  const { useInkling } = await import('./astro-page.ts');
  expect(useInkling().ids()).toEqual({});
});
