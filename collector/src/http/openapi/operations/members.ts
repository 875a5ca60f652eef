import { z } from 'zod';
import { question } from '../operation.ts';
import { PAGE, PAST, SEGMENT_ID } from '../parameters.ts';
import {
  ChangePage,
  CountOf,
  EitherMemberPage,
  Forecast,
  History,
  Near,
  Overlap,
} from '../schemas/segments.ts';

const tag = 'Members';

export const listMembers = question('read', {
  id: 'listMembers',
  tag,
  summary: 'Who is in a segment, or was',
  description:
    'The newest entry first. Pages about the past may hold none and have a `next`. As CSV and NDJSON the list goes on to its end, or to `limit`.',
  path: SEGMENT_ID,
  query: {
    ...PAST,
    ...PAGE,
    format: {
      description: 'How the list is written.',
      schema: z.enum(['json', 'csv', 'ndjson']).default('json'),
    },
  },
  answers: {
    200: {
      description: 'A page of members, or all of them as rows.',
      json: EitherMemberPage,
      text: {
        'text/csv': 'One row a member, with a head.',
        'application/x-ndjson': 'One member a line.',
      },
    },
  },
  problems: ['not_found', 'invalid_request'],
});

export const countMembers = question('read', {
  id: 'countMembers',
  tag,
  summary: 'How many are in a segment, or were',
  path: SEGMENT_ID,
  query: PAST,
  answers: { 200: { description: 'The number.', json: CountOf } },
  problems: ['not_found', 'invalid_request'],
});

export const listChanges = question('read', {
  id: 'listChanges',
  tag,
  summary: 'Who entered and left, the last recorded first',
  path: SEGMENT_ID,
  query: PAGE,
  answers: { 200: { description: 'A page of changes.', json: ChangePage } },
  problems: ['not_found', 'invalid_request'],
});

const day = z.string();

export const tellHistory = question('read', {
  id: 'tellHistory',
  tag,
  summary: 'Size, entries and leaves of every day',
  path: SEGMENT_ID,
  query: {
    from: { description: 'The first day; 30 days before the last, if absent.', schema: day },
    to: { description: 'The last day; today, if absent.', schema: day },
    by: { description: 'Days are all there is.', schema: z.enum(['day']).default('day') },
  },
  answers: { 200: { description: 'Every day asked for, the oldest first.', json: History } },
  problems: ['not_found', 'invalid_request'],
});

export const listNear = question('read', {
  id: 'listNear',
  tag,
  summary: 'Whom one more event would make members',
  path: SEGMENT_ID,
  query: PAGE,
  answers: { 200: { description: 'A page of people.', json: Near } },
  problems: ['not_found', 'invalid_request'],
});

export const tellOverlap = question('read', {
  id: 'tellOverlap',
  tag,
  summary: 'How many are in both of two segments',
  description: 'Without `a` and `b` it is the segment whose id is `overlap`.',
  query: {
    a: { description: 'The id of a segment.', schema: z.string(), required: true },
    b: { description: 'The id of another.', schema: z.string(), required: true },
  },
  answers: { 200: { description: 'Three numbers.', json: Overlap } },
  problems: ['not_found'],
});

export const tellForecast = question('read', {
  id: 'tellForecast',
  tag,
  summary: 'The size within the next seven days if nobody does anything more',
  path: SEGMENT_ID,
  answers: { 200: { description: 'Now and after each of seven days.', json: Forecast } },
  problems: ['not_found'],
});
