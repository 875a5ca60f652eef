import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** How a request with events is answered in place of being taken. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes bodies of up to so many events all the same. */
  readonly eventsMax?: number;
  /** Lasts so long from the first request that meets it; for ever if not given. */
  readonly lastsMs?: number;
}

/** By which a server knows a copy, if a script gives one. */
export type Id = string | undefined;

/** An event in a body. */
interface Sent {
  readonly marker: string;
  readonly id: Id;
}

/** A server that takes events of all the scripts, and knows each by its marker. */
export interface Receiver {
  /** Without a slash at the end; the same after every return. */
  readonly url: string;
  /** Each event whose body was answered with 2xx by its marker, with the id of each of its copies. */
  readonly arrived: ReadonlyMap<string, readonly Id[]>;
  /** Requests with events that were refused. */
  readonly refused: () => number;
  /** Refuses from now on; `undefined` takes all again. */
  readonly refuse: (refusal: Refusal | undefined) => void;
  /** Nobody listens any more, and what is open breaks off. */
  readonly leave: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
}

/** Names of events of the matrix; nothing else in a body looks so. */
const MARKER = /^mark-[a-z0-9-]+$/;

export async function openReceiver(): Promise<Receiver> {
  const arrived = new Map<string, readonly Id[]>();
  let refusals = 0;
  let refusal: Refusal | undefined;
  let refusedSinceMs: number | undefined;

  const isRefused = (count: number, { eventsMax, lastsMs }: Refusal) => {
    if (eventsMax !== undefined && count <= eventsMax) return false;
    refusedSinceMs ??= performance.now();
    return lastsMs === undefined || performance.now() - refusedSinceMs < lastsMs;
  };
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const events = eventsIn(jsonIn(await bodyOf(request)));
    if (events.length > 0 && refusal !== undefined && isRefused(events.length, refusal)) {
      refusals += 1;
      response.writeHead(refusal.status, { ...allowing(request), ...refusal.headers }).end();
      return;
    }
    answer(request, response);
    for (const { marker, id } of events) arrived.set(marker, [...(arrived.get(marker) ?? []), id]);
  };
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      if (request.method === 'OPTIONS') response.writeHead(204, allowing(request)).end();
      // A page that ends may break a request off; it has not arrived then.
      else take(request, response).catch(() => response.destroy());
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    refused: () => refusals,
    refuse: (next) => {
      refusal = next;
      refusedSinceMs = undefined;
    },
    leave: async () => {
      const leaving = server;
      server = undefined;
      if (leaving === undefined) return;
      leaving.close();
      leaving.closeAllConnections();
      await once(leaving, 'close');
    },
    comeBack: async () => {
      server ??= await listen(port);
    },
  };
}

/** Says what each script waits for. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://receiver');
  const headers = { ...allowing(request), 'content-type': 'application/json' };
  const of = (): unknown => {
    if (pathname.endsWith('/settings'))
      return { integrations: { 'Segment.io': { apiKey: 'matrix' } } };
    if (pathname.startsWith('/flags')) return { flags: {}, errorsWhileComputingFlags: false };
    if (pathname === '/track') return { deviceId: 'device', sessionId: 'session' };
    if (pathname === '/v1/batch')
      return { accepted: 1, duplicate: 0, rejected: 0, dropped: 0, results: [] };
    return { status: 1, success: true };
  };
  response.writeHead(200, headers).end(JSON.stringify(of()));
}

/** Pages of other origins may ask and read everything. */
function allowing({ headers }: IncomingMessage): Record<string, string> {
  return {
    'access-control-allow-origin': headers.origin ?? '*',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'access-control-expose-headers': 'Retry-After',
    'access-control-max-age': '600',
    'cache-control': 'no-store',
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Bodies come as JSON, gzipped, or as base64 in a form. `undefined` of one that is empty or none of these. */
function jsonIn(body: Buffer): unknown {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  const text = (isGzip ? gunzipSync(body) : body).toString();
  const form = text.startsWith('data=') ? new URLSearchParams(text).get('data') : null;
  try {
    return JSON.parse(form === null ? text : Buffer.from(form, 'base64').toString());
  } catch {
    return undefined;
  }
}

/** All objects that are named by a marker, wherever they stand. */
function eventsIn(value: unknown): readonly Sent[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { event, name = event, n = name, messageId, uuid = messageId } = fields;
  const isEvent = typeof n === 'string' && MARKER.test(n);
  const own = isEvent ? [{ marker: n, id: typeof uuid === 'string' ? uuid : undefined }] : [];
  return [...own, ...Object.values(fields).flatMap(eventsIn)];
}
