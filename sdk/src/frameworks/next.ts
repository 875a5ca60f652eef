'use client';

import { createElement, type ReactElement, type ReactNode } from 'react';
import type { PlainOptions } from './plain.ts';
import * as react from './react.ts';

export type { PlainOptions } from './plain.ts';

export interface InklingProviderProps {
  readonly options: PlainOptions;
  readonly children?: ReactNode;
}

/**
 * The provider of React for the layout of an App Router, which is rendered on the server: it begins to
 * record in the browser, and what is below it may go on being rendered on the server. An app whose
 * options are code puts the provider of React into a client component of its own.
 */
export function InklingProvider({ options, children }: InklingProviderProps): ReactElement {
  return createElement(react.InklingProvider, { options }, children);
}

/** The same as with React alone. */
export const useInkling: typeof react.useInkling = react.useInkling;
