import type { EventMap, Inkling, Options, Plugin } from '../api.ts';
import { pages } from '../capture/pages.ts';
import { createInkling } from '../index.ts';
import { inklingOnce } from './once.ts';
import type { PlainOptions } from './plain.ts';

let current: Inkling | undefined;

/** Begins to record the page. The integration calls it on each; once they are the same page, the first counts. */
export function recordPage(options: PlainOptions): void {
  current = inklingOnce({ ...options, pages: false, plugins: [routesOf(options)] });
}

/**
 * What records the page; on a server it does nothing.
 *
 * @typeParam Events - Names and properties of the site's events: others do not compile.
 * @typeParam Traits - What is known of users.
 * @throws Where the integration is missing: silence would look like a page on which nothing happens.
 */
export function useInkling<
  Events extends { readonly [Name in keyof Events]: object } = EventMap,
  Traits extends object = object,
>(): Inkling<Events, Traits>;
export function useInkling(): Inkling {
  if (current) return current;
  if (!('document' in globalThis)) return createInkling({ writeKey: '', host: '' });
  throw new Error('useInkling() was called without the integration of @inkling/sdk/astro.');
}

/**
 * Reports views of pages as everywhere, and looks once more when the client router has changed them: it
 * takes hold of `history.pushState` before anybody can listen in, so that browsers without the
 * Navigation API would tell nothing.
 */
function routesOf({ pages: isOn }: Options): Plugin {
  return (inkling, { pages: _, ...options }, adopt) => {
    const look = pages(inkling, isOn === undefined ? options : { ...options, pages: isOn }, adopt);
    document.addEventListener('astro:after-swap', () => look?.(false));
    return look;
  };
}
