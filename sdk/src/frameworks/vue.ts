import { type App, hasInjectionContext, type InjectionKey, inject } from 'vue';
import type { EventMap, Inkling, Options } from '../api.ts';
import { inklingOnce } from './once.ts';

/** Of the registry of symbols, so that two copies of this module find each other's. */
const KEY: InjectionKey<Inkling> = Symbol.for('inkling');

/** `app.use(inklingPlugin, options)`. */
export interface InklingPlugin {
  install(app: App, options: Options): void;
}

/**
 * Begins to record the page, and gives the components of the app the means to report with
 * {@link useInkling}. Several apps on a page share one recording, with the options of the first. On a
 * server nothing is recorded.
 */
export const inklingPlugin: InklingPlugin = {
  install: (app, options) => {
    app.provide(KEY, inklingOnce(options));
  },
};

/**
 * What the plugin gives; to be called where `inject` may be: in `setup`, in guards of the router.
 *
 * @typeParam Events - Names and properties of the site's events: others do not compile.
 * @typeParam Traits - What is known of users.
 * @throws Where there is no plugin: silence would look like a page on which nothing happens.
 */
export function useInkling<
  Events extends { readonly [Name in keyof Events]: object } = EventMap,
  Traits extends object = object,
>(): Inkling<Events, Traits>;
export function useInkling(): Inkling {
  const inkling = hasInjectionContext() ? inject(KEY, undefined) : undefined;
  if (inkling) return inkling;
  throw new Error('useInkling() was called outside of an app that uses inklingPlugin.');
}
