import { setTimeout as wait } from 'node:timers/promises';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Event } from '../event.ts';
import type { Enrich } from '../ingest/enrich.ts';
import type { Write, WriteOutcome, WriteRequest } from '../ingest/outcome.ts';
import { parseRow, ROWS_AT_ONCE, type Row } from '../ingest/parse-row.ts';
import type { Vocabulary } from '../ingest/vocabulary.ts';
import type { ImportAnswer, ImportError } from '../query/answers.ts';
import { findKnownMessages } from '../store/known-messages.ts';
import type { Database } from '../store/open.ts';
import { type Ask, refuse, siteOf } from './ask.ts';
import { type Asker, type AuthDeps, authenticate } from './auth.ts';
import { formatOf, IMPORT_PATH, type TableFormat } from './import-format.ts';
import { readRows, Unreadable } from './import-rows.ts';
import type { IngestDeps } from './ingest.ts';
import { type Check, factsOf, type Judged, judge, vocabularyCheck } from './ingest-answer.ts';
import type { IngestTally } from './ingest-tally.ts';
import { FAILED_RETRY_AFTER_S } from './ingest-write.ts';
import { closed, type Problem } from './problem.ts';

export interface ImportDeps extends AuthDeps {
  /** A connection that only reads. */
  readonly database: Database;
  /** Rows older than this are refused. */
  readonly retentionMs: number;
  readonly write: Write;
  /** Contexts stay as they are if absent. */
  readonly enrich?: Enrich;
  /** Lets any name through if absent. */
  readonly vocabulary?: Vocabulary;
  readonly tally?: Pick<IngestTally, 'decide'>;
  /** Is told of files that are turned away whole; a dry run would have stored nothing either way. */
  readonly refused?: IngestDeps['refused'];
  readonly report: (error: unknown) => void;
  /** How it waits where more arrives than can be written; by the clock, if absent. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** Rows of which is told what is wrong with them. */
const ERRORS_MAX = 100;

/**
 * Takes files of past events and traits, row by row and in the way of all events. It shares its
 * address with a door for batches, which has whatever is neither CSV nor NDJSON.
 */
export function importRoute(deps: ImportDeps): Hono<Asker> {
  const app = new Hono<Asker>();
  const guard = authenticate(deps);
  const onlyTables: MiddlewareHandler<Asker> = async (c, next) =>
    formatOf(c.req.header('Content-Type')) === undefined ? await next() : await guard(c, next);
  app.post(IMPORT_PATH, onlyTables, async (c, next) => {
    const format = formatOf(c.req.header('Content-Type'));
    if (format === undefined) return await next();
    return c.get('role') === 'admin' ? await take(c, deps, format) : refuse(c, NOT_ADMIN);
  });
  return app;
}

const NOT_ADMIN: Problem = {
  code: 'forbidden',
  detail: 'A file is imported with a secret key of the role "admin".',
};

async function take(c: Ask, deps: ImportDeps, format: TableFormat): Promise<Response> {
  const dryRun = c.req.query('dryRun') ?? 'false';
  const turnAway = (problem: Problem) => {
    const refusal = { site: siteOf(c), key: c.get('key'), code: problem.code, atMs: deps.clock() };
    if (dryRun !== 'true') deps.refused?.(refusal);
    return refuse(c, problem);
  };
  if (dryRun !== 'true' && dryRun !== 'false') {
    return turnAway({ code: 'invalid_request', detail: 'dryRun must be true or false.' });
  }
  const told: Told = { ...NOTHING_TOLD, dryRun: dryRun === 'true', errors: [] };
  const decide = told.dryRun ? foretell : write;
  const checks = told.dryRun ? [] : checksOf(deps, siteOf(c));
  try {
    for await (const rows of slices(readRows(c.req.raw.body, format))) {
      const judged = judgeRows(rows, deps, checks);
      const outcome = await decide(c, deps, judged);
      if (outcome.kind === 'closed') return turnAway(closed());
      if (outcome.kind === 'removed') return turnAway(REMOVED);
      note(told, rows, judged, outcome);
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) return turnAway(interrupted(error, told, deps));
    // What cannot be read at all is refused; of what can be read in part, that part counts.
    if (told.rows === 0) return turnAway(error.problem);
    told.stopped = { line: error.line, detail: error.problem.detail };
  }
  if (!told.dryRun) deps.tally?.decide({ ...told, results: [] });
  return c.json(told satisfies ImportAnswer);
}

/** A dry run must learn no names. */
function checksOf({ vocabulary }: ImportDeps, site: number): readonly Check[] {
  return vocabulary ? [vocabularyCheck(vocabulary, site)] : [];
}

type Told = { -readonly [K in keyof ImportAnswer]: ImportAnswer[K] } & { errors: ImportError[] };
type Settled = Exclude<WriteOutcome, { kind: 'busy' }>;

const NOTHING_TOLD = { rows: 0, accepted: 0, duplicate: 0, rejected: 0, dropped: 0 };

/** Rows in the portions in which they are decided. What was read before a fault comes before it. */
async function* slices(rows: AsyncIterable<Row>): AsyncGenerator<readonly Row[]> {
  let slice: Row[] = [];
  try {
    for await (const row of rows) {
      slice.push(row);
      if (slice.length < ROWS_AT_ONCE) continue;
      yield slice;
      slice = [];
    }
  } catch (error) {
    if (slice.length > 0) yield slice;
    throw error;
  }
  if (slice.length > 0) yield slice;
}

interface JudgedRows extends Judged {
  readonly receivedAtMs: number;
}

function judgeRows(rows: readonly Row[], deps: ImportDeps, checks: readonly Check[]): JudgedRows {
  const receivedAtMs = deps.clock();
  const elements = rows.map(parseRow);
  const wire = rows.map(({ element }) => element);
  const judged = judge({ elements, wire }, factsOf(deps, receivedAtMs), checks);
  return { ...judged, receivedAtMs };
}

/** What writing would answer; of erased people it does not know. */
async function foretell(
  c: Ask,
  { database }: ImportDeps,
  { events }: JudgedRows,
): Promise<Settled> {
  const ids = events.map(({ messageId }) => messageId);
  const seen = new Set(await findKnownMessages(database, siteOf(c), ids));
  const duplicates = new Set<number>();
  events.forEach(({ messageId }: Event, position) => {
    if (seen.has(messageId)) duplicates.add(position);
    seen.add(messageId);
  });
  return { kind: 'decided', duplicates, erased: new Set(), memberships: [] };
}

/** Hands rows to the writer, and waits as long as it has too much to do. */
async function write(
  c: Ask,
  deps: ImportDeps,
  { events, rejected, dropped, receivedAtMs }: JudgedRows,
): Promise<Settled> {
  const { pause = wait } = deps;
  const request: WriteRequest = {
    ...{ site: siteOf(c), key: c.get('key'), receivedAtMs, events, rejected, dropped },
    ...{ lost: {}, debug: false },
  };
  for (;;) {
    const outcome = await deps.write(request);
    if (outcome.kind !== 'busy') return outcome;
    await pause(outcome.retryAfterS * 1_000);
  }
}

function note(
  told: Told,
  rows: readonly Row[],
  judged: Judged,
  { duplicates, erased }: Extract<WriteOutcome, { kind: 'decided' }>,
): void {
  told.rows += rows.length;
  told.accepted += judged.events.length - duplicates.size - erased.size;
  told.duplicate += duplicates.size;
  told.rejected += judged.rejected.length;
  told.dropped += erased.size + judged.dropped.length;
  for (const { index, code, detail, pointer } of judged.rejected) {
    if (told.errors.length >= ERRORS_MAX) return;
    const column = pointer.slice(1).replaceAll('/', '.');
    const says = detail.startsWith(pointer) ? detail.slice(pointer.length).trim() : detail;
    const line = rows[index]?.line ?? 0;
    told.errors.push({ line, ...(column !== '' && { column }), code, detail: says });
  }
}

/** The rows before are stored, and those of the file sent again that are known count no more. */
function interrupted(error: unknown, { rows }: Told, { report }: ImportDeps): Problem {
  report(error);
  const detail = `The database failed after ${rows} rows, which are stored. Send the whole file again: what is known counts once.`;
  return { code: 'unavailable', detail, retryAfterS: FAILED_RETRY_AFTER_S };
}

const REMOVED: Problem = { code: 'unknown_key', detail: 'The site of this key was removed.' };
