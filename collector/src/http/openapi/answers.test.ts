import { HonoRequest } from 'hono/request';
import type { OpenAPIV3_1 } from 'openapi-types';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Api, FIRST, type Question, startApi, view, viewers } from '../../../testing/api.ts';
import { type Described, readDescription } from '../../../testing/described.ts';
import type { KeyAnswer, Page, SiteAnswer, WebhookAnswer } from '../../query/answers.ts';
import { LEAD } from '../../segments/lead.ts';

/**
 * Asks every operation of the description for real. That each answer is as described is checked in
 * `testing/api.ts`, for these requests as for those of all other tests.
 */
let api: Api;
let document: OpenAPIV3_1.Document;
let described: Described;
/** What was read of the addresses, as `GET /v1/events?limit`. */
const read = new Set<string>();
const answered = new Set<string>();

beforeAll(async () => {
  api = await startApi({}, { scored: true });
  document = (await api.ask<OpenAPIV3_1.Document>('/openapi.json', { key: null })).json;
  described = readDescription(document);
  const { query } = HonoRequest.prototype;
  vi.spyOn(HonoRequest.prototype, 'query').mockImplementation(function (
    this: HonoRequest,
    name?: string,
  ) {
    const note = (key: string) =>
      read.add(`${described.operationOf(this.method, this.path)}?${key}`);
    if (name !== undefined) {
      note(name);
      return Reflect.apply(query, this, [name]) as never;
    }
    return new Proxy(Reflect.apply(query, this, []) as never, {
      get: (all, key) => {
        note(String(key));
        return Reflect.get(all, key) as unknown;
      },
    });
  });
  await tellStory();
});
afterEach(() => expect(api.reported).toEqual([]));
afterAll(async () => {
  vi.restoreAllMocks();
  await api.end();
});

/** People, a segment with a past, and everything else that there is to ask about. */
async function tellStory(): Promise<void> {
  await api.define(viewers('s', '/a'));
  await api.define(viewers('other', '/b'));
  await api.send(
    view('ada', '/a', { context: { sessionId: '1', page: { url: 'https://x.test/a' } } }),
    view('bob', '/b'),
    { type: 'identify', anonymousId: 'ada', userId: 'u1', traits: { email: 'ada@x.test' } },
    { type: 'identify', anonymousId: 'bob', userId: 'u2' },
    { type: 'track', event: 'Bought', userId: 'u1', properties: { total: 3, tags: ['x', null] } },
    { type: 'group', userId: 'u1', groupId: 'acme', traits: { plan: 'pro' } },
  );
  await api.send(view('ada', '/a'), { type: 'page' });
  await api.wait(3_600_000);
  await api.send(view('ada', '/a'));
}

/** Asks, and notes which operation was answered well. */
async function asked(method: string, path: string, body?: unknown, rest: Question = {}) {
  const response = await api.request(path, {
    method,
    ...rest,
    ...(body !== undefined && { body }),
  });
  expect(response.status, `${method} ${path}`).toBeLessThan(300);
  answered.add(described.operationOf(method, path.split('?')[0] ?? '') ?? path);
  if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return undefined;
  }
  const text = await response.text();
  return text.startsWith('{') && !path.includes('ndjson') ? (JSON.parse(text) as unknown) : text;
}

const BATCH = { writeKey: FIRST.writeKey, batch: [view('eve', '/a'), view('eve', '/b')] };
const SINGLE = { writeKey: FIRST.writeKey, anonymousId: 'eve', userId: 'u3' };
const SINGLES = {
  track: { event: 'Bought' },
  page: {},
  screen: {},
  identify: { traits: { plan: 'pro' } },
  group: { groupId: 'acme' },
  alias: { previousId: 'eve' },
} as const;

test('events are taken as described at every address', async () => {
  for (const path of ['/v1/batch', '/v1/b', '/v1/import', '/beacon/v1/batch']) {
    await asked('POST', `${path}?debug=1`, BATCH, { key: null });
  }
  const headers = { 'Content-Type': 'text/csv' };
  await asked('POST', '/v1/import?dryRun=true', 'userId,traits.plan\nu1,pro', { headers });
  for (const [type, own] of Object.entries(SINGLES)) {
    for (const path of [`/v1/${type}`, `/v1/${type[0]}`]) {
      await asked('POST', path, { ...SINGLE, ...own }, { key: null });
    }
  }
  await asked('GET', `/v1/projects/${FIRST.writeKey}/settings`);
});

test.each([
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/v1/session',
  '/v1/segments',
  '/v1/segments/s',
  '/v1/segments/s/versions?limit=1',
  '/v1/segments/s/changes',
  '/v1/segments/s/history',
  '/v1/segments/s/count',
  '/v1/segments/s/count?at=2027-01-15T08:00:00Z',
  '/v1/segments/s/count?mode=true',
  '/v1/segments/s/members',
  '/v1/segments/s/members?at=2027-01-15T08:00:00Z',
  '/v1/segments/s/members?mode=true',
  '/v1/segments/s/members?format=csv',
  '/v1/segments/s/members?format=ndjson',
  '/v1/segments/s/near',
  '/v1/segments/s/forecast',
  '/v1/segments/overlap?a=s&b=other',
  '/v1/catalogue',
  '/v1/profiles',
  '/v1/profiles?q=ada',
  '/v1/profiles/u1',
  '/v1/profiles/u1/segments',
  '/v1/profiles/u1/events',
  '/v1/profiles/u1/identities',
  '/v1/profiles/u1/explain/s',
  '/v1/profiles/bob/explain/s',
  '/v1/profiles/u1/scores?days=3',
  '/v1/scores',
  '/v1/scores/lead',
  '/v1/scores/lead/versions?limit=1',
  '/v1/scores/lead/movers?within=7d&by=rise&limit=3',
  '/v1/events?limit=3',
  '/v1/schema',
  '/v1/stats',
  '/v1/stats?from=2027-01-01&to=2027-01-15',
  '/v1/quarantine',
  '/v1/quarantine?code=invalid&limit=1',
  '/v1/stream',
  '/v1/stream?types=event',
  '/v1/webhooks',
  '/v1/sites/current',
  '/v1/keys',
  '/v1/sites',
])('GET %s answers as described', async (path) => {
  await asked('GET', path);
});

const TREE = {
  all: [
    {
      any: [
        { did: 'page', times: 1, within: '7d' },
        { trait: 'plan', is: 'pro' },
      ],
    },
    { not: { idle: '30d' } },
  ],
};

test('definitions are tried out, saved, changed and removed as described', async () => {
  await asked('POST', '/v1/query', TREE);
  await asked('POST', '/v1/segments/preview', { if: TREE });
  await asked('POST', '/v1/segments/s/diff', { if: TREE });
  await asked('POST', '/v1/segments', { id: 'tree', name: 'Tree', kind: 'implicit', if: TREE });
  await asked('PUT', '/v1/segments/tree', { name: 'Trees', kind: 'explicit', if: TREE });
  await asked('GET', '/v1/profiles/u1/explain/tree');
  await asked('DELETE', '/v1/segments/tree');
  await asked('POST', '/v1/catalogue/pricing-viewers/install');
  await asked('POST', '/v1/audit', { segment: 's' });
});

test('scores are changed as described', async () => {
  await asked('PUT', '/v1/scores/lead', { ...LEAD, name: 'Interest' });
  await asked('PUT', '/v1/scores/other', LEAD);
  const read = { score: 'lead', is: { gte: 1 } };
  await asked('PUT', '/v1/segments/other', {
    ...{ name: 'First', kind: 'implicit', if: read, leaveIf: { score: 'lead', is: { lt: 1 } } },
    ...{ minStay: '1d', top: { by: { score: 'lead', what: 'value' }, n: 1 } },
  });
  await asked('GET', '/v1/profiles/u1/explain/other');
  await asked('GET', '/v1/segments/other/versions');
});

test('people are made one and two as described', async () => {
  await asked('POST', '/v1/profiles/u1/merge', { with: 'u2' });
  await asked('GET', '/v1/profiles/u1/identities');
  await asked('POST', '/v1/profiles/u1/unmerge', { identity: 'u2' });
});

test('people get to know all that is kept of them as described', async () => {
  await asked('GET', '/v1/profiles/u1/export');
  await asked('DELETE', '/v1/profiles/u1');
  await asked('DELETE', '/v1/profiles/u1');
});

test('webhooks live as described', async () => {
  const fields = { url: 'http://127.0.0.1:9/', types: ['segment.entered'], segments: ['s'] };
  const { id } = (await asked('POST', '/v1/webhooks', fields)) as WebhookAnswer;
  const address = `/v1/webhooks/${id}`;
  await asked('GET', address);
  await asked('PUT', address, { ...fields, description: 'Another' });
  await asked('POST', `${address}/rotate`);
  await asked('POST', `${address}/test`);
  await api.sendOut();
  const { data } = (await asked('GET', `${address}/deliveries`)) as Page<unknown>;
  expect(data).not.toEqual([]);
  await asked('POST', `${address}/replay`, { failed: true });
  await asked('DELETE', address);
});

test('keys, sessions and settings live as described', async () => {
  const { id } = (await asked('POST', '/v1/keys', { name: 'CI', role: 'read' })) as KeyAnswer;
  await asked('DELETE', `/v1/keys/${id}`);
  const shop = (await asked('POST', '/v1/sites', { name: 'Shop' })) as SiteAnswer;
  await asked('DELETE', `/v1/sites/${shop.id}`);
  await asked('PUT', '/v1/sites/current', { identifyByEmail: true });
  await asked('POST', '/v1/session', { secretKey: FIRST.secretKey }, { key: null });
  await asked('DELETE', '/v1/session', undefined, { key: null });
});

/** Every operation, as `GET /v1/events`, with the names of what it takes in the address. */
function taken(): ReadonlyMap<string, readonly string[]> {
  const all = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'put', 'post', 'delete'] as const).flatMap((method) => {
      const operation = item?.[method];
      if (operation === undefined) return [];
      const names = (operation.parameters ?? []).flatMap((parameter) =>
        'in' in parameter && parameter.in === 'query' ? [parameter.name] : [],
      );
      return [[`${method.toUpperCase()} ${path}`, names] as const];
    }),
  );
  return new Map(all);
}

test('nothing that is described was left unasked', () => {
  expect([...taken().keys()].filter((operation) => !answered.has(operation))).toEqual([]);
});

test('no operation reads of its address what is not described, and each what is', () => {
  const described = [...taken()].flatMap(([operation, names]) =>
    names.map((name) => `${operation}?${name}`),
  );
  expect([...read].filter((each) => each.startsWith('undefined')).length).toBe(0);
  expect([...read].sort()).toEqual(described.sort());
});
