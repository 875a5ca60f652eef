import { z } from 'zod';
import { open, type Parameter } from '../operation.ts';
import { Batch, Brought, ClientSettings, Decided, Single } from '../schemas/wire.ts';

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

/** The one that also takes files. */
export const takeImport = open(
  {
    ...taken,
    id: 'import',
    summary: 'Bring in a file of past events or of traits',
    description:
      'CSV or NDJSON of any length, read as it arrives; it takes a secret key with the role `admin` or a session of such a one. Rows that are good are stored, whatever is wrong with others. Sent again, it changes nothing. A body of any other type is a batch, as at `/v1/batch`.',
    query: {
      ...taken.query,
      dryRun: {
        description: 'Say what would become of the file, and store nothing.',
        schema: z.enum(['true', 'false']),
      },
    },
    body: {
      schema: Batch,
      text: {
        'text/csv':
          'UTF-8, with a header: `type`, `event`, `userId`, `timestamp`, `traits.plan`, …',
        'application/x-ndjson': 'One event a line, as in a batch.',
      },
    },
    answers: { 200: { description: 'What became of each row or event.', json: Brought } },
    problems: [...taken.problems, 'invalid_request'],
  },
  [{ secretKey: [] }, { session: [] }, ...WRITE_KEY],
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
