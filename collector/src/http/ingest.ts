import { BODY_BYTES_MAX } from '@inkling/sdk/protocol';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { EventType } from '../event.ts';
import type { Enrich } from '../ingest/enrich.ts';
import type { RequestFacts } from '../ingest/normalize.ts';
import type { Write, WriteOutcome, WriteRequest } from '../ingest/outcome.ts';
import { type Parsed, parseBatch, parseSingle } from '../ingest/parse.ts';
import { parseJson, readBody } from './body.ts';
import { type Address, addressOf, clientAt } from './client-address.ts';
import { preflight, readable } from './cors.ts';
import { answerOf, judge } from './ingest-answer.ts';
import type { Limit } from './ingest-limits.ts';
import type { IngestTally } from './ingest-tally.ts';
import { messageIdOf } from './message-id.ts';
import * as operations from './openapi/operations/ingest.ts';
import { type Problem, type ProblemCode, problemResponse } from './problem.ts';
import { senderOf } from './sender.ts';
import { clientSettings } from './settings.ts';
import { findSite } from './write-key.ts';

/** What a write key names. */
export interface Site {
  readonly id: number;
  /** The key's own id. */
  readonly key: string;
  /** IANA name. */
  readonly timeZone: string;
}

export interface IngestDeps {
  /** Milliseconds since 1970, an integer. */
  readonly clock: () => number;
  readonly keys: { readonly site: (writeKey: string) => Site | undefined };
  /** Events older than this are refused. */
  readonly retentionMs: number;
  /** Origins of pages that may send, as browsers write them; any if absent. */
  readonly allowedOrigins?: readonly string[];
  readonly write: Write;
  /** Is told of requests that are turned away whole, where their key is known. */
  readonly refused?: (refusal: Refusal) => void;
  /** Lets any number through if absent. */
  readonly limit?: Limit;
  /** Contexts stay as they are if absent. */
  readonly enrich?: Enrich;
  /** Whether who connects is a proxy, whose headers name the client and its country; not, if absent. */
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

const BATCH_PATHS = ['/v1/batch', '/v1/b', '/v1/import', '/beacon/v1/batch'] as const;

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
    if (deps.keys.site(writeKey) === undefined) return refuse(c, UNKNOWN_KEY);
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
    const found = findSite(c.req.raw, body, deps.keys.site);
    if (typeof found === 'object') {
      const { id, key } = found.site;
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
  const found = findSite(c.req.raw, json.value, deps.keys.site);
  if (found === 'missing') return refuse(c, MISSING_KEY);
  if (found === 'unknown') return refuse(c, UNKNOWN_KEY);
  const parsed = parse(json.value, read.bytes);
  if (!parsed.ok) return turnAway(parsed.problem, json.value);
  const address = addressOf(c, deps.trustsProxy ?? false);
  const limited = limit(deps, address, found.writeKey, parsed.elements.length);
  if (limited !== undefined) return turnAway(limited, json.value);

  const judged = judge(parsed, {
    ...factsOf(deps, receivedAtMs, parsed.sentAtMs),
    sender: senderOf(c, address, deps.trustsProxy ?? false),
  });
  const debug = isOn(c.req.query('debug')) || isOn(c.req.header('X-Debug'));
  const outcome = await write(deps, {
    site: found.site.id,
    key: found.site.key,
    receivedAtMs,
    events: judged.events,
    rejected: judged.rejected,
    dropped: judged.dropped,
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
  deps: IngestDeps,
  address: Address | undefined,
  writeKey: string,
  events: number,
): Problem | undefined {
  const sending = { writeKey, events, ...(address && { address: clientAt(address) }) };
  return deps.limit?.(sending, deps.clock());
}

function factsOf(
  deps: IngestDeps,
  receivedAtMs: number,
  sentAtMs: number | undefined,
): RequestFacts {
  return {
    receivedAtMs,
    retentionMs: deps.retentionMs,
    deriveMessageId: messageIdOf,
    ...(sentAtMs !== undefined && { sentAtMs }),
    ...(deps.enrich && { enrich: deps.enrich }),
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

/** A switch in a query or a header: there, and not said to be off. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|false|off)$/i.test(value);
}
