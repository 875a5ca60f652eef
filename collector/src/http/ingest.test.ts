import { gzipSync } from 'node:zlib';
import type { WireAnswer } from '@inkling/sdk/protocol';
import { describe, expect, test } from 'vitest';
import type { WriteOutcome, WriteRequest } from '../ingest/outcome.ts';
import { type IngestDeps, ingestRoutes } from './ingest.ts';
import { createTurns } from './turns.ts';

/** Of a write key. */
const WRITER = { key: 'key_k', timeZone: 'UTC', writeKey: 'k', role: 'write' } as const;
const NOW_MS = Date.UTC(2024, 5, 1, 12);

/** A writer that keeps what it is given in memory, and knows each messageId from then on. */
function memory() {
  const requests: WriteRequest[] = [];
  const known = new Set<string>();
  async function write(request: WriteRequest): Promise<WriteOutcome> {
    requests.push(request);
    const duplicates = new Set<number>();
    for (const [position, { messageId }] of request.events.entries()) {
      if (known.has(messageId)) duplicates.add(position);
      known.add(messageId);
    }
    const entered = {
      type: 'segment.entered',
      segment: 's',
      profile: 'p',
      occurredAt: '2024-06-01T12:00:00.000Z',
    } as const;
    const memberships = request.debug ? [entered] : [];
    return { kind: 'decided', duplicates, erased: new Set<number>(), memberships };
  }
  return { requests, write };
}

function start(change: Partial<IngestDeps> = {}) {
  const { requests, write } = memory();
  const app = ingestRoutes({
    clock: () => NOW_MS,
    keys: { sender: (key) => (key === 'k' ? { ...WRITER, id: 7 } : undefined) },
    retentionMs: 395 * 86_400_000,
    write,
    ...change,
  });
  async function send(path: string, body: unknown, headers: Record<string, string> = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await app.request(path, { method: 'POST', body: text, headers });
    const json: unknown = await response.json();
    return { status: response.status, headers: response.headers, json };
  }
  return { app, send, requests };
}

const page = (messageId: string) => ({ type: 'page', anonymousId: 'a', messageId });
const nothing: WireAnswer = { accepted: 0, duplicate: 0, rejected: 0, dropped: 0, results: [] };

describe('every door leads in', () => {
  const fields = { userId: 'u', event: 'E', groupId: 'g', previousId: 'p', writeKey: 'k' };
  test.each([
    ...['/v1/batch', '/v1/b', '/v1/import', '/beacon/v1/batch'].map((path) => [path, 'page']),
    ...['track', 'page', 'identify', 'group', 'alias', 'screen'].flatMap((type) => [
      [`/v1/${type}`, type],
      [`/v1/${type.slice(0, 1)}`, type],
    ]),
  ])('%s takes %s', async (path = '', type = '') => {
    const { send, requests } = start();
    const body =
      type === 'page' && !path.startsWith('/v1/p') ? { ...fields, batch: [page('m')] } : fields;
    const { status, json, headers } = await send(path, body);
    expect({ status, json }).toEqual({ status: 200, json: { ...nothing, accepted: 1 } });
    expect(headers.get('Content-Type')).toBe('application/json');
    expect(requests).toMatchObject([{ site: 7, key: 'key_k', events: [{ type }], debug: false }]);
  });
});

describe('the answer to a batch', () => {
  test('counts what was accepted and lists the rest by its place', async () => {
    const { send, requests } = start();
    await send('/v1/batch', { writeKey: 'k', batch: [page('old')] });
    const batch = [
      page('new'),
      { ...page('bad'), userId: true },
      page('old'),
      { ...page('ancient'), timestamp: '1999-01-01' },
      page('new'),
      3,
      page('last'),
    ];
    const { json } = await send('/v1/batch', { writeKey: 'k', batch });
    expect(json).toEqual({
      accepted: 2,
      duplicate: 2,
      rejected: 3,
      dropped: 0,
      results: [
        {
          index: 1,
          messageId: 'bad',
          status: 'rejected',
          code: 'invalid',
          detail: '/batch/1/userId must be a string',
        },
        { index: 2, messageId: 'old', status: 'duplicate' },
        {
          index: 3,
          messageId: 'ancient',
          status: 'rejected',
          code: 'too_old',
          detail: expect.stringContaining('1999-01-01T00:00:00.000Z'),
        },
        { index: 4, messageId: 'new', status: 'duplicate' },
        { index: 5, status: 'rejected', code: 'invalid', detail: '/batch/5 must be an object' },
      ],
    });
    // What was refused reaches the writer too, to be counted and shown.
    expect(requests[1]?.rejected.map(({ index }) => index)).toEqual([1, 3, 5]);
  });

  test('says the same however often it is sent', async () => {
    const { send } = start();
    const body = { writeKey: 'k', batch: [{ type: 'page', userId: 'u', timestamp: '2024-06-01' }] };
    expect((await send('/v1/batch', { ...body, sentAt: '2024-06-01' })).json).toMatchObject({
      accepted: 1,
    });
    expect((await send('/v1/batch', body)).json).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  test('is 200 for an empty one, and its losses are passed on', async () => {
    const { send, requests } = start();
    const { status, json } = await send('/v1/batch', {
      writeKey: 'k',
      batch: [],
      lost: { overflow: 2 },
    });
    expect({ status, json }).toEqual({ status: 200, json: nothing });
    expect(requests).toMatchObject([{ lost: { overflow: 2 }, events: [], rejected: [] }]);
  });

  test.each([
    ['?debug=1', {}, true],
    ['', { 'X-Debug': 'true' }, true],
    ['?debug=0', {}, false],
    ['', { 'X-Debug': 'false' }, false],
    ['', {}, false],
  ] as const)('lists memberships if asked: %j %j', async (query, headers, expected) => {
    const { json } = await start().send(`/v1/batch${query}`, { writeKey: 'k', batch: [] }, headers);
    expect(Object.keys(json as object).includes('memberships')).toBe(expected);
  });

  test('corrects the time by sentAt', async () => {
    const { send, requests } = start();
    const timestamp = '2024-05-31T11:59:00Z';
    const sentAt = '2024-05-31T12:00:00Z';
    await send('/v1/batch', { writeKey: 'k', sentAt, batch: [{ ...page('m'), timestamp }] });
    expect(requests[0]?.events[0]).toMatchObject({ atMs: NOW_MS - 60_000, receivedAtMs: NOW_MS });
  });
});

describe('a request is refused whole', () => {
  const body = { writeKey: 'k', batch: [] };
  test.each([
    ['without a key', { batch: [] }, 401, 'missing_key'],
    ['with an unknown key', { ...body, writeKey: 'x' }, 401, 'unknown_key'],
    ['without JSON', '{"writeKey":"k"', 400, 'malformed_json'],
    ['without a body', '', 400, 'malformed_json'],
    ['without a batch', { writeKey: 'k' }, 400, 'invalid_batch'],
    [
      'with too many events',
      { ...body, batch: Array(501).fill(page('m')) },
      413,
      'too_many_events',
    ],
    ['when it is too long', { ...body, text: 'x'.repeat(500 * 1024) }, 413, 'body_too_large'],
  ] as const)('%s', async (_, sent, status, code) => {
    const { send, requests } = start();
    const answer = await send('/v1/batch', sent);
    expect(answer).toMatchObject({
      status,
      json: { status, code, instance: '/v1/batch', retryable: false },
    });
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(requests).toEqual([]);
  });

  test('when it is not a POST', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) {
      const response = await start().app.request('/v1/batch', { method });
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST, OPTIONS']);
    }
  });

  test('for a while when the writer is busy', async () => {
    const { send } = start({ write: async () => ({ kind: 'busy', retryAfterS: 2.5 }) });
    const { status, headers, json } = await send('/v1/batch', body);
    expect({ status, after: headers.get('Retry-After') }).toEqual({ status: 503, after: '3' });
    expect(json).toMatchObject({ code: 'busy', retryable: true });
  });

  test('for a while when more requests arrive than can be read', async () => {
    const { send } = start({ turns: createTurns({ bytesPerTurn: 1, bytesWaiting: 40 }) });
    const sent = await Promise.all([1, 2, 3].map(() => send('/v1/batch', body)));
    const answers = sent.map(({ status, headers }) => [status, headers.get('Retry-After')]);
    expect(answers).toEqual([
      [200, null],
      [200, null],
      [503, '1'],
    ]);
  });

  test('for a while when the writer fails, and that is reported', async () => {
    const failure = new Error('disk full');
    const reported: unknown[] = [];
    const { send } = start({
      write: () => Promise.reject(failure),
      report: (error) => reported.push(error),
    });
    const { status, headers, json } = await send('/v1/batch', body);
    expect(status).toBe(503);
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(json).toMatchObject({ code: 'unavailable', retryable: true });
    expect(JSON.stringify(json)).not.toContain('disk full');
    expect(reported).toEqual([failure]);
  });
});

describe('browsers', () => {
  test('are granted what their preflight asks for, without credentials', async () => {
    const asked = 'authorization, content-type, x-retry-count, anonymousid';
    for (const path of ['/v1/batch', '/v1/t', '/v1/projects/k/settings']) {
      const response = await start().app.request(path, {
        method: 'OPTIONS',
        headers: { Origin: 'https://a.example', 'Access-Control-Request-Headers': asked },
      });
      expect([response.status, await response.text()]).toEqual([204, '']);
      expect(Object.fromEntries(response.headers)).toEqual({
        'access-control-allow-origin': '*',
        'access-control-allow-headers': asked,
        'access-control-allow-methods': 'GET, POST',
        'access-control-expose-headers': 'Retry-After',
        'access-control-max-age': '86400',
        vary: 'Access-Control-Request-Headers',
      });
    }
  });

  const allowedOrigins = ['https://a.example'];
  test.each([
    ['one that is listed', { Origin: 'https://a.example' }, 200],
    ['no origin: a server', {}, 200],
    ['another', { Origin: 'https://b.example' }, 403],
    ['another scheme', { Origin: 'http://a.example' }, 403],
    ['a sandboxed frame', { Origin: 'null' }, 403],
  ] as const)('of %s send: %j → %i', async (_, headers, status) => {
    const { send, requests } = start({ allowedOrigins });
    const answer = await send('/v1/batch', { writeKey: 'k', batch: [page('m')] }, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(answer.headers.has('Access-Control-Allow-Credentials')).toBe(false);
    if (status === 403) expect(answer.json).toMatchObject({ code: 'origin_not_allowed' });
    expect(requests.length).toBe(status === 200 ? 1 : 0);
  });
});

test('the bodies that other clients send are read', async () => {
  const text = JSON.stringify({ writeKey: 'k', batch: [page('m')] });
  const gzip = new Uint8Array(gzipSync(text));
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  for (const [body, headers] of [
    [text, { 'Content-Type': 'text/plain' }],
    [gzip, form],
    [gzip, { 'Content-Encoding': 'gzip' }],
  ] as const) {
    const response = await start().app.request('/v1/batch', { method: 'POST', body, headers });
    expect(await response.json()).toMatchObject({ accepted: 1 });
  }
});

describe('the settings of analytics.js', () => {
  async function settings(path: string, headers: Record<string, string> = {}) {
    const response = await start().app.request(path, { headers });
    return { status: response.status, json: await response.json() };
  }
  const integration = { apiKey: 'k', apiHost: 'localhost/v1' };

  test('send its events here', async () => {
    expect(await settings('/v1/projects/k/settings')).toMatchObject({
      status: 200,
      json: { integrations: { 'Segment.io': { ...integration, protocol: 'http' } } },
    });
  });
  test('keep its figures of itself from its vendor', async () => {
    expect(await settings('/v1/projects/k/settings')).toMatchObject({
      json: { metrics: { sampleRate: 0 } },
    });
  });
  test('by TLS where a proxy ends it', async () => {
    const headers = { 'X-Forwarded-Proto': 'https' };
    expect(await settings('/v1/projects/k/settings', headers)).toMatchObject({
      json: { integrations: { 'Segment.io': { ...integration, protocol: 'https' } } },
    });
  });
  test('are not given for an unknown key', async () => {
    expect(await settings('/v1/projects/x/settings')).toMatchObject({
      status: 401,
      json: { code: 'unknown_key', instance: '/v1/projects/x/settings' },
    });
  });
});
