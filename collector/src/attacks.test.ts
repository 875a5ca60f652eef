/**
 * Attacks on a collector, as a table: what somebody tries, through which door, and what they are
 * told. After each of them nobody's data have changed, nothing has gone wrong inside, and nothing of
 * what they tried is in the way of what comes next.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, startApi, view, viewers } from '../testing/api.ts';
import type { Page, ProfileAnswer } from './query/answers.ts';

/** A request of an attacker, and what it is told: a status with a code, or that nothing was found. */
type Knock = readonly [door: string, body: unknown, told: string, key?: string | null];

/** SQL that would answer, change or read more than was asked for, as it might be pasted anywhere. */
const SQL = [
  "' OR 1=1 --",
  "x'); DROP TABLE event; --",
  "' UNION SELECT value FROM meta --",
  "'||(SELECT secret FROM webhook)||'",
  "x' AND readfile('/etc/passwd') --",
  "'; ATTACH 'evil.db' AS evil; --",
] as const;
/** The same for a path into JSON. */
const PATHS = ['$', '$.**', '$."a"', "a') --", 'a"."b', 'a[#-1]', '__proto__.x'] as const;
/** A private address in every spelling; further ones are in `notify/destination.test.ts`. */
const INSIDE = [
  ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '017700000001', '0'],
  ...['169.254.169.254', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '10.0.0.1'],
  ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[fd00:ec2::254]', '[64:ff9b::a9fe:a9fe]'],
  ...['①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1', '127.0.0.1.'],
] as const;
const SCHEMES = [
  'file:///etc/passwd',
  'gopher://example.com/',
  'https://u:p@example.com/',
] as const;
/** What a spreadsheet takes for a formula. */
const FORMULAS = ['=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1'] as const;
const SCRIPT = `"'><img src=x onerror=alert(1)><script>alert(1)</script>`;
const BACKTRACKING = ['*a*a*a*a*a*a*b', '*'.repeat(40)] as const;

/** Lists that are read page by page, with how many numbers a cursor of each has. */
const LISTS = [
  ...[['GET /v1/events', 1] as const, ['GET /v1/quarantine', 1] as const],
  ...[['GET /v1/profiles/ada/events', 2] as const, ['GET /v1/segments/buyers/near', 1] as const],
  ...[['GET /v1/segments/buyers/members', 2] as const],
  ...[['GET /v1/segments/buyers/versions', 2] as const],
  ...[
    ['GET /v1/segments/buyers/changes', 1] as const,
    ['GET /v1/scores/lead/versions', 1] as const,
  ],
] as const;
/** Numbers as a cursor has them, and such as it never does. */
const NUMBERS = ['0', '-1', '1', `${Number.MAX_SAFE_INTEGER}`, `${Number.MIN_SAFE_INTEGER}`];
const NO_NUMBERS = ['NaN', 'Infinity', '1e400', '0.5', '9007199254740992', '"1"', 'null', '[1]'];

const cursorOf = (number: string, length: number) =>
  Buffer.from(`[${Array(length).fill(number).join()}]`).toString('base64url');

const segment = (condition: unknown, rest: object = {}) => ({
  ...{ id: 'evil', name: 'Evil', kind: 'implicit', if: condition },
  ...rest,
});
const at = encodeURIComponent;
const guesses = Array.from({ length: 200 }, (_, guess) => `sk_guess${guess}`);

const REFUSED: Readonly<Record<string, readonly Knock[]>> = {
  'guesses a secret key': [
    ...guesses.map((key): Knock => ['GET /v1/profiles/ada', undefined, '401 unknown_key', key]),
    ['GET /v1/profiles/ada', undefined, '401 missing_key', null],
    ['GET /v1/profiles/ada', undefined, '401 unknown_key', `${FIRST.secretKey},${FIRST.secretKey}`],
    ['GET /v1/profiles/ada', undefined, '401 unknown_key', FIRST.secretKey.slice(0, -1)],
    ['GET /v1/profiles/ada', undefined, '401 unknown_key', `${FIRST.secretKey}%00`],
  ],
  'guesses a write key': guesses.map((writeKey) => [
    'POST /v1/batch',
    { writeKey, batch: [view('ada-phone', '/pricing')] },
    '401 unknown_key',
    null,
  ]),
  'asks with the public write key': [
    ['GET /v1/profiles/ada', undefined, '403 forbidden', FIRST.writeKey],
    ['GET /v1/events', undefined, '403 forbidden', FIRST.writeKey],
    ['GET /v1/profiles/ada/export', undefined, '403 forbidden', FIRST.writeKey],
    ['POST /v1/profiles/ada/merge', { with: 'bob' }, '403 forbidden', FIRST.writeKey],
  ],
  'changes things with a key that may only read': [
    ['POST /v1/profiles/ada/merge', { with: 'bob' }, '403 forbidden', FIRST.readKey],
    ['POST /v1/segments', segment({ did: 'page' }), '403 forbidden', FIRST.readKey],
    ['DELETE /v1/segments/buyers', undefined, '403 forbidden', FIRST.readKey],
    ['DELETE /v1/profiles/ada', undefined, '403 forbidden', FIRST.readKey],
    ['GET /v1/profiles/ada/export', undefined, '403 forbidden', FIRST.readKey],
    ['POST /v1/keys', { kind: 'secret', name: 'mine' }, '403 forbidden', FIRST.readKey],
  ],
  'crosses from one site to another': [
    ['GET /v1/profiles/ada', undefined, '404 not_found', SECOND.secretKey],
    ['GET /v1/profiles/ada/events', undefined, '404 not_found', SECOND.secretKey],
    ['GET /v1/profiles/ada/export', undefined, '404 not_found', SECOND.secretKey],
    ['DELETE /v1/profiles/ada', undefined, '404 not_found', SECOND.secretKey],
    ['POST /v1/profiles/eve/merge', { with: 'ada' }, '404 not_found', SECOND.secretKey],
    ['GET /v1/segments/buyers/members', undefined, '404 not_found', SECOND.secretKey],
    ['DELETE /v1/segments/buyers', undefined, '404 not_found', SECOND.secretKey],
    ['GET /v1/segments', undefined, '200 nothing', SECOND.secretKey],
    ['GET /v1/profiles?q=ada', undefined, '200 nothing', SECOND.secretKey],
  ],
  'puts SQL where names and values belong': SQL.flatMap((sql): readonly Knock[] => [
    [`GET /v1/profiles/${at(sql)}`, undefined, '404 not_found'],
    [`GET /v1/profiles?q=${at(sql)}`, undefined, '200 nothing'],
    [`GET /v1/segments/${at(sql)}/members`, undefined, '404 not_found'],
    [`GET /v1/segments/buyers/members?cursor=${at(sql)}`, undefined, '400 invalid_request'],
    [`GET /v1/segments/buyers/members?at=${at(sql)}`, undefined, '400 invalid_request'],
    [`GET /v1/segments/buyers/members?limit=${at(sql)}`, undefined, '400 invalid_request'],
    [`GET /v1/segments/buyers/members?format=${at(sql)}`, undefined, '400 invalid_request'],
    [`GET /v1/events?cursor=${at(sql)}`, undefined, '400 invalid_request'],
    [`GET /v1/stats?from=${at(sql)}`, undefined, '400 invalid_request'],
    ['POST /v1/segments', segment({ did: 'page' }, { id: sql }), '422 invalid_definition'],
    ['POST /v1/query', { did: sql }, '200 nothing'],
    ['POST /v1/query', { did: 'page', where: { path: sql } }, '200 nothing'],
    ['POST /v1/query', { did: 'page', where: { [sql]: 'x' } }, '200 nothing'],
    ['POST /v1/query', { trait: sql, is: 'pro' }, '200 nothing'],
    ['POST /v1/query', { trait: 'plan', is: sql }, '200 nothing'],
    ['POST /v1/query', { segment: sql }, '422 invalid_definition'],
    ['POST /v1/query', { did: 'page', within: sql }, '422 invalid_definition'],
    ['POST /v1/query', { did: 'page', times: sql }, '422 invalid_definition'],
  ]),
  'leads a path out of its JSON': PATHS.flatMap((path): readonly Knock[] => [
    [
      'POST /v1/query',
      { did: 'page', where: { [path]: '/pricing' } },
      '200 nothing|422 invalid_definition',
    ],
    ['POST /v1/query', { trait: path, is: 'pro' }, '200 nothing|422 invalid_definition'],
    [
      'POST /v1/query',
      { did: 'page', sum: path, is: { gt: 0 } },
      '200 nothing|422 invalid_definition',
    ],
  ]),
  'makes up cursors': LISTS.flatMap(([door, length]): readonly Knock[] => [
    ...['bnVsbA', '%00', 'e30', 'W10', 'WzEsMiwzLDQsNV0', cursorOf('1', 3 - length)].map(
      (cursor): Knock => [`${door}?cursor=${cursor}`, undefined, '400 invalid_request'],
    ),
    ...NO_NUMBERS.map((number): Knock => {
      return [`${door}?cursor=${cursorOf(number, length)}`, undefined, '400 invalid_request'];
    }),
    ...NUMBERS.map((number): Knock => {
      return [`${door}?cursor=${cursorOf(number, length)}`, undefined, '200'];
    }),
  ]),
  'writes patterns that take for ever': [
    ...BACKTRACKING.map((glob): Knock => {
      const condition = { did: 'page', where: { path: { glob } } };
      return ['POST /v1/segments', segment(condition), '422 invalid_definition'];
    }),
    [
      'POST /v1/segments',
      segment({ did: 'page', where: { path: { regex: '(a+)+$' } } }),
      '422 invalid_definition',
    ],
    ['POST /v1/query', { trait: 'plan', is: { matches: '(a+)+$' } }, '422 invalid_definition'],
  ],
  'nests a definition until something breaks': [
    ['POST /v1/segments', `{"if":${'{"not":'.repeat(20_000)}1${'}'.repeat(20_001)}`, '4'],
    ['POST /v1/query', `${'{"all":['.repeat(5_000)}${']}'.repeat(5_000)}`, '4'],
    ['POST /v1/query', { any: Array(51).fill({ did: 'page' }) }, '422 invalid_definition'],
  ],
  'gives a definition what every object inherits': [
    ['POST /v1/segments', '{"__proto__":{"id":"evil","name":"E","if":{"did":"page"}}}', '422'],
    ['POST /v1/query', '{"__proto__":{"did":"page"}}', '422 invalid_definition'],
    ['POST /v1/query', '{"did":"page","where":{"__proto__":"x"}}', '200 nothing|422'],
    ['GET /v1/segments/__proto__', undefined, '404 not_found'],
    ['GET /v1/segments/constructor/members', undefined, '404 not_found'],
    ['GET /v1/scores/toString', undefined, '404 not_found'],
    ['POST /v1/catalogue/__proto__/install', {}, '404 not_found'],
  ],
  'has webhooks sent inside': [...INSIDE.map((host) => `http://${host}/`), ...SCHEMES].map(
    (url) => ['POST /v1/webhooks', { url, types: ['segment.entered'] }, '422 invalid_webhook'],
  ),
  'asks for files beside the pages': [
    '..%2f..%2fpackage.json',
    '..%5c..%5cpackage.json',
    '%00',
  ].flatMap((path): readonly Knock[] => [
    [`GET /assets/${path}`, undefined, '404 not_found', null],
    [`GET /demo/${path}`, undefined, '404 not_found', null],
    [`GET /docs/${path}`, undefined, '404 not_found', null],
  ]),
};

/** Attacks that another test plays: where it stands, and what it is called there. */
const ELSEWHERE = [
  ['slowloris, with headers and bodies', './http/listen.test.ts', 'whatever they are slow with'],
  ['slowloris, with 300 connections', './http/listen.test.ts', 'many who are slow keep nobody'],
  ['slowloris, against the process', '../../e2e/slow.test.ts', 'the collector waits for $what'],
  ['a flood of headers', './http/listen.test.ts', 'too large headers'],
  ['bombs of gzip', './http/ingest-attack.test.ts', 'a bomb of 100 MB'],
  ['events that are none', './http/ingest-attack.test.ts', 'one event of an attacker is refused'],
  ['a name that leads elsewhere each time', './notify/post.test.ts', 'is judged anew for every'],
  ['a redirect inside', './notify/post.test.ts', 'is not sent again where a redirect leads'],
  ['private addresses in every spelling', './notify/destination.test.ts', 'in every spelling'],
  ['a forged identify', './http/identity-token.test.ts', 'an event that names a user is rejected'],
  ['a secret key in a page', './http/identity-token.test.ts', 'a secret key that others can read'],
  ['names without end', './ingest/vocabulary.test.ts', 'of names so many are taken'],
  ['a cookie of one’s own making', './http/auth.test.ts', 'of one’s own making opens nothing'],
  ['a glob that backtracks', './segments/glob.test.ts', 'compileGlob'],
  ['payloads without sense', '../../e2e/faults/fuzz.test.ts', 'none is a fault of ours'],
  ['attackers beside a good sender', '../../e2e/faults/beside.test.ts', 'keeps its pace'],
  ['scripts in every stored field', '../../e2e/attack.e2e.ts', 'runs no script'],
] as const;

let api: Api;
beforeAll(async () => {
  // As it is unless somebody says otherwise: no host inside may be reached.
  api = await startApi({ webhookHosts: new Set() }, { scored: true });
  await api.define(viewers('buyers', '/pricing'));
  for (const name of ['ada', 'bob']) {
    const who = { anonymousId: `${name}-phone`, userId: name };
    await api.send({ type: 'identify', ...who, traits: { plan: 'pro' } });
    await api.send(view(who.anonymousId, '/pricing'));
  }
  await api.sendTo(SECOND.writeKey, view('eve-phone', '/', { userId: 'eve' }));
});
afterAll(() => api.end());

/** All rows of what people did and are, and of what is defined; not what was counted. */
async function state(): Promise<string> {
  const { $client } = api.database;
  const names = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN
    ('tally', 'quarantine', 'seen', 'meta', 'outbox') ORDER BY name`;
  const tables = (await $client.execute(names)).rows.map((row) => String(row[0]));
  const rows = tables.map(async (table) => [
    table,
    (await $client.execute(`SELECT * FROM "${table}"`)).rows,
  ]);
  return JSON.stringify(await Promise.all(rows));
}

/** How a knock was answered: its status and code, or that there is nothing in the answer. */
async function toldOf([door, body, , key]: Knock): Promise<string> {
  const [method = '', path = ''] = door.split(' ');
  const question = { method, body, ...(key !== undefined && { key }) };
  const { status, json } = await api.ask<{ code?: string; data?: unknown[] }>(path, question);
  return `${status} ${json.code ?? (json.data?.length === 0 ? 'nothing' : 'something')}`;
}

/** Nothing went wrong inside, and every object is still what it was. */
function expectSound(): void {
  expect(api.reported).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}

describe('an attacker who', () => {
  test.each(Object.entries(REFUSED))('%s is refused, and leaves no trace', async (_, knocks) => {
    const before = await state();
    for (const knock of knocks) {
      const [door, body, told] = knock;
      const answered = await toldOf(knock);
      expect([door, body, answered]).toEqual([door, body, expect.stringMatching(`^(${told})`)]);
    }
    expect(await state()).toBe(before);
    expectSound();
  });
});

test('a cursor of one site leads to nothing of it in another', async () => {
  const read = async (cursor = '') =>
    (await api.ask<Page<unknown>>(`/v1/events${cursor}`, { key: SECOND.secretKey })).json.data;
  const own = await read();
  expect(own).toHaveLength(1);
  expect(await read(`?cursor=${cursorOf(`${Number.MAX_SAFE_INTEGER}`, 1)}`)).toEqual(own);
});

describe('with the public write key', () => {
  const ids = async (id: string) => (await api.ask<ProfileAnswer>(`/v1/profiles/${id}`)).json;

  test.each<[string, Readonly<Record<string, unknown>>]>([
    [
      'a device of one says that it is the other’s',
      { type: 'identify', anonymousId: 'ada-phone', userId: 'bob' },
    ],
    ['one user is said to be another', { type: 'alias', userId: 'ada', previousId: 'bob' }],
    [
      'a user is said to be a device of another',
      { type: 'alias', userId: 'bob', previousId: 'ada-phone' },
    ],
    [
      'a user id comes as an anonymous one',
      { type: 'identify', anonymousId: 'ada', userId: 'bob' },
    ],
    [
      'e-mails are equal',
      { type: 'identify', userId: 'ada', traits: { email: 'bob@example.com' } },
    ],
  ])('two known people are never made one: %s', async (_, event) => {
    await api.send(event);
    const [ada, bob] = [await ids('ada'), await ids('bob')];
    expect(ada.id).not.toBe(bob.id);
    expect([ada.userId, bob.userId]).toEqual(['ada', 'bob']);
    expectSound();
  });

  test('what every object inherits is data, and nothing else', async () => {
    const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const own = `"type":"identify","userId":"mallory","messageId":"p1"`;
    const body = `{"writeKey":"${FIRST.writeKey}","batch":[{${own},"traits":${text},"properties":${text}}]}`;
    await api.ask('/v1/batch', { method: 'POST', key: null, body });
    expect((await ids('mallory')).userId).toBe('mallory');
    expect((await api.ask('/v1/schema')).status).toBe(200);
    expectSound();
  });

  test('formulas in every field reach a spreadsheet as text', async () => {
    for (const formula of FORMULAS) {
      const who = { anonymousId: `${formula}a`, userId: formula };
      await api.send({ type: 'identify', ...who, traits: { [formula]: formula, name: formula } });
      await api.send(view(who.anonymousId, '/pricing'));
    }
    const csv = await (await api.request('/v1/segments/buyers/members?format=csv')).text();
    expect(csv).toContain("'=1+1");
    const fields = csv.split(/[\n,]/).map((each) => each.replace(/^"/, ''));
    expect(fields.filter((each) => /^[=+@\t\r-]/.test(each))).toEqual([]);
  });

  test('markup in every field comes back as data, never as a page', async () => {
    const text = { anonymousId: SCRIPT, userId: SCRIPT, event: SCRIPT };
    const fields = { [SCRIPT]: SCRIPT, title: SCRIPT, url: SCRIPT, referrer: SCRIPT };
    await api.send({ type: 'track', ...text, properties: fields, context: { page: fields } });
    await api.send({ type: 'identify', ...text, traits: fields });
    await api.send({ type: 'group', ...text, groupId: SCRIPT, traits: fields });
    await api.send({ type: SCRIPT, ...text });
    const who = at(SCRIPT);
    for (const path of [
      ...['/v1/events', '/v1/quarantine', '/v1/schema', '/v1/profiles', `/v1/profiles/${who}`],
      ...[`/v1/profiles/${who}/events`, `/v1/profiles/${who}/export`, `/v1/profiles/nobody${who}`],
      ...[`/v1/segments/${who}`, `/v1/events?cursor=${who}`, `/assets/${who}`, `/demo/${who}`],
      ...[`/v1/projects/${who}/settings`, `/sign-in?token=${who}`],
    ]) {
      const { headers } = await api.request(path);
      expect([path, headers.get('Content-Type')]).toEqual([
        path,
        expect.not.stringContaining('html'),
      ]);
    }
    const people = await api.ask<Page<unknown>>('/v1/profiles');
    expect(people.json.data.length).toBeGreaterThan(2);
    expectSound();
  });
});

/** What tests, groups of them and rows of their tables are called, wherever a line begins with it. */
const NAMES =
  /^ *(?:(?:test|describe)(?:\.each\b[^']*?\))?\(|\]\)\(|\[)\s*(?:'([^']+)'|`([^`]+)`)/gm;
const NOT_RUN = /\b(?:test|describe)\b[.\w]*\.(?:skip|todo|fixme|only)\b/;

test.each(ELSEWHERE)('%s: see %s', (_, file, name) => {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(text).not.toMatch(NOT_RUN);
  const names = [...text.matchAll(NAMES)].map(([, quoted, templated]) => quoted ?? templated);
  expect(names).toContainEqual(expect.stringContaining(name));
});
