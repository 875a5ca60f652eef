import { gzipSync } from 'node:zlib';
import { EVENT_BYTES_MAX, type WireAnswer } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { almostRight, anything, eventsIn, GOOD, type Payload } from '../../testing/payloads.ts';
import type { Event } from '../event.ts';
import type { Write } from '../ingest/outcome.ts';
import { ingestRoutes } from './ingest.ts';

/** Of a write key. */
const WRITER = { key: 'key_k', timeZone: 'UTC', writeKey: 'k', role: 'write' } as const;
const NOW_MS = Date.UTC(2024, 5, 1, 12);
const RETENTION_MS = 395 * 86_400_000;

function app(write: Write = keep) {
  return ingestRoutes({
    clock: () => NOW_MS,
    keys: { sender: (key) => (key === 'k' ? { ...WRITER, id: 1 } : undefined) },
    retentionMs: RETENTION_MS,
    write,
  });
}

/**
 * A writer as strict as the database is: libSQL ends the whole process if it is handed a boolean or
 * an object where a text or a number belongs.
 */
async function keep({ events }: { readonly events: readonly Event[] }) {
  for (const event of events) checkExact(event);
  return {
    kind: 'decided',
    duplicates: new Set<number>(),
    erased: new Set<number>(),
    memberships: [],
  } as const;
}

function checkExact(event: Event): void {
  const { messageId, type, atMs, receivedAtMs, flags, properties, context, traits, ...texts } =
    event;
  expect(messageId).toMatch(/^.{1,100}$/su);
  expect(['page', 'screen', 'track', 'identify', 'group', 'alias']).toContain(type);
  expect(Number.isSafeInteger(atMs) && atMs <= receivedAtMs && atMs >= NOW_MS - RETENTION_MS).toBe(
    true,
  );
  expect(receivedAtMs).toBe(NOW_MS);
  expect(texts.userId ?? texts.anonymousId).toBeTypeOf('string');
  for (const [key, text] of Object.entries(texts)) {
    expect(['name', 'userId', 'anonymousId', 'groupId', 'previousId', 'sessionId']).toContain(key);
    expect(text).toMatch(/^.{1,256}$/su);
  }
  expect(flags.every((flag) => typeof flag === 'string')).toBe(true);
  for (const value of [properties, context, traits]) checkJson(value);
  for (const text of [messageId, ...Object.values(texts)]) checkClean(text);
}

function checkJson(value: unknown): void {
  if (typeof value === 'string') checkClean(value);
  else if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
  else if (typeof value === 'object' && value !== null) {
    if (!Array.isArray(value)) expect(Object.getPrototypeOf(value)).toBe(null);
    expect(Object.keys(value)).not.toContain('__proto__');
    for (const [key, each] of Object.entries(value)) {
      checkClean(key);
      checkJson(each);
    }
  } else expect(value === null || typeof value === 'boolean').toBe(true);
}

function checkClean(text: unknown): void {
  expect(text).not.toMatch(/\0|\p{Surrogate}/u);
}

async function send(body: BodyInit, path = '/v1/batch', headers: Record<string, string> = {}) {
  const response = await app().request(path, { method: 'POST', body, headers });
  const json = (await response.json()) as Partial<WireAnswer> & { readonly code?: string };
  return { status: response.status, json };
}

/** A batch as text: two good events around one that is not, written as it stands. */
function around(event: string): string {
  return `{"writeKey":"k","batch":[${JSON.stringify(GOOD)},${event},${JSON.stringify(GOOD)}]}`;
}

const huge = (bytes: number) => 'x'.repeat(bytes);
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('one event of an attacker is refused, and its neighbours stay', () => {
  const nobody = '"type":"track","event":"E"';
  const somebody = `${nobody},"userId":"u"`;
  test.each([
    ['true as id', `{${nobody},"userId":true}`, 'invalid'],
    ['false as messageId', `{${somebody},"messageId":false}`, 'invalid'],
    ['an object as id', `{${nobody},"userId":{"a":1}}`, 'invalid'],
    ['an array as id', `{${nobody},"anonymousId":["a"]}`, 'invalid'],
    ['an object as name', '{"type":"track","userId":"u","event":{}}', 'invalid'],
    ['an object as session', `{${somebody},"context":{"sessionId":{}}}`, 'invalid'],
    ['an object as time', `{${somebody},"timestamp":{}}`, 'invalid'],
    ['true as time', `{${somebody},"timestamp":true}`, 'invalid'],
    ['a huge number as time', `{${somebody},"timestamp":1e308}`, 'invalid'],
    ['true as type', '{"type":true,"userId":"u"}', 'invalid'],
    ['a name of every object as type', '{"type":"constructor","userId":"u"}', 'invalid'],
    ['NUL in an id', `{${nobody},"userId":"a\\u0000b"}`, 'invalid'],
    ['half a pair in an id', `{${nobody},"userId":"a\\ud800"}`, 'invalid'],
    ['NUL in a value', `{${somebody},"properties":{"a":"\\u0000"}}`, 'invalid'],
    ['half a pair in a key', `{${somebody},"properties":{"\\udfff":1}}`, 'invalid'],
    ['NUL in a trait', '{"type":"identify","userId":"u","traits":{"a":["\\u0000"]}}', 'invalid'],
    ['an infinite number', `{${somebody},"properties":{"a":1e999}}`, 'invalid'],
    ['11 levels', `{${somebody},"properties":${deep(11)}}`, 'invalid'],
    ['20,000 levels', `{${somebody},"properties":${deep(20_000)}}`, 'too_large'],
    ['20,000 levels elsewhere', `{${somebody},"junk":${deep(20_000)}}`, 'too_large'],
    ['20,000 levels of arrays', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'invalid'],
    ['too many bytes', `{${somebody},"junk":"${huge(EVENT_BYTES_MAX)}"}`, 'too_large'],
    [
      '256 keys',
      `{${somebody},"properties":{${Array.from({ length: 256 }, (_, i) => `"k${i}":1`)}}}`,
      'invalid',
    ],
    ['a long key', `{${somebody},"properties":{"${huge(201)}":1}}`, 'invalid'],
    ['a long id', `{${nobody},"userId":"${huge(257)}"}`, 'invalid'],
    ['a long messageId', `{${somebody},"messageId":"${huge(101)}"}`, 'invalid'],
    ['an ancient time', `{${somebody},"timestamp":"1970-01-01"}`, 'too_old'],
    ['a time before all time', `{${somebody},"timestamp":"0000-01-01"}`, 'invalid'],
    ['ids by inheritance', `{${nobody},"__proto__":{"userId":"u"}}`, 'invalid'],
    ['null', 'null', 'invalid'],
    ['a number', '1e400', 'invalid'],
    ['nothing', '{}', 'invalid'],
  ])('%s', async (_, event, code) => {
    const { status, json } = await send(around(event));
    expect(status).toBe(200);
    expect(json).toMatchObject({ accepted: 2, rejected: 1, results: [{ index: 1, code }] });
  });
});

describe('what only looks like an attack is taken', () => {
  test.each([
    ['keys of every object', '"properties":{"__proto__":{"a":1},"constructor":1,"toString":2}'],
    ['keys written twice', '"properties":{"a":1,"a":2},"userId":"v"'],
    ['a time of the future', '"timestamp":"9999-12-31T23:59:59Z"'],
    ['nanoseconds', '"timestamp":"2024-06-01T11:59:59.123456789+00:00"'],
    ['empty ids', '"anonymousId":"","messageId":null'],
    ['10 levels', `"properties":${deep(10)}`],
    ['SQL', '"properties":{"a":"\'; DROP TABLE events; --"}'],
    ['unknown fields', '"a":true,"b":{"c":[]},"integrations":{"All":false}'],
  ])('%s', async (_, fields) => {
    const { status, json } = await send(
      around(`{"type":"track","event":"E","userId":"u",${fields}}`),
    );
    expect({ status, json }).toMatchObject({ status: 200, json: { accepted: 3, rejected: 0 } });
  });
});

describe('a whole request of an attacker is refused', () => {
  const gzip = (content: string | Uint8Array) => new Uint8Array(gzipSync(content));
  const batch = (events: number) =>
    JSON.stringify({ writeKey: 'k', batch: Array(events).fill(GOOD) });
  const copied = { writeKey: 'k', context: { a: huge(20_000) }, batch: Array(500).fill({}) };
  test.each([
    ['an empty body', '', 400, 'malformed_json'],
    ['broken JSON', '{"writeKey":"k","batch":[', 400, 'malformed_json'],
    ['two JSON values', '{}{}', 400, 'malformed_json'],
    ['a byte order mark and nothing', '\ufeff', 400, 'malformed_json'],
    ['an array', '[]', 401, 'missing_key'],
    ['a number', '3', 401, 'missing_key'],
    ['null', 'null', 401, 'missing_key'],
    ['true as key', '{"writeKey":true,"batch":[]}', 401, 'missing_key'],
    ['a name of every object as key', '{"writeKey":"__proto__","batch":[]}', 401, 'unknown_key'],
    ['an object as batch', '{"writeKey":"k","batch":{"length":1}}', 400, 'invalid_batch'],
    ['a text as batch', '{"writeKey":"k","batch":"[]"}', 400, 'invalid_batch'],
    ['no batch', '{"writeKey":"k"}', 400, 'invalid_batch'],
    [
      '10,000 events',
      JSON.stringify({ writeKey: 'k', batch: Array(10_000).fill(1) }),
      413,
      'too_many_events',
    ],
    ['600 KiB', huge(600 * 1024), 413, 'body_too_large'],
    ['600 KiB, gzip', gzip(batch(10_000)), 413, 'body_too_large'],
    ['a bomb of 1 GB', gzip(gzip(new Uint8Array(100_000_000))), 400, 'malformed_body'],
    ['a bomb of 100 MB', gzip(new Uint8Array(100_000_000)), 413, 'body_too_large'],
    ['half of a gzip', gzip(batch(3)).slice(0, 40), 400, 'malformed_body'],
    ['bytes', new Uint8Array([0xc3, 0x28]), 400, 'malformed_body'],
    ['a context to be copied 500 times', JSON.stringify(copied), 413, 'body_too_large'],
    ['100,000 levels', `{"writeKey":"k","batch":${deep(50_000)}}`, 400, 'invalid_batch'],
    [
      '100,000 levels of context',
      `{"writeKey":"k","batch":[],"context":${deep(50_000)}}`,
      400,
      'invalid_batch',
    ],
    ['brackets alone', '['.repeat(500_000), 400, 'malformed_json'],
  ])('%s', async (_, body, status, code) => {
    expect(await send(body)).toMatchObject({ status, json: { status, code } });
  });

  test.each([
    ['?writeKey=%', {}],
    ['?writeKey=k&writeKey=x', {}],
    ['', { Authorization: 'Basic' }],
    ['', { Authorization: 'Basic \u00ff\u00ff' }],
    ['', { Authorization: `Basic ${btoa('\0\xff:')}` }],
    ['', { 'X-Write-Key': ':' }],
    ['', { 'Content-Length': 'NaN' }],
    ['', { 'Content-Length': '-5' }],
    ['', { 'Content-Encoding': 'gzip, gzip, br' }],
    ['', { 'Content-Type': '\u00ff' }],
    ['', { Origin: '' }],
  ])('strange addresses and headers do no harm: %j %j', async (query, headers) => {
    const { status } = await send(around('{}'), `/v1/batch${query}`, headers);
    expect(status).toBe(200);
  });
});

// Hundreds of requests each: slow where other work shares the machine.
describe('whatever JSON is sent', { timeout: 60_000 }, () => {
  async function check({ path, body }: Payload): Promise<void> {
    const text = JSON.stringify(body);
    const { status, json } = await send(text, `${path}?writeKey=k`);
    if (status !== 200) {
      expect(status >= 400 && status < 500).toBe(true);
      expect(json.code).toBeTypeOf('string');
      return;
    }
    const sent: unknown = JSON.parse(text);
    const received = eventsIn(path, sent);
    const { accepted = -1, duplicate = -1, rejected = -1, dropped = -1, results = [] } = json;
    expect(accepted + duplicate + rejected + dropped).toBe(received);
    expect(results.length).toBe(received - accepted);
  }

  test('the answer is 200 or 4xx, every event is counted, and what passes is exact', async () => {
    await fc.assert(fc.asyncProperty(anything, check));
  });
  test('also if it is almost right', async () => {
    await fc.assert(fc.asyncProperty(almostRight, check));
  });
  test('also if bytes of it are changed', async () => {
    const valid = new TextEncoder().encode(around(JSON.stringify(GOOD)));
    const flips = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(flips, fc.boolean(), async (changes, zip) => {
        const bytes = new Uint8Array(zip ? gzipSync(valid) : valid);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        const { status } = await send(bytes);
        expect(status === 200 || (status >= 400 && status < 500)).toBe(true);
      }),
    );
  });
});
