import type { Context, Hono } from 'hono';
import type { Writer } from '../ingest/writer.ts';
import { readAnything } from '../query/sites.ts';
import type { Database } from '../store/open.ts';
import { oneAtATime, within } from '../within.ts';
import * as operations from './openapi/operations/site.ts';
import { problemResponse } from './problem.ts';

export interface ReadyDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'takesRequests'>;
  readonly report: (error: unknown) => void;
}

const RETRY_AFTER_S = 5;
/** Probes of Kubernetes and of most balancers give up after a second; this says why before that. */
const ANSWER_MS_MAX = 400;

const WRITER_FULL =
  'The writer takes no events: too many wait for it, it is stopping, or events were lost and nothing is written; the log says which.';
const WRITER_SILENT = 'The writer does not answer: it hangs, or one step takes it long.';
const WRITER_FAILED = 'The writer does not answer; the log says why.';
const DATABASE_SILENT = 'The database does not answer in time.';
const DATABASE_FAILED = 'The database does not answer; the log says why.';

/**
 * Tells whoever spreads requests whether to send some here: whether both can be asked that every
 * request needs, the writer and the database. It answers within a second though they do not.
 */
export function readyRoute(app: Hono, deps: ReadyDeps): void {
  const askWriter = oneAtATime(() => deps.writer.takesRequests());
  const askDatabase = oneAtATime(() => readAnything(deps.database));
  app.get('/readyz', operations.readiness, async (c) => {
    const writer = await within(ANSWER_MS_MAX, askWriter());
    if (writer.kind === 'failed') deps.report(writer.error);
    if (writer.kind !== 'answered') {
      return refuse(c, writer.kind === 'late' ? WRITER_SILENT : WRITER_FAILED);
    }
    if (!writer.value) return refuse(c, WRITER_FULL);
    const database = await within(ANSWER_MS_MAX, askDatabase());
    if (database.kind === 'failed') deps.report(database.error);
    if (database.kind !== 'answered') {
      return refuse(c, database.kind === 'late' ? DATABASE_SILENT : DATABASE_FAILED);
    }
    c.header('Cache-Control', 'no-store');
    return c.json({ status: 'ready' });
  });
}

function refuse(c: Context, detail: string): Response {
  const problem = { code: 'unavailable', detail, retryAfterS: RETRY_AFTER_S } as const;
  return problemResponse(c.req.path, problem);
}
