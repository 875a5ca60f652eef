import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, type Question, START_MS, startApi, viewers } from '../../testing/api.ts';
import { formatInstant } from '../instant.ts';
import type {
  AuditAnswer,
  EventAnswer,
  ImportAnswer,
  MemberAnswer,
  Page,
  ProfileAnswer,
  QuarantineAnswer,
  StatsAnswer,
} from '../query/answers.ts';
import { IMPORT_BYTES_MAX } from './import.ts';

/** A day of the last weeks, as a file has it. */
const dayAgo = (days: number) => formatInstant(START_MS - days * 86_400_000).slice(0, 10);
const YESTERDAY = dayAgo(1);

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const CSV = 'text/csv';
const NDJSON = 'application/x-ndjson';

interface Sent extends Omit<Question, 'body'> {
  readonly type?: string;
  readonly query?: string;
}

function question(body: string | Uint8Array, { type = CSV, ...rest }: Sent = {}): Question {
  return { method: 'POST', headers: { 'Content-Type': type }, ...rest, body };
}

async function bring(body: string | Uint8Array, sent: Sent = {}): Promise<ImportAnswer> {
  const { query = '', ...rest } = sent;
  const { status, json } = await api.ask<ImportAnswer>(`/v1/import${query}`, question(body, rest));
  expect(status, JSON.stringify(json)).toBe(200);
  return json;
}

async function problem(body: string | Uint8Array, sent: Sent = {}) {
  const { query = '', ...rest } = sent;
  return await api.problem(`/v1/import${query}`, question(body, rest));
}

async function profile(id: string): Promise<ProfileAnswer> {
  return (await api.ask<ProfileAnswer>(`/v1/profiles/${id}`)).json;
}

async function events(): Promise<readonly EventAnswer[]> {
  return (await api.ask<Page<EventAnswer>>('/v1/events')).json.data;
}

const PEOPLE = 'User ID,email,plan,seats\nada,ada@x.test,pro,7\nbob,bob@x.test,free,\n';

describe('a file of people', () => {
  test('tells who they are', async () => {
    expect(await bring(PEOPLE)).toEqual({
      ...{ dryRun: false, rows: 2, accepted: 2, duplicate: 0, rejected: 0, dropped: 0 },
      errors: [],
      columns: [
        { heading: 'User ID', field: 'userId' },
        ...['email', 'plan', 'seats'].map((heading) => ({
          ...{ heading, field: `traits.${heading} or properties.${heading}` },
        })),
      ],
    });
    expect((await profile('ada')).traits).toEqual({ email: 'ada@x.test', plan: 'pro', seats: 7 });
    expect((await profile('bob')).traits).toEqual({ email: 'bob@x.test', plan: 'free' });
  });

  test('changes nothing when it comes again', async () => {
    await bring(PEOPLE);
    expect(await bring(PEOPLE)).toMatchObject({ accepted: 0, duplicate: 2, rejected: 0 });
    expect(await events()).toHaveLength(2);
  });

  test('is of the instant that is said of it, whenever it comes', async () => {
    await bring('userId,plan\nada,pro\n', { query: `?timestamp=${dayAgo(2)}` });
    await bring('userId,plan\nada,free\n', { query: `?timestamp=${dayAgo(3)}` });
    expect((await profile('ada')).traits).toEqual({ plan: 'pro' });
    const dated = `userId,plan,timestamp\nada,team,${YESTERDAY}\n`;
    await bring(dated, { query: `?timestamp=${dayAgo(3)}` });
    expect((await profile('ada')).traits).toEqual({ plan: 'team' });
  });
});

test.each<[string, string | Uint8Array]>([
  ['semicolons', PEOPLE.replaceAll(',', ';')],
  ['tabs', PEOPLE.replaceAll(',', '\t')],
  ['CRLF', PEOPLE.replaceAll('\n', '\r\n')],
  ['a byte order mark', `\uFEFF${PEOPLE}`],
  ['quotes', PEOPLE.replace('User ID', '"User ID"').replace('pro', '"pro"')],
  ['empty lines', PEOPLE.replaceAll('\n', '\n\n')],
  ['no last line end', PEOPLE.trimEnd()],
  ['gzip', gzipSync(PEOPLE)],
])('a file is read with %s', async (_, file) => {
  expect(await bring(file)).toMatchObject({ rows: 2, accepted: 2 });
  expect((await profile('ada')).traits).toEqual({ email: 'ada@x.test', plan: 'pro', seats: 7 });
});

describe('a file of past events', () => {
  const view = (anonymousId: string, daysAgo: number) => ({
    type: 'page',
    anonymousId,
    properties: { path: '/pricing' },
    timestamp: formatInstant(START_MS - daysAgo * 86_400_000),
  });

  test('makes members of whom it is true, as of then', async () => {
    await api.define({
      ...viewers('s', '/pricing'),
      if: { did: 'page', where: { path: '/pricing' } },
    });
    const lines = [view('a', 3), view('b', 400), view('a', 2)].map((each) => JSON.stringify(each));
    const answer = await bring(`${lines.join('\n')}\n`, { type: NDJSON });
    expect(answer).toMatchObject({ rows: 3, accepted: 2, rejected: 1 });
    expect(answer.errors).toMatchObject([{ line: 2, code: 'too_old' }]);
    const { json } = await api.ask<Page<MemberAnswer>>('/v1/segments/s/members');
    expect(json.data).toMatchObject([{ anonymousIds: ['a'], enteredAt: view('a', 3).timestamp }]);
    const audit = await api.ask<AuditAnswer>('/v1/audit', { method: 'POST', body: {} });
    expect(audit.json).toMatchObject({ different: 0 });
  });

  test('is a table as well', async () => {
    await bring(
      `event,anonymousId,timestamp,price,properties.item.sku,sessionId\nBought,a,${YESTERDAY} 10:00,39,007,s1\n`,
    );
    expect(await events()).toMatchObject([
      {
        ...{ type: 'track', name: 'Bought', timestamp: `${YESTERDAY}T10:00:00.000Z` },
        properties: { price: 39, item: { sku: '007' } },
        context: { sessionId: 's1' },
      },
    ]);
  });

  test('does not make the importing program the browser of anybody', async () => {
    await bring('userId\nada\n', { headers: { 'Content-Type': CSV, 'User-Agent': 'curl/8' } });
    expect(JSON.stringify(await events())).not.toContain('curl');
  });

  test('is longer than any batch', async () => {
    const rows = Array.from({ length: 1_201 }, (_, i) => `u${i},pro`);
    const answer = await bring(`userId,plan\n${rows.join('\n')}\n`);
    expect(answer).toMatchObject({ rows: 1_201, accepted: 1_201 });
    expect((await profile('u1200')).traits).toEqual({ plan: 'pro' });
  });
});

describe('a row that is wrong', () => {
  test('is told by its line and column, and the others are taken', async () => {
    const long = 'x'.repeat(40_000);
    const file = [
      'userId,anonymousId,event,timestamp,note',
      `ada,,Bought,${YESTERDAY},"two`,
      'lines"',
      'bob,,Bought,yesterday,',
      `,,Bought,${YESTERDAY},`,
      `undefined,,Bought,${YESTERDAY},`,
      `cyn,,Bought,${YESTERDAY},a,b`,
      `dan,,Bought,${YESTERDAY},a"b`,
      `eve,,Bought,${YESTERDAY},${long}`,
      'fay,,Bought,2001-01-01,',
      `gus,,Bought,${YESTERDAY},`,
    ];
    const answer = await bring(`${file.join('\n')}\n`);
    expect(answer).toMatchObject({ rows: 9, accepted: 2, rejected: 7 });
    expect(answer.errors).toEqual([
      {
        line: 4,
        column: 'timestamp',
        code: 'invalid',
        detail: expect.stringContaining('ISO 8601'),
      },
      { line: 5, code: 'invalid', detail: expect.stringContaining('names nobody') },
      { line: 6, column: 'userId', code: 'placeholder_id', detail: expect.any(String) },
      { line: 7, code: 'invalid', detail: 'has 6 cells, and the heading 5' },
      { line: 8, code: 'invalid', detail: expect.stringContaining('quote') },
      { line: 9, code: 'too_large', detail: expect.any(String) },
      { line: 10, code: 'too_old', detail: expect.any(String) },
    ]);
    expect((await events()).map(({ userId }) => userId).sort()).toEqual(['ada', 'gus']);
  });

  test('of JSON, too', async () => {
    const long = JSON.stringify({ userId: 'a', traits: { a: 'x'.repeat(40_000) } });
    const file = `{"userId":"ada"}\n{oops\n3\n${long}\n\n{"userId":"bob","type":"page"}`;
    const answer = await bring(file, { type: 'application/x-ndjson; charset=utf-8' });
    expect(answer).toMatchObject({ rows: 5, accepted: 2, rejected: 3 });
    expect(answer.errors.map(({ line, code }) => [line, code])).toEqual([
      [2, 'invalid'],
      [3, 'invalid'],
      [4, 'too_large'],
    ]);
  });

  test('is one of those behind a quote that is never closed', async () => {
    const answer = await bring('userId,note\nada,x\nbob,"y\ncyn,z\n');
    expect(answer).toMatchObject({ rows: 2, accepted: 1, rejected: 1 });
    expect(answer.errors).toMatchObject([{ detail: expect.stringContaining('never closed') }]);
  });

  test('is no endless one', async () => {
    const rest = 'cyn,z\n'.repeat(200_000);
    const refused = await problem(`userId,note\nada,x\nbob,"y\n${rest}`);
    expect(refused).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(refused.detail).toContain('after line 2 is longer');
  });

  test('is kept in the quarantine and counted', async () => {
    await bring('userId,plan,timestamp\nada,pro,never\nbob,free,\nbob,free,\n');
    const kept = (await api.ask<Page<QuarantineAnswer>>('/v1/quarantine')).json.data;
    expect(kept).toMatchObject([
      { code: 'invalid', pointer: '/timestamp', event: { userId: 'ada' } },
    ]);
    const { total } = (await api.ask<StatsAnswer>('/v1/stats')).json;
    expect(total).toMatchObject({ received: 3, accepted: 1, duplicate: 1, rejected: 1 });
  });

  test('is one of a hundred that are told, and of all that are counted', async () => {
    const answer = await bring(`userId\n${'undefined\n'.repeat(150)}`);
    expect(answer).toMatchObject({ rows: 150, rejected: 150 });
    expect(answer.errors).toHaveLength(100);
  });
});

describe('a dry run', () => {
  test('stores nothing and says what would be', async () => {
    const file = `${PEOPLE}undefined,x@x.test,,\n`;
    const answer = await bring(file, { query: '?dryRun=1' });
    expect(answer).toMatchObject({ dryRun: true, rows: 3, accepted: 2, rejected: 1 });
    expect(answer.sample).toEqual([
      { type: 'identify', userId: 'ada', traits: { email: 'ada@x.test', plan: 'pro', seats: 7 } },
      { type: 'identify', userId: 'bob', traits: { email: 'bob@x.test', plan: 'free' } },
    ]);
    expect(await events()).toEqual([]);
    const { total } = (await api.ask<StatsAnswer>('/v1/stats')).json;
    expect(total.received).toBe(0);
    expect(await bring(file)).toMatchObject({ accepted: 2, rejected: 1 });
  });
});

describe('a file is refused', () => {
  test.each<[string, string | Uint8Array, Sent, object]>([
    ['without a heading', '', {}, { status: 400, code: 'invalid_request' }],
    ['with a column without a name', 'userId,\nada,x\n', {}, { code: 'invalid_request' }],
    ['with a column twice', 'userId,a,a\n', {}, { status: 400, code: 'invalid_request' }],
    ['with half a heading', 'userId,pl"an\nada,x\n', {}, { code: 'invalid_request' }],
    [
      'that is not UTF-8',
      Buffer.from('userId,a\nada,\xe4\n', 'latin1'),
      {},
      { code: 'malformed_body' },
    ],
    ['that is half of a gzip', gzipSync(PEOPLE).subarray(0, 30), {}, { code: 'malformed_body' }],
    [
      'that is too large',
      'x'.repeat(IMPORT_BYTES_MAX + 1),
      {},
      { status: 413, code: 'body_too_large' },
    ],
    ['without a key', PEOPLE, { key: null }, { status: 401, code: 'missing_key' }],
    ['with a write key', PEOPLE, { key: FIRST.writeKey }, { status: 403, code: 'forbidden' }],
    ['with a key that reads', PEOPLE, { key: FIRST.readKey }, { status: 403, code: 'forbidden' }],
    [
      'with a key in the address',
      PEOPLE,
      { key: null, query: `?writeKey=${FIRST.secretKey}` },
      { status: 403, code: 'secret_key_exposed' },
    ],
    [
      'of no instant',
      PEOPLE,
      { query: '?timestamp=today' },
      { status: 400, code: 'invalid_request' },
    ],
  ])('%s', async (_, file, sent, expected) => {
    expect(await problem(file, sent)).toMatchObject(expected);
    expect(await events()).toEqual([]);
  });

  test('that breaks off, and what came before is decided and told', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => `u${i}`).join('\n');
    const file = Buffer.concat([Buffer.from(`userId\n${rows}\n`), Buffer.from([0xe4, 0x0a])]);
    const refused = await problem(file);
    expect(refused).toMatchObject({ status: 400, code: 'malformed_body' });
    expect(refused.detail).not.toContain('decided');
    expect(await events()).toEqual([]);
    const inflated = gzipSync(Buffer.from(`userId\n${rows}\n${'é\n'.repeat(200_000)}`));
    const cut = await problem(inflated.subarray(0, inflated.length - 50));
    expect(cut.detail).toMatch(/\d+ rows before that are decided/);
    const { total } = (await api.ask<StatsAnswer>('/v1/stats')).json;
    expect(cut.detail).toContain(`${total.received} rows`);
  });
});

test('a batch of JSON at the same address takes the write key as ever', async () => {
  const body = { writeKey: FIRST.writeKey, batch: [{ type: 'page', anonymousId: 'a' }] };
  const { json } = await api.ask('/v1/import', { method: 'POST', key: null, body });
  expect(json).toMatchObject({ accepted: 1, results: [] });
});
