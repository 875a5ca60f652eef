import type { SegmentAnswer } from '../../src/query/answers.ts';
import type { Outcome } from './api.ts';

/** What the reader chose for the parameters of a ready-made segment; what is left out has its default. */
export type Chosen = { readonly [name: string]: string | number };

/** Makes a segment of the catalogue's entry `id`. */
export type Install = (id: string, chosen: Chosen) => Promise<Outcome<SegmentAnswer>>;
