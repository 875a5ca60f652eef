import type { Context } from 'hono';
import type { Write, WriteOutcome, WriteRequest } from '../ingest/outcome.ts';
import { readable } from './cors.ts';
import type { IngestTally } from './ingest-tally.ts';
import { closed, type Problem, problemResponse } from './problem.ts';
import type { NoSender } from './write-key.ts';

export interface WriteDeps {
  readonly write: Write;
  readonly tally?: IngestTally;
  /** Is told why a write failed, whose sender is told to come again. */
  readonly report?: (error: unknown) => void;
}

/** A disk that fails rarely heals sooner, and all senders learn of it at once. */
export const FAILED_RETRY_AFTER_S = 5;

/** What became of a request's events. */
export type Written =
  | Extract<WriteOutcome, { kind: 'decided' }>
  | { readonly kind: 'failed'; readonly problem: Problem };

/** Disk and database fail here: the sender keeps its events and comes again. */
export async function write(deps: WriteDeps, request: WriteRequest): Promise<Written> {
  const end = deps.tally?.hand(request.events.length);
  try {
    const outcome = await deps.write(request);
    if (outcome.kind === 'decided') return outcome;
    if (outcome.kind === 'closed') return { kind: 'failed', problem: closed() };
    if (outcome.kind === 'removed') return { kind: 'failed', problem: UNKNOWN_KEY };
    const retryAfterS = Math.max(1, Math.ceil(outcome.retryAfterS));
    const detail = `More events arrive than can be written; send again in ${retryAfterS} s.`;
    return { kind: 'failed', problem: { code: 'busy', detail, retryAfterS } };
  } catch (error) {
    deps.report?.(error);
    const detail = 'The events could not be written; none of them is lost if you send them again.';
    return {
      kind: 'failed',
      problem: { code: 'unavailable', detail, retryAfterS: FAILED_RETRY_AFTER_S },
    };
  } finally {
    end?.();
  }
}

/** Answers a sender, from whichever page, with a problem. */
export function refuse(c: Context, problem: Problem): Response {
  return readable(problemResponse(c.req.path, problem));
}

const MISSING_KEY: Problem = {
  code: 'missing_key',
  detail: 'Give the write key as the user name of Basic authentication or as writeKey in the body.',
};
export const UNKNOWN_KEY: Problem = {
  code: 'unknown_key',
  detail: 'No site has this write key; the dashboard shows the right one.',
};

export const EXPOSED_KEY: Problem = {
  code: 'secret_key_exposed',
  detail:
    'This key is secret, and whoever sees this request can read it: remove it (DELETE /v1/keys/:id), and send with the write key. A server may send with an admin key, in a header.',
};
/** What a request is told that nobody may have sent. */
export const NO_SENDER: Readonly<Record<NoSender, Problem>> = {
  missing: MISSING_KEY,
  unknown: UNKNOWN_KEY,
  exposed: EXPOSED_KEY,
  forbidden: {
    code: 'forbidden',
    detail: 'Events take the write key; a server may send them with a key of the role admin.',
  },
};

/** A switch in a query or a header: there, and not said to be off. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|false|off)$/i.test(value);
}
