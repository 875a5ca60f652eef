import type { Options } from '../api.ts';

/** Options that a server or a build can hand to the browser: all but those that are code. */
export type PlainOptions = Omit<Options, 'address' | 'beforeSend' | 'plugins'>;
