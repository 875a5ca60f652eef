// @vitest-environment happy-dom
import { act, createElement, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { createInkling, type Inkling, type Options } from '../index.ts';
import { newSite, type SiteEvents } from '../testing/site.ts';
import { InklingProvider, useInkling } from './react.ts';

Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);

/** Read by the compiler alone: each line that is to be refused says so, and fails if it is not. */
export function Misuse(): ReactNode {
  const options: Options = { writeKey: 'wk', host: 'https://in.example' };
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
  const inkling = createInkling<SiteEvents>(options);
  createElement(InklingProvider, { options });
  createElement(InklingProvider, { inkling });
  // @ts-expect-error: one of the two must be there
  createElement(InklingProvider, {});
  // @ts-expect-error: and not both of them
  return createElement(InklingProvider, { options, inkling });
}

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

/** Renders into a page, as an app does. */
async function render(node: ReactNode): Promise<void> {
  const root = createRoot(document.createElement('div'));
  undo.push(() => act(() => root.unmount()));
  await act(async () => root.render(node));
}

/** Hands out what it is given. */
function Reader({ read }: { readonly read: (inkling: Inkling) => void }): ReactNode {
  read(useInkling());
  return 'Read';
}

test('a page is recorded once, however often its provider is rendered', async () => {
  const { begun, options } = newSite();
  const read = new Set<Inkling>();
  const app = () =>
    createElement(
      StrictMode,
      null,
      createElement(
        InklingProvider,
        { options: options() },
        createElement(Reader, { read: (inkling) => read.add(inkling) }),
      ),
    );
  await render(app());
  await render(app());
  expect(begun).toHaveBeenCalledTimes(1);
  expect(read.size).toBe(1);
});

test('another site is another recording', async () => {
  const [one, other] = [newSite(), newSite()];
  await render(createElement(InklingProvider, { options: one.options() }));
  await render(createElement(InklingProvider, { options: other.options() }));
  expect(one.begun).toHaveBeenCalledTimes(1);
  expect(other.begun).toHaveBeenCalledTimes(1);
});

test('what the app has made itself is handed on as it is', async () => {
  const inkling = createInkling<SiteEvents>(newSite().options());
  const read = vi.fn();
  await render(createElement(InklingProvider, { inkling }, createElement(Reader, { read })));
  expect(read).toHaveBeenCalledWith(inkling);
});

test('outside of a provider, the hook says what is missing', async () => {
  const reader = render(createElement(Reader, { read: () => {} }));
  await expect(reader).rejects.toThrow('outside of <InklingProvider>');
});
