import { z } from 'zod';
import { open, type Parameter } from '../operation.ts';
import { Batch, ClientSettings, Decided, Single, Taken } from '../schemas/wire.ts';

const tag = 'Ingest';

/** The key in any of the places where clients put it; the body is the sixth and has no scheme. */
const WRITE_KEY = [
  { writeKeyBasic: [] },
  { writeKeyBearer: [] },
  { writeKeyQuery: [] },
  { writeKeyHeader: [] },
  {},
];

const debug: Parameter = {
  description: 'Also list the memberships that this request changed.',
  schema: z.string(),
};

const taken = {
  tag,
  query: { debug },
  headers: { 'X-Debug': debug },
  answers: {
    200: { description: 'All is decided. What was not accepted is listed.', json: Decided },
  },
  problems: [
    ...(['missing_key', 'unknown_key', 'forbidden', 'secret_key_exposed'] as const),
    ...(['origin_not_allowed', 'invalid_batch'] as const),
    ...(['too_many_events', 'rate_limited', 'busy', 'unavailable'] as const),
  ],
} as const;

/** @param path - Where; the first of several that are the same is the one to use. */
export function takeBatch(path: string) {
  const id = path === '/v1/batch' ? 'sendBatch' : undefined;
  const operation = { ...taken, summary: 'Send events', body: { schema: Batch } };
  return open({ ...operation, ...(id && { id }) }, WRITE_KEY);
}

/** Batches come here as well as files: what it is says the media type. */
export const takeImport = open(
  {
    ...taken,
    id: 'importRows',
    summary: 'Bring past events or facts about people, a row each',
    description:
      'A file takes a key of the role admin, in a header. What is sent as JSON is a batch, as for `/v1/batch`.',
    query: {
      debug,
      dryRun: {
        description: 'Of a file: store nothing, and say what would be.',
        schema: z.string(),
      },
      timestamp: {
        description: 'Of a file: when rows happened that say nothing of it; now if absent.',
        schema: z.string(),
      },
    },
    body: {
      schema: Batch,
      text: {
        'text/csv': 'The first line names the columns.',
        'application/x-ndjson': 'An event a line, as in a batch.',
      },
    },
    answers: {
      200: {
        description: 'All is decided. What was not accepted is listed.',
        json: Taken,
      },
    },
    problems: [...taken.problems, 'invalid_request'],
  },
  WRITE_KEY,
);

export function takeSingle(type: string) {
  const summary = `Send one ${type} call`;
  return open({ ...taken, summary, body: { schema: Single } }, WRITE_KEY);
}

export const clientSettings = open({
  id: 'clientSettings',
  tag,
  summary: 'What Segment’s analytics.js asks for before it sends',
  path: { writeKey: 'The write key.' },
  answers: { 200: { description: 'Send here, load nothing.', json: ClientSettings } },
  problems: ['unknown_key', 'secret_key_exposed'],
});
