import { setTimeout as pause } from 'node:timers/promises';
import { EVENTS_PER_BATCH_MAX } from '@inkling/sdk/protocol';
import type { Context } from 'hono';
import type { Column } from '../ingest/heading.ts';
import type { RequestFacts } from '../ingest/normalize.ts';
import { type ParsedElement, parseEvent, type Surroundings } from '../ingest/parse-event.ts';
import { NOTHING } from '../ingest/parse-object.ts';
import { isObject } from '../ingest/parse-text.ts';
import { parseInstant } from '../instant.ts';
import type { Keys } from '../store/keys.ts';
import { readBytes } from './body.ts';
import { readable } from './cors.ts';
import { FileProblem, type RowsFormat } from './import-file.ts';
import { type Row, rowsOf } from './import-rows.ts';
import { ImportTally } from './import-tally.ts';
import { type Judged, judge } from './ingest-answer.ts';
import { isOn, NO_SENDER, refuse, type WriteDeps, type Written, write } from './ingest-write.ts';
import { messageIdOf } from './message-id.ts';
import type { Problem } from './problem.ts';
import { findSender } from './write-key.ts';

export interface ImportDeps extends WriteDeps {
  readonly clock: () => number;
  readonly keys: Pick<Keys, 'sender'>;
  readonly retentionMs: number;
}

/** Of a file as it is sent; a larger one is sent in parts. */
export const IMPORT_BYTES_MAX = 32 * 1024 * 1024;

/** Whether the body has rows, by its media type; nothing where it has not. */
export function rowsFormatOf(request: Request): RowsFormat | undefined {
  const type = /^[^;\s]*/.exec(request.headers.get('Content-Type') ?? '')?.[0].toLowerCase();
  switch (type) {
    case 'text/csv':
      return 'csv';
    case 'application/x-ndjson':
    case 'application/ndjson':
    case 'application/jsonl':
      return 'ndjson';
    default:
      return undefined;
  }
}

/**
 * Takes a file of past events or of facts about people, a row each, as if each had come by the doors
 * for events. What is good is stored and what is not is told by its line; the same file once more
 * changes nothing. Rows are decided in batches, at the pace of the disk.
 */
export async function importRows(
  c: Context,
  deps: ImportDeps,
  format: RowsFormat,
): Promise<Response> {
  const found = findSender(c.req.raw, undefined, deps.keys.sender);
  if (typeof found === 'string') return refuse(c, NO_SENDER[found]);
  const { sender } = found;
  if (sender.role !== 'admin') return refuse(c, FOR_ADMINS);
  const at = c.req.query('timestamp');
  if (at !== undefined && parseInstant(at) === undefined) return refuse(c, NO_INSTANT);
  const body = await readBytes(c.req.raw, IMPORT_BYTES_MAX);
  if (!body.ok) return refuse(c, body.problem);

  const receivedAtMs = deps.clock();
  const facts = { receivedAtMs, retentionMs: deps.retentionMs, deriveMessageId: messageIdOf };
  const isDry = isOn(c.req.query('dryRun'));
  const tally = new ImportTally(isDry);
  const headed = (columns: readonly Column[]) => {
    tally.columns = columns;
  };
  try {
    for await (const rows of inBatches(
      rowsOf(body.content, format, headed),
      EVENTS_PER_BATCH_MAX,
    )) {
      const judged = judgeRows(rows, facts, at);
      const written: Written = isDry
        ? NOTHING_WRITTEN
        : await writePatiently(deps, {
            ...{ site: sender.id, key: sender.key, receivedAtMs, lost: {}, debug: false },
            ...{ events: judged.events, rejected: judged.rejected },
          });
      if (written.kind === 'failed') return refuse(c, brokenOff(written.problem, tally));
      tally.add(rows, judged, written);
    }
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return refuse(c, brokenOff(error.problem, tally));
  }
  const answer = tally.answer();
  if (!isDry) deps.tally?.decide({ ...answer, results: [] });
  return readable(c.json(answer));
}

/** A row is as large as it is: the measure of events that come in a batch is theirs alone. */
const ALONE: Surroundings = { context: NOTHING, contextBytes: 0, mayExceed: true };

function judgeRows(rows: readonly Row[], facts: RequestFacts, at: string | undefined): Judged {
  const elements = rows.map(({ wire, unreadable }, index): ParsedElement => {
    if (unreadable !== undefined) {
      const { code, why } = unreadable;
      return { ok: false, rejection: { index, code, detail: why, pointer: '' } };
    }
    return parseEvent(at === undefined ? wire : dated(wire, at), index, '', ALONE);
  });
  return judge({ elements, wire: rows.map(({ wire }) => wire) }, facts);
}

function dated(wire: unknown, timestamp: string): unknown {
  return isObject(wire) ? { timestamp, ...wire } : wire;
}

/** Where more arrives than can be written, a file can wait. */
async function writePatiently(
  deps: ImportDeps,
  request: Parameters<typeof write>[1],
): Promise<Written> {
  for (;;) {
    const written = await write(deps, request);
    if (written.kind === 'decided' || written.problem.code !== 'busy') return written;
    await pause((written.problem.retryAfterS ?? 1) * 1_000);
  }
}

const NOTHING_WRITTEN: Written = {
  kind: 'decided',
  duplicates: new Set(),
  erased: new Set(),
  memberships: [],
};

/** What was decided stays: who hears of it can send the whole file again. */
function brokenOff(problem: Problem, { rows }: ImportTally): Problem {
  if (rows === 0) return problem;
  const detail = `${problem.detail} ${rows} rows before that are decided; none of them counts twice if the file is sent again.`;
  return { ...problem, detail };
}

async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const FOR_ADMINS: Problem = {
  code: 'forbidden',
  detail: 'An import takes a key of the role admin, as "Authorization: Bearer".',
};
const NO_INSTANT: Problem = {
  code: 'invalid_request',
  detail:
    'timestamp must be an ISO 8601 time since 1970: when rows happened that say nothing of it.',
};
