import { BODY_BYTES_MAX } from '@inkling/sdk/protocol';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { EventType } from '../event.ts';
import type { RequestFacts } from '../ingest/normalize.ts';
import type { Write, WriteOutcome, WriteRequest } from '../ingest/outcome.ts';
import { type Parsed, parseBatch, parseSingle } from '../ingest/parse.ts';
import type { Keys } from '../store/keys.ts';
import { parseJson, readBody } from './body.ts';
import { clientOf } from './client-address.ts';
import { preflight, readable } from './cors.ts';
import { doubtOf } from './identity-token.ts';
import { IMPORT_PATH } from './import-format.ts';
import { answerOf, judge } from './ingest-answer.ts';
import type { Limit } from './ingest-limits.ts';
import type { IngestTally } from './ingest-tally.ts';
import { messageIdOf } from './message-id.ts';
import * as operations from './openapi/operations/ingest.ts';
import { type Problem, type ProblemCode, problemResponse } from './problem.ts';
import { clientSettings } from './settings.ts';
import { findSender, type NoSender } from './write-key.ts';

export interface IngestDeps {
  /** Milliseconds since 1970, an integer. */
  readonly clock: () => number;
  readonly keys: Pick<Keys, 'sender'>;
  /** Events older than this are refused. */
  readonly retentionMs: number;
  /** Origins of pages that may send, as browsers write them; any if absent. */
  readonly allowedOrigins?: readonly string[];
  readonly write: Write;
  /** Is told of requests that are turned away whole, where their key is known. */
  readonly refused?: (refusal: Refusal) => void;
  /** Lets any number through if absent. */
  readonly limit?: Limit;
  /** Whether who connects is a proxy, whose `X-Forwarded-For` names the client; not, if absent. */
  readonly trustsProxy?: boolean;
  readonly tally?: IngestTally;
  /** Is told why a write failed, whose sender is told to come again. */
  readonly report?: (error: unknown) => void;
}

/** A request that was turned away, whatever it held. */
export interface Refusal {
  readonly site: number;
  /** The key's id. */
  readonly key: string;
  readonly code: ProblemCode;
  readonly atMs: number;
}

/** A disk that fails rarely heals sooner, and all senders learn of it at once. */
const FAILED_RETRY_AFTER_S = 5;

const BATCH_PATHS = ['/v1/batch', '/v1/b', '/beacon/v1/batch'] as const;

const SINGLE_PATHS = {
  track: ['/v1/track', '/v1/t'],
  page: ['/v1/page', '/v1/p'],
  identify: ['/v1/identify', '/v1/i'],
  group: ['/v1/group', '/v1/g'],
  alias: ['/v1/alias', '/v1/a'],
  screen: ['/v1/screen', '/v1/s'],
} as const satisfies Readonly<Record<EventType, readonly string[]>>;

/**
 * The doors for events: the paths of the Segment HTTP API. A request that was decided is answered
 * with 200 and JSON, whatever became of its events; nothing that a client sends gives a 5xx.
 */
export function ingestRoutes(deps: IngestDeps): Hono {
  const app = new Hono();
  for (const path of BATCH_PATHS) {
    door(app, deps, { path, description: operations.takeBatch(path) }, parseBatch);
  }
  // A file is taken before it comes to this door.
  door(app, deps, { path: IMPORT_PATH, description: operations.takeImport }, parseBatch);
  for (const type of Object.keys(SINGLE_PATHS) as EventType[]) {
    const parse: Parse = (body, bytes) => parseSingle(type, body, bytes);
    for (const path of SINGLE_PATHS[type]) {
      door(app, deps, { path, description: operations.takeSingle(type) }, parse);
    }
  }
  const settingsPath = '/v1/projects/:writeKey/settings';
  app.options(settingsPath, (c) => preflight(c.req.raw));
  app.get(settingsPath, operations.clientSettings, (c) => {
    const writeKey = c.req.param('writeKey');
    const role = deps.keys.sender(writeKey)?.role;
    if (role !== 'write') return refuse(c, role === undefined ? UNKNOWN_KEY : EXPOSED_KEY);
    return readable(c.json(clientSettings(c.req.raw, writeKey)));
  });
  return app;
}

type Parse = (body: unknown, bodyBytes: number) => Parsed;

interface Door {
  readonly path: string;
  readonly description: MiddlewareHandler;
}

function door(app: Hono, deps: IngestDeps, { path, description }: Door, parse: Parse): void {
  app.post(path, description, (c) => takeCounted(c, deps, parse));
  app.options(path, (c) => preflight(c.req.raw));
  app.all(path, (c) => {
    const refused = refuse(c, { code: 'method_not_allowed', detail: 'Send events with POST.' });
    refused.headers.set('Allow', 'POST, OPTIONS');
    return refused;
  });
}

async function takeCounted(c: Context, deps: IngestDeps, parse: Parse): Promise<Response> {
  const end = deps.tally?.begin();
  let status = 500;
  try {
    const response = await take(c, deps, parse);
    status = response.status;
    return response;
  } finally {
    end?.(status);
  }
}

async function take(c: Context, deps: IngestDeps, parse: Parse): Promise<Response> {
  const receivedAtMs = deps.clock();
  const turnAway = (problem: Problem, body?: unknown) => {
    const found = findSender(c.req.raw, body, deps.keys.sender);
    if (typeof found === 'object') {
      const { id, key } = found.sender;
      deps.refused?.({ site: id, key, code: problem.code, atMs: receivedAtMs });
    }
    return refuse(c, problem);
  };
  const origin = c.req.header('Origin');
  if (origin !== undefined && deps.allowedOrigins && !deps.allowedOrigins.includes(origin)) {
    return turnAway(ORIGIN_NOT_ALLOWED);
  }
  const read = await readBody(c.req.raw, BODY_BYTES_MAX);
  if (!read.ok) return turnAway(read.problem);
  const json = parseJson(read.text);
  if (!json.ok) return turnAway(json.problem);
  const found = findSender(c.req.raw, json.value, deps.keys.sender);
  if (typeof found === 'string') return refuse(c, NO_SENDER[found]);
  const { key, sender } = found;
  const parsed = parse(json.value, read.bytes);
  if (!parsed.ok) return turnAway(parsed.problem, json.value);
  const limited = limit(c, deps, key, parsed.elements.length);
  if (limited !== undefined) return turnAway(limited, json.value);

  const { identityKeys } = sender;
  // Whoever has an admin key is the owner, whose word is the proof.
  const doubt =
    identityKeys && sender.role !== 'admin'
      ? await doubtOf(parsed.elements, identityKeys)
      : undefined;
  const judged = judge(parsed, factsOf(c, deps, receivedAtMs, parsed.sentAtMs), doubt);
  const debug = isOn(c.req.query('debug')) || isOn(c.req.header('X-Debug'));
  const outcome = await write(deps, {
    site: sender.id,
    key: sender.key,
    receivedAtMs,
    events: judged.events,
    rejected: judged.rejected,
    lost: parsed.lost,
    debug,
  });
  if (outcome.kind === 'failed') return turnAway(outcome.problem, json.value);
  const answer = answerOf(judged, outcome, debug);
  deps.tally?.decide(answer);
  return readable(c.json(answer));
}

/** The time is that of the decision: a body that came slowly must not set the clock back. */
function limit(
  c: Context,
  deps: IngestDeps,
  writeKey: string,
  events: number,
): Problem | undefined {
  const address = clientOf(c, deps.trustsProxy ?? false);
  const sending = { writeKey, events, ...(address !== undefined && { address }) };
  return deps.limit?.(sending, deps.clock());
}

function factsOf(
  c: Context,
  deps: IngestDeps,
  receivedAtMs: number,
  sentAtMs: number | undefined,
): RequestFacts {
  const userAgent = c.req.header('User-Agent');
  return {
    receivedAtMs,
    retentionMs: deps.retentionMs,
    deriveMessageId: messageIdOf,
    ...(sentAtMs !== undefined && { sentAtMs }),
    ...(userAgent !== undefined && { userAgent }),
  };
}

type Written =
  | Extract<WriteOutcome, { kind: 'decided' }>
  | { readonly kind: 'failed'; readonly problem: Problem };

/** Disk and database fail here: the sender keeps its events and comes again. */
async function write(deps: IngestDeps, request: WriteRequest): Promise<Written> {
  const end = deps.tally?.hand(request.events.length);
  try {
    const outcome = await deps.write(request);
    if (outcome.kind === 'decided') return outcome;
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

function refuse(c: Context, problem: Problem): Response {
  return readable(problemResponse(c.req.path, problem));
}

const ORIGIN_NOT_ALLOWED: Problem = {
  code: 'origin_not_allowed',
  detail: 'The origin of this page is not among those that may send (ALLOWED_ORIGINS).',
};
const MISSING_KEY: Problem = {
  code: 'missing_key',
  detail: 'Give the write key as the user name of Basic authentication or as writeKey in the body.',
};
const UNKNOWN_KEY: Problem = {
  code: 'unknown_key',
  detail: 'No site has this write key; the dashboard shows the right one.',
};

const EXPOSED_KEY: Problem = {
  code: 'secret_key_exposed',
  detail:
    'This key is secret, and whoever sees this request can read it: remove it (DELETE /v1/keys/:id), and send with the write key. A server may send with an admin key, in a header.',
};
const NO_SENDER: Readonly<Record<NoSender, Problem>> = {
  missing: MISSING_KEY,
  unknown: UNKNOWN_KEY,
  exposed: EXPOSED_KEY,
  forbidden: {
    code: 'forbidden',
    detail: 'Events take the write key; a server may send them with a key of the role admin.',
  },
};

/** A switch in a query or a header: there, and not said to be off. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|false|off)$/i.test(value);
}
