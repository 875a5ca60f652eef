import type { EventMap, Inkling, Options } from './api.ts';
import { start } from './start.ts';

export type { Consent, EventMap, Ids, Inkling, Options, Plugin } from './api.ts';

/** What a server gets, which renders pages for nobody in particular. */
const NOWHERE: Inkling = {
  page: () => {},
  track: () => {},
  identify: () => {},
  group: () => {},
  alias: () => {},
  reset: () => {},
  optIn: () => {},
  optOut: () => {},
  consent: () => 'pending',
  flush: () => Promise.resolve(),
  ids: () => ({}),
};

/**
 * Begins to record the page that it is called on: views and forms by themselves, the rest as it is
 * told. Call it once. Where there is no page, as on a server, what it returns does nothing.
 *
 * @typeParam Events - Names and properties of the site's events: others do not compile.
 * @typeParam Traits - What is known of users.
 */
export function createInkling<
  Events extends { readonly [Name in keyof Events]: object } = EventMap,
  Traits extends object = object,
>(options: Options): Inkling<Events, Traits>;
export function createInkling(options: Options): Inkling {
  return 'document' in globalThis ? start(options).inkling : NOWHERE;
}
