import { z } from 'zod';
import type { Parameter } from './operation.ts';
import { Mode } from './schemas/common.ts';

/** Parameters that several operations share. */
export const PAGE: Readonly<Record<'limit' | 'cursor', Parameter>> = {
  limit: {
    description: 'How many at most.',
    schema: z.int().min(1).max(500).default(50),
  },
  cursor: {
    description: 'The `next` of the page before.',
    schema: z.string(),
  },
};

/** When, and how the past is meant. */
export const PAST: Readonly<Record<'at' | 'mode', Parameter>> = {
  at: {
    description: 'An instant that is past, ISO 8601; now, if absent.',
    schema: z.string(),
  },
  mode: {
    description: '`known`: as it was known then. `true`: as it is known now to have been.',
    schema: Mode.default('known'),
  },
};

export const SEGMENT_ID = { id: 'The segment’s id.' };
export const PERSON_ID = { id: 'Any id of the person: user id, anonymous id or profile id.' };
