import { BODY_BYTES_MAX } from '@inkling/sdk/protocol';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { EventType } from '../event.ts';
import type { Enrich } from '../ingest/enrich.ts';
import { type Parsed, parseBatch, parseSingle } from '../ingest/parse.ts';
import type { ParsedElement } from '../ingest/parse-event.ts';
import type { Vocabulary } from '../ingest/vocabulary.ts';
import type { Keys, SendingKey } from '../store/keys.ts';
import { parseJson, readBody } from './body.ts';
import { type Address, addressOf, clientAt } from './client-address.ts';
import { preflight, readable } from './cors.ts';
import { identityCheck } from './identity-token.ts';
import { IMPORT_PATH } from './import-format.ts';
import { answerOf, type Check, factsOf, judge, vocabularyCheck } from './ingest-answer.ts';
import type { Limit } from './ingest-limits.ts';
import {
  EXPOSED_KEY,
  isOn,
  NO_SENDER,
  refuse,
  UNKNOWN_KEY,
  type WriteDeps,
  write,
} from './ingest-write.ts';
import * as operations from './openapi/operations/ingest.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { senderOf } from './sender.ts';
import { clientSettings } from './settings.ts';
import { createTurns, type Turns } from './turns.ts';
import { findSender } from './write-key.ts';

export interface IngestDeps extends WriteDeps {
  /** Milliseconds since 1970, an integer. */
  readonly clock: () => number;
  readonly keys: Pick<Keys, 'sender'>;
  /** Events older than this are refused. */
  readonly retentionMs: number;
  /** Origins of pages that may send, as browsers write them; any if absent. */
  readonly allowedOrigins?: readonly string[];
  /** Is told of requests that are turned away whole, where their key is known. */
  readonly refused?: (refusal: Refusal) => void;
  /** Lets any number through if absent. */
  readonly limit?: Limit;
  /** Lets any name through if absent. */
  readonly vocabulary?: Vocabulary;
  /** Contexts stay as they are if absent. */
  readonly enrich?: Enrich;
  /** In which bodies are taken; those of their own if absent. */
  readonly turns?: Turns;
  /** Whether who connects is a proxy, whose headers name the client and its country; not, if absent. */
  readonly trustsProxy?: boolean;
}

/** A request that was turned away, whatever it held. */
export interface Refusal {
  readonly site: number;
  /** The key's id. */
  readonly key: string;
  readonly code: ProblemCode;
  readonly atMs: number;
}

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
export function ingestRoutes(given: IngestDeps): Hono {
  const app = new Hono();
  const deps = { turns: createTurns(), ...given };
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

type Deps = IngestDeps & { readonly turns: Turns };
type Parse = (body: unknown, bodyBytes: number) => Parsed;

interface Door {
  readonly path: string;
  readonly description: MiddlewareHandler;
}

function door(app: Hono, deps: Deps, { path, description }: Door, parse: Parse): void {
  app.post(path, description, (c) => takeCounted(c, deps, parse));
  app.options(path, (c) => preflight(c.req.raw));
  app.all(path, (c) => {
    const refused = refuse(c, { code: 'method_not_allowed', detail: 'Send events with POST.' });
    refused.headers.set('Allow', 'POST, OPTIONS');
    return refused;
  });
}

async function takeCounted(c: Context, deps: Deps, parse: Parse): Promise<Response> {
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

async function take(c: Context, deps: Deps, parse: Parse): Promise<Response> {
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
  if (!(await deps.turns.wait(read.bytes))) return turnAway(BUSY);
  const json = parseJson(read.text);
  if (!json.ok) return turnAway(json.problem);
  const found = findSender(c.req.raw, json.value, deps.keys.sender);
  if (typeof found === 'string') return refuse(c, NO_SENDER[found]);
  const { key, sender } = found;
  const parsed = parse(json.value, read.bytes);
  if (!parsed.ok) return turnAway(parsed.problem, json.value);
  const trustsProxy = deps.trustsProxy ?? false;
  const address = addressOf(c, trustsProxy);
  const limited = limit(deps, address, key, parsed.elements);
  if (limited !== undefined) return turnAway(limited, json.value);

  const checks = await checksOf(deps, sender, parsed.elements);
  const facts = {
    ...factsOf(deps, receivedAtMs),
    ...(parsed.sentAtMs !== undefined && { sentAtMs: parsed.sentAtMs }),
    sender: senderOf(c, address, trustsProxy),
  };
  const judged = judge(parsed, facts, checks);
  const debug = isOn(c.req.query('debug')) || isOn(c.req.header('X-Debug'));
  const outcome = await write(deps, {
    site: sender.id,
    key: sender.key,
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

/** What events have to stand beside being right in themselves. */
async function checksOf(
  { vocabulary }: IngestDeps,
  { id, role, identityKeys }: SendingKey,
  elements: readonly ParsedElement[],
): Promise<readonly Check[]> {
  // Whoever has an admin key is the owner, whose word is the proof.
  const isProven = identityKeys === undefined || role === 'admin';
  return [
    ...(isProven ? [] : [await identityCheck(elements, identityKeys)]),
    ...(vocabulary ? [vocabularyCheck(vocabulary, id)] : []),
  ];
}

/** The time is that of the decision: a body that came slowly must not set the clock back. */
function limit(
  deps: IngestDeps,
  address: Address | undefined,
  writeKey: string,
  elements: readonly ParsedElement[],
): Problem | undefined {
  const strangers = new Set<string>();
  for (const element of elements) {
    if (!element.ok) continue;
    const { userId, anonymousId } = element.event;
    if (userId === undefined && anonymousId !== undefined) strangers.add(anonymousId);
  }
  const sending = { writeKey, events: elements.length, strangers: [...strangers] };
  const from = address && { address: clientAt(address) };
  return deps.limit?.({ ...sending, ...from }, deps.clock());
}

const BUSY: Problem = {
  code: 'busy',
  detail: 'More requests arrive than can be read; send again in 1 s.',
  retryAfterS: 1,
};

const ORIGIN_NOT_ALLOWED: Problem = {
  code: 'origin_not_allowed',
  detail: 'The origin of this page is not among those that may send (ALLOWED_ORIGINS).',
};
