import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, START_MS, startApi } from '../../testing/api.ts';
import { createEnrich } from '../ingest/enrich.ts';
import { createVocabulary } from '../ingest/vocabulary.ts';
import { formatInstant } from '../instant.ts';
import type {
  ImportAnswer,
  Page,
  ProfileAnswer,
  QuarantineAnswer,
  StatsAnswer,
} from '../query/answers.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const CSV = 'text/csv; charset=utf-8';
const NDJSON = 'application/x-ndjson';
const DAY_MS = 86_400_000;
const ago = (ms: number) => formatInstant(START_MS - ms);

interface Sent {
  readonly type?: string;
  readonly query?: string;
  readonly key?: string;
}

async function send(file: Exclude<BodyInit, null>, sent: Sent = {}) {
  const { type = CSV, query = '', key = FIRST.secretKey } = sent;
  return await api.app.request(`/v1/import${query}`, {
    method: 'POST',
    headers: { 'Content-Type': type, Authorization: `Bearer ${key}` },
    body: file,
    ...{ duplex: 'half' },
  });
}

async function brought(file: Exclude<BodyInit, null>, sent?: Sent) {
  const response = await send(file, sent);
  expect(response.status).toBe(200);
  return (await response.json()) as ImportAnswer;
}

const PAST = [
  'type,event,userId,anonymousId,email,timestamp,traits.plan,properties.price,properties.code,properties.new',
  `identify,,u1,a1,ada@x.test,${ago(9 * DAY_MS)},pro,,,`,
  `,Bought,u1,,,${ago(8 * DAY_MS)},,39.5,0049,true`,
  `track,"Said ""hi"", twice",u2,,,${(START_MS - DAY_MS) / 1_000},,,,`,
].join('\n');

async function person(id: string) {
  return (await api.ask<ProfileAnswer>(`/v1/profiles/${id}`)).json;
}

test('past events and traits come in under their columns, at their own times', async () => {
  expect(await brought(PAST)).toEqual({
    ...{ dryRun: false, rows: 3, accepted: 3, duplicate: 0, rejected: 0, dropped: 0, errors: [] },
  });
  expect(await person('a1')).toMatchObject({
    userId: 'u1',
    traits: { email: 'ada@x.test', plan: 'pro' },
  });
  const { json } = await api.ask<Page<unknown>>('/v1/profiles/u1/events');
  expect(json.data).toMatchObject([
    {
      name: 'Bought',
      timestamp: ago(8 * DAY_MS),
      properties: { price: 39.5, code: '0049', new: true },
    },
    { type: 'identify', timestamp: ago(9 * DAY_MS) },
  ]);
});

test('a file that is brought in twice changes nothing, also if it names no messageId', async () => {
  await brought(PAST);
  const before = await person('u1');
  expect(await brought(PAST)).toMatchObject({ rows: 3, accepted: 0, duplicate: 3 });
  expect(await person('u1')).toEqual(before);
});

test('a dry run says what would be, and stores and counts nothing', async () => {
  const file = `${PAST}\ntrack,,u9,,,${ago(DAY_MS)},,,,`;
  const said = await brought(file, { query: '?dryRun=true' });
  expect(said).toMatchObject({ dryRun: true, rows: 4, accepted: 3, rejected: 1 });
  expect((await api.problem('/v1/profiles/u1')).code).toBe('not_found');
  expect((await api.ask<StatsAnswer>('/v1/stats')).json.data).toEqual([]);
  expect(await brought(file)).toEqual({ ...said, dryRun: false });
  expect(await brought(file, { query: '?dryRun=true' })).toMatchObject({ duplicate: 3 });
});

describe('of a file with bad rows the good ones are taken, and each bad one is told', () => {
  const T = ago(DAY_MS);
  test.each([
    ['no name of an event', `track,,u1,${T}`, 'event', 'must name the event'],
    ['nobody', `track,A,,${T}`, undefined, 'names nobody'],
    ['a type of no kind', `view,A,u1,${T}`, 'type', 'must be one of'],
    ['no time', 'track,A,u1,', 'timestamp', 'when the track happened'],
    ['a time that is none', 'track,A,u1,yesterday', 'timestamp', 'ISO 8601'],
    ['a time too old', 'track,A,u1,2020-01-01', undefined, 'are kept since'],
    ['a placeholder', `track,A,undefined,${T}`, 'userId', 'is a placeholder'],
    ['too few cells', 'track,A,u1', undefined, '3 cells where the header names 4'],
    ['too many cells', `track,A,u1,${T},x`, undefined, '5 cells where the header names 4'],
  ])('%s', async (_, row, column, detail) => {
    const file = ['type,event,userId,timestamp', `track,A,u1,${T}`, row, '', `track,B,u2,${T}`];
    const said = await brought(file.join('\r\n'));
    expect(said).toMatchObject({ rows: 3, accepted: 2, rejected: 1, errors: [{ line: 3 }] });
    expect(said.errors[0]?.column).toBe(column);
    expect(said.errors[0]?.detail).toContain(detail);
    const { json } = await api.ask<StatsAnswer>('/v1/stats');
    expect(json.total).toMatchObject({ received: 3, accepted: 2, rejected: 1 });
    const kept = await api.ask<Page<QuarantineAnswer>>('/v1/quarantine');
    expect(kept.json.data).toHaveLength(1);
  });

  test('a line breaks inside of quotes, and lines are counted as an editor does', async () => {
    const file = 'userId,traits.note\nu1,"two\nlines"\nundefined,x\n';
    expect(await brought(file)).toMatchObject({ accepted: 1, errors: [{ line: 4 }] });
  });

  test('only the first hundred are told', async () => {
    const rows = Array.from({ length: 1_200 }, () => 'undefined,x').join('\n');
    const said = await brought(`userId,traits.a\n${rows}`);
    expect([said.rejected, said.errors.length]).toEqual([1_200, 100]);
  });

  test('lines of NDJSON', async () => {
    const lines = [
      JSON.stringify({ userId: 'u1', traits: { plan: 'pro' } }),
      '{"userId": ',
      '[1]',
      'x'.repeat(200_000),
      '',
      JSON.stringify({ type: 'page', userId: 'u1', timestamp: T, properties: { path: '/a' } }),
    ];
    const said = await brought(lines.join('\n'), { type: NDJSON });
    expect(said).toMatchObject({ rows: 5, accepted: 2, rejected: 3 });
    expect(said.errors.map(({ line }) => line)).toEqual([2, 3, 4]);
  });
});

test('the clocks of an old export move no event', async () => {
  const event = { type: 'track', event: 'A', userId: 'u1', timestamp: ago(5 * DAY_MS) };
  const old = { sentAt: ago(5 * DAY_MS), originalTimestamp: ago(6 * DAY_MS) };
  await brought(JSON.stringify({ ...event, ...old }), { type: NDJSON });
  const { json } = await api.ask<Page<{ timestamp: string }>>('/v1/profiles/u1/events');
  expect(json.data[0]?.timestamp).toBe(event.timestamp);
});

describe('a file that cannot be read at all is refused', () => {
  test.each([
    ['an unknown column', 'userId,plan\nu1,pro', 'invalid_request', '"plan"'],
    ['a column twice', 'userId,userId\nu1,u1', 'invalid_request', 'More than one'],
    ['a column within another', 'userId,traits.a,traits.a.b\nu,1,2', 'invalid_request', 'traits.a'],
    ['nobody', 'event,timestamp\nA,2026-01-01', 'invalid_request', 'who it was'],
    ['no header', '', 'invalid_request', 'no header'],
    ['no UTF-8', new Uint8Array([0x75, 0xff, 0xfe]), 'malformed_body', 'UTF-8'],
    ['half a gzip', gzipSync(PAST).subarray(0, 30), 'malformed_body', 'gzip'],
  ])('%s', async (_, file, code, detail) => {
    const response = await send(file);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code, detail: expect.stringContaining(detail) });
  });

  test('and counted, unless it was a dry run', async () => {
    await send('userId,plan\nu1,pro');
    await send('', { query: '?dryRun=true' });
    await send(PAST, { query: '?dryRun=perhaps' });
    await api.counted();
    const { total } = (await api.ask<StatsAnswer>('/v1/stats')).json;
    expect(total).toMatchObject({ received: 0, refused: { invalid_request: 2 } });
  });

  test('and of one that breaks off, the rows before are told', async () => {
    const said = await brought('userId,traits.a\nu1,1\nu2,"never closed\nu3,3');
    expect(said).toMatchObject({ rows: 1, accepted: 1, stopped: { line: 3 } });
    expect(said.stopped?.detail).toContain('never closed');
  });

  test('and of one with a quote where none may stand, too', async () => {
    const said = await brought('userId,traits.a\nu1,1\nu2,2\nu3,a"b\nu4,4\n');
    expect(said).toMatchObject({ rows: 2, accepted: 2, stopped: { line: 4 } });
    expect((await person('u2')).traits).toEqual({ a: 2 });
  });
});

test('gzip and a byte order mark are seen by themselves', async () => {
  expect(await brought(gzipSync(`\uFEFF${PAST}`))).toMatchObject({ accepted: 3 });
});

test.each([
  ['a write key', FIRST.writeKey, 'forbidden'],
  ['a key that reads', FIRST.readKey, 'forbidden'],
  ['no key of anybody', 'sk_nobody', 'unknown_key'],
])('%s brings nothing in', async (_, key, code) => {
  expect(await (await send(PAST, { key })).json()).toMatchObject({ code });
  expect((await api.problem('/v1/profiles/u1')).code).toBe('not_found');
});

test('segments are true as of the times of the events, and equal a recomputation', async () => {
  await api.define({
    ...{ id: 'buyers', name: 'Buyers', kind: 'implicit' },
    if: { did: 'Bought', times: 2, within: '30d' },
  });
  const rows = Array.from({ length: 700 }, (_, index) => {
    const person = `u${index % 50}`;
    return `Bought,${person},${ago(((index * 7) % 60) * DAY_MS + index * 1_000)}`;
  });
  await brought(`event,userId,timestamp\n${rows.join('\n')}`);
  for (const days of [0, 5, 20]) {
    const thenMs = START_MS - days * DAY_MS;
    const own = new Map<string, number>();
    for (const row of rows) {
      const [, person = '', at = ''] = row.split(',');
      const ageMs = thenMs - Date.parse(at);
      if (ageMs >= 0 && ageMs < 30 * DAY_MS) own.set(person, (own.get(person) ?? 0) + 1);
    }
    const expected = [...own.values()].filter((times) => times >= 2).length;
    const asked = `/v1/segments/buyers/count?mode=true&at=${formatInstant(thenMs)}`;
    expect((await api.ask(asked)).json, `${days} days ago`).toMatchObject({ count: expected });
    expect(expected).toBeGreaterThan(10);
  }
  const audit = await api.ask('/v1/audit', { method: 'POST', body: { segment: 'buyers' } });
  expect(audit.json).toMatchObject({ checked: 50, differing: [] });
});

test('waits where more arrives than can be written, and loses nothing', async () => {
  await api.end();
  const waits: number[] = [];
  let turn = 0;
  api = await startApi({
    write: () => {
      turn += 1;
      return Promise.resolve(
        turn % 2 === 1
          ? { kind: 'busy', retryAfterS: 2 }
          : { kind: 'decided', duplicates: new Set(), erased: new Set(), memberships: [] },
      );
    },
    pause: (ms) => Promise.resolve(waits.push(ms)),
  });
  expect(await brought(PAST)).toMatchObject({ accepted: 3 });
  expect(waits).toEqual([2_000]);
});

test('of a long file a piece is held at a time', async () => {
  const ROWS = 100_000;
  let made = 0;
  let written = 0;
  let aheadMost = 0;
  await api.end();
  api = await startApi({
    write: ({ events }) => {
      written += events.length;
      aheadMost = Math.max(aheadMost, made - written);
      return Promise.resolve({
        ...{ kind: 'decided', duplicates: new Set(), erased: new Set(), memberships: [] },
      });
    },
  });
  const encoder = new TextEncoder();
  const file = new ReadableStream({
    pull(controller) {
      if (made === 0) controller.enqueue(encoder.encode('event,userId,timestamp\n'));
      const rows = Array.from({ length: 100 }, (_, at) => `A,u${made + at},${ago(DAY_MS)}\n`);
      made += rows.length;
      controller.enqueue(encoder.encode(rows.join('')));
      if (made === ROWS) controller.close();
    },
  });
  expect(await brought(file)).toMatchObject({ rows: ROWS, accepted: ROWS });
  expect(aheadMost).toBeLessThan(10_000);
});

test.each([
  ['semicolons', 'userId;traits.plan;"traits.a,b"\nu1;pro;1,5\n'],
  ['tabs', 'userId\ttraits.plan\t"traits.a,b"\nu1\tpro\t1,5\n'],
])('cells may be separated by %s', async (_, file) => {
  expect(await brought(file)).toMatchObject({ rows: 1, accepted: 1 });
  expect((await person('u1')).traits).toEqual({ plan: 'pro', 'a,b': '1,5' });
});

test('of crawlers nothing is kept, and names that are too many are refused', async () => {
  await api.end();
  const vocabulary = createVocabulary([], { names: 1, paths: 1 });
  api = await startApi({ enrich: createEnrich(), vocabulary });
  const at = ago(DAY_MS);
  const file = [
    'event,userId,timestamp,context.userAgent',
    `Bought,u1,${at},`,
    `Bought,u2,${at},Googlebot/2.1 (+http://www.google.com/bot.html)`,
    `Bought 42,u1,${at},`,
  ].join('\n');
  expect(await brought(file, { query: '?dryRun=true' })).toMatchObject({ accepted: 2, dropped: 1 });
  const answer = await brought(file);
  expect(answer).toMatchObject({ rows: 3, accepted: 1, dropped: 1, rejected: 1 });
  expect(answer.errors).toMatchObject([{ line: 4, column: 'event', code: 'quota_cardinality' }]);
  const { total } = (await api.ask<StatsAnswer>('/v1/stats')).json;
  expect(total).toMatchObject({ received: 3, accepted: 1, dropped: 1, rejected: 1 });
  const metrics = await (await api.request('/metrics')).text();
  expect(metrics).toContain('inkling_events_total{outcome="dropped"} 1');
});
