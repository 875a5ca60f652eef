'use client';

import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react';
import type { EventMap, Inkling, Options } from '../api.ts';
import { inklingOnce } from './once.ts';

/** Either what to make it from, or one that the app has made itself. */
export type InklingProviderProps = { readonly children?: ReactNode } & (
  | { readonly options: Options; readonly inkling?: never }
  | { readonly inkling: Inkling; readonly options?: never }
);

const InklingContext = createContext<Inkling | undefined>(undefined);

/**
 * Begins to record the page, and gives what is below it the means to report with {@link useInkling}.
 * However often it is rendered, also in strict mode, a page is recorded once, with the options of the
 * first time. On a server it only renders what is below it.
 */
export function InklingProvider(props: InklingProviderProps): ReactElement {
  const value = props.inkling ?? inklingOnce(props.options);
  return createElement(InklingContext.Provider, { value }, props.children);
}

/**
 * What the nearest provider gives.
 *
 * @typeParam Events - Names and properties of the site's events: others do not compile.
 * @typeParam Traits - What is known of users.
 * @throws Where there is no provider: silence would look like a page on which nothing happens.
 */
export function useInkling<
  Events extends { readonly [Name in keyof Events]: object } = EventMap,
  Traits extends object = object,
>(): Inkling<Events, Traits>;
export function useInkling(): Inkling {
  const inkling = useContext(InklingContext);
  if (inkling) return inkling;
  throw new Error('useInkling() was called outside of <InklingProvider>.');
}
