import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireAnswer } from '@inkling/sdk/protocol';
import type { Hono } from 'hono';
import type { OpenAPIV3_1 } from 'openapi-types';
import { type AppDeps, createApp } from '../src/app.ts';
import { serve } from '../src/http/files.ts';
import { describeApp } from '../src/http/openapi/document.ts';
import { createRefusals } from '../src/http/refusals.ts';
import { createEnrich } from '../src/ingest/enrich.ts';
import { startDatabaseWriter } from '../src/ingest/start.ts';
import type { WriterPorts } from '../src/ingest/writer.ts';
import { createPost, type Post } from '../src/notify/post.ts';
import { publishTo } from '../src/notify/publish.ts';
import { createSender } from '../src/notify/sender.ts';
import { createStream } from '../src/notify/stream.ts';
import type { ProblemAnswer, SegmentAnswer } from '../src/query/answers.ts';
import { loadKeys, makeKey } from '../src/store/keys.ts';
import { type Database, openReader, openWriter } from '../src/store/open.ts';
import { key, site } from '../src/store/schema.ts';
import { ensureScores } from '../src/store/scores.ts';
import { type Described, readDescription } from './described.ts';

export const START_MS = 1_800_000_000_000;

/** Two sites of one collector, which know nothing of each other. */
export const SITES = [
  {
    ...{ id: 1, writeKey: 'wk_of_the_first', secretKey: 'sk_of_the_first', timeZone: 'UTC' },
    readKey: 'sk_of_the_first_that_reads',
  },
  {
    ...{ id: 2, writeKey: 'wk_of_the_second', secretKey: 'sk_of_the_second' },
    ...{ timeZone: 'Asia/Tokyo', readKey: 'sk_of_the_second_that_reads' },
  },
] as const;
export const [FIRST, SECOND] = SITES;

export const SIGN_IN_TOKEN = 'the-token-of-this-start';
export const VERSION = '1.2.3';

/** A question to the collector. Without anything else it is asked with the first site's secret key. */
export interface Question {
  readonly method?: string;
  readonly body?: unknown;
  /** Another key; `null` for none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, its body read as what the caller expects of it. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly json: T;
}

/** A wire event as loosely as tests tell it. */
export type Wire = Readonly<Record<string, unknown>>;

/** A view of a page by somebody. */
export function view(anonymousId: string, path: string, rest: Wire = {}): Wire {
  return { type: 'page', anonymousId, properties: { path }, ...rest };
}

/** A segment of whoever saw a page under `path` within ten minutes. */
export function viewers(id: string, path: string, rest: Wire = {}): Wire {
  return {
    ...{ id, name: `Viewers of ${path}`, kind: 'implicit' },
    if: { did: 'page', where: { path }, within: '10m' },
    ...rest,
  };
}

/** The whole collector but its socket and its thread: real routes, writer and file; time is a number. */
export interface Api {
  nowMs: number;
  readonly app: Hono;
  /** The connection that only reads. */
  readonly database: Database;
  /** What went wrong inside. */
  readonly reported: unknown[];
  /** Everything in the database's files, those that are written ahead too. */
  readonly bytes: () => string;
  readonly request: (path: string, question?: Question) => Promise<Response>;
  readonly ask: <T>(path: string, question?: Question) => Promise<Answer<T>>;
  /** Asks what must fail. Asserts nothing but the shape that every problem has. */
  readonly problem: (path: string, question?: Question) => Promise<ProblemAnswer>;
  /** Sends a batch and answers what became of it. */
  readonly send: (...events: readonly Wire[]) => Promise<WireAnswer>;
  readonly sendTo: (writeKey: string, ...events: readonly Wire[]) => Promise<WireAnswer>;
  /** Saves a segment of the first site and waits until everybody was looked at. */
  readonly define: (definition: Wire) => Promise<void>;
  /** Lets time pass and what it brings happen. */
  readonly wait: (ms: number) => Promise<void>;
  /** Waits until requests that were turned away are counted. */
  readonly counted: () => Promise<void>;
  /** Lets time pass, and sends to webhooks all that is due by then. */
  readonly sendOut: (ms?: number) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Receivers of webhooks are on this machine. */
const WEBHOOK_HOSTS = new Set(['127.0.0.1']);

const text = (body: string, type: string) => serve(new TextEncoder().encode(body), type);
const HTML = 'text/html; charset=utf-8';
const JS = 'text/javascript; charset=utf-8';

const PAGES = {
  script: new Map([
    ['inkling.js', text('script()', JS)],
    ['inkling.js.map', text('{}', 'application/json')],
    ['inkling.full.js', text('script()', JS)],
    ['inkling.full.js.map', text('{}', 'application/json')],
    ['index.js', text('not for browsers', JS)],
  ]),
  scriptVersion: VERSION,
  dashboard: new Map([
    ['index.html', text('<!doctype html><title>Dashboard</title>', HTML)],
    ['favicon.svg', text('<svg/>', 'image/svg+xml')],
    ['assets/app-1a2b.js', text('app()', JS)],
  ]),
  demo: new Map([
    ['index.html', text('<!doctype html><head><!-- inkling --></head>Shop', HTML)],
    ['pricing.html', text('<!doctype html><head><!-- inkling --></head>Prices', HTML)],
    ['site.css', text('body {}', 'text/css; charset=utf-8')],
  ]),
  reference: new Map([
    ['swagger-ui-bundle.js', text('swagger()', JS)],
    ['reference.css', text('main {}', 'text/css; charset=utf-8')],
  ]),
} as const satisfies Partial<AppDeps>;

export async function startApi(
  change: Partial<AppDeps> & { readonly post?: Post } = {},
  { scored = false, ...limits }: Pick<WriterPorts, 'idsMax'> & { readonly scored?: boolean } = {},
): Promise<Api> {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-api-'));
  const address = { url: `file:${join(folder, 'inkling.db')}` };
  const writing = await openWriter(address);
  await writing.insert(site).values(
    SITES.map(({ id, timeZone }) => ({
      id,
      name: `Site ${id}`,
      timeZone,
      revision: 0,
      createdAtMs: 0,
    })),
  );
  const keyRows = SITES.flatMap(({ id, writeKey, secretKey, readKey }) => {
    const row = { site: id, createdAtMs: 0 };
    return [
      { ...row, ...makeKey('write', writeKey).row },
      { ...row, ...makeKey('secret', secretKey).row, role: 'admin' as const },
      { ...row, ...makeKey('secret', readKey).row, role: 'read' as const },
    ];
  });
  await writing.insert(key).values(keyRows);
  if (scored) await ensureScores(writing, START_MS);

  const time = { nowMs: START_MS };
  const clock = () => time.nowMs;
  const reported: unknown[] = [];
  const report = (error: unknown) => reported.push(error);
  const stream = createStream();
  const wake: (() => void)[] = [];
  const due = () => wake.forEach((each) => void each());
  const { retentionMs } = change;
  const ports = {
    ...{ clock, report, due, ...publishTo(stream), ...limits },
    ...(retentionMs !== undefined && { retentionMs }),
  };
  const writer = await startDatabaseWriter(writing, ports);
  const post = change.post ?? createPost({ allowedHosts: WEBHOOK_HOSTS, clock });
  const { outgoing } = writer;
  const sender = createSender({ outgoing, post, clock, random: () => 1 - Number.EPSILON, report });
  wake.push(sender.wake);
  const database = await openReader(address);
  const refusals = createRefusals({
    save: (rows) => writer.count(rows),
    // Tests say when.
    later: () => {},
    report,
  });
  const app = createApp({
    clock,
    keys: await loadKeys(database),
    cookieSecret: 'known to the collector alone',
    retentionMs: 395 * 86_400_000,
    write: (request) => writer.write(request),
    refused: refusals.note,
    enrich: createEnrich(),
    writer,
    outgoing,
    webhookHosts: WEBHOOK_HOSTS,
    database,
    stream,
    report,
    snippet: (host, writeKey) => `<script src="${host}/inkling.js" data-k="${writeKey}"></script>`,
    signInToken: SIGN_IN_TOKEN,
    defaultSite: FIRST.id,
    writeKey: FIRST.writeKey,
    version: VERSION,
    ...PAGES,
    ...change,
  });
  let messages = 0;
  /** An empty request waits its turn behind every step that the writer takes in between. */
  const nothing = () =>
    writer.write({
      ...{ site: 1, key: '', receivedAtMs: 0, events: [], rejected: [], lost: {}, debug: false },
    });

  const api: Api = {
    get nowMs() {
      return time.nowMs;
    },
    set nowMs(nowMs: number) {
      time.nowMs = nowMs;
    },
    app,
    database,
    reported,
    bytes: () =>
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'latin1'))
        .join(),
    request: async (path, question = {}) => {
      const { method = 'GET', body, key: asked = FIRST.secretKey, headers = {} } = question;
      const response = await app.request(path, {
        method,
        headers: { ...(asked !== null && { Authorization: `Bearer ${asked}` }), ...headers },
        ...(body !== undefined && { body: bodyOf(body) }),
      });
      await expectDescribed(app, method, path, response);
      return response;
    },
    ask: async <T>(path: string, question?: Question) => {
      const { status, headers, ...rest } = await read(await api.request(path, question));
      return { status, headers, json: rest.json as T };
    },
    problem: async (path, question) => {
      const response = await api.request(path, question);
      const type = response.headers.get('Content-Type');
      const { status, json } = await read(response);
      const problem = json as ProblemAnswer;
      if (type !== 'application/problem+json' || problem.status !== status) {
        throw new Error(`${path} answered ${status} ${type}: ${JSON.stringify(json)}`);
      }
      return problem;
    },
    send: (...events) => api.sendTo(FIRST.writeKey, ...events),
    sendTo: async (writeKey, ...events) => {
      const batch = events.map((event) => {
        messages += 1;
        return { messageId: `m${messages}`, ...event };
      });
      const question = { method: 'POST', key: null, body: { writeKey, batch } };
      return (await api.ask<WireAnswer>('/v1/batch?debug=1', question)).json;
    },
    define: async (definition) => {
      const { status, json } = await api.ask<SegmentAnswer>('/v1/segments', {
        method: 'POST',
        body: definition,
      });
      if (status !== 201) throw new Error(`Refused: ${JSON.stringify(json)}`);
      const address = `/v1/segments/${json.id}`;
      for (let { status } = json; status === 'building'; ) {
        if (reported.length > 0) throw reported[0];
        await nothing();
        ({ status } = (await api.ask<SegmentAnswer>(address)).json);
      }
    },
    wait: async (ms) => {
      time.nowMs += ms;
      const due = async () => (await writing.$client.execute(DUE)).rows[0]?.[0];
      do await nothing();
      while (Number((await due()) ?? Number.POSITIVE_INFINITY) <= time.nowMs);
    },
    counted: () => refusals.flush(),
    sendOut: async (ms = 1_000) => {
      await api.wait(ms);
      sender.wake();
      await sender.idle();
    },
    end: async () => {
      await sender.close();
      await writer.close();
      writing.$client.close();
      database.$client.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return api;
}

const DUE = `SELECT min(due) FROM (SELECT min(next_due) AS due FROM profile
  UNION ALL SELECT min(next_due) FROM account)`;

let described: Promise<Described> | undefined;

/** The API's own description, which is the same for every collector. */
export async function describedBy({ app }: Pick<Api, 'app'>): Promise<Described> {
  described ??= describeApp(app, VERSION).then((document) =>
    readDescription(document as OpenAPIV3_1.Document),
  );
  return await described;
}

/** Every answer that a test is given must be one that the API's description allows. */
async function expectDescribed(app: Hono, method: string, path: string, response: Response) {
  const [type = ''] = (response.headers.get('Content-Type') ?? '').split(';');
  const isJson = type === 'application/json' || type === 'application/problem+json';
  const body: unknown = isJson ? await response.clone().json() : undefined;
  const [plain = path] = path.split('?');
  const exchange = { method, path: plain, status: response.status, type, body };
  const difference = (await describedBy({ app })).differenceOf(exchange);
  if (difference === undefined) return;
  throw new Error(`${method} ${path} is not described: ${difference}\n${JSON.stringify(body)}`);
}

/** Texts and bytes go as they are. */
function bodyOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}

async function read(response: Response) {
  const { status, headers } = response;
  const body = await response.text();
  return { status, headers, json: body === '' ? undefined : (JSON.parse(body) as unknown) };
}
