import type { Inkling, Options } from '../api.ts';
import { createInkling } from '../index.ts';

/** Those of the page, by what makes them different: where they send to, and for which site. */
const made = new Map<string, Inkling>();

/**
 * What `createInkling` makes, once for a page: frameworks render a component twice to test it, throw
 * renderings away, and load the modules of an app anew while they are edited. The first options count.
 * A server remembers nothing, since it may render for any number of sites.
 */
export function inklingOnce(options: Options): Inkling {
  const { host, path, writeKey } = options;
  const key = JSON.stringify([host, path, writeKey]);
  const inkling = made.get(key) ?? createInkling(options);
  if ('document' in globalThis) made.set(key, inkling);
  return inkling;
}
