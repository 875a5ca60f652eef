import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, startApi, view } from '../../testing/api.ts';
import type { CatalogueAnswer, MemberAnswer, Page, SegmentAnswer } from '../query/answers.ts';
import { catalogue } from '../segments/catalogue.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi({}, { scored: true });
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

async function entryOf(id: string) {
  const { json } = await api.ask<Page<CatalogueAnswer>>('/v1/catalogue');
  expect(json.next).toBeNull();
  return json.data.find((entry) => entry.id === id);
}

function install(id: string, body?: unknown) {
  return api.ask<SegmentAnswer>(`/v1/catalogue/${id}/install`, { method: 'POST', body });
}

test('the catalogue lists everything with its parameters, and says what is installed', async () => {
  const { json } = await api.ask<Page<CatalogueAnswer>>('/v1/catalogue');
  expect(json.data.map(({ id }) => id)).toEqual(catalogue.map(({ id }) => id));
  for (const entry of json.data) {
    expect(entry.words, entry.id).not.toBe('');
    for (const { name, description } of entry.parameters) expect(name + description).not.toBe('');
  }
  expect(await entryOf('pricing-viewers')).toMatchObject({ installed: false });
  await install('pricing-viewers');
  expect(await entryOf('pricing-viewers')).toMatchObject({ installed: true });
});

test.each(catalogue.map(({ id }) => id))('%s installs as it stands', async (id) => {
  const { status, json } = await install(id);
  expect(status).toBe(201);
  expect((await api.ask(`/v1/segments/${json.id}`)).status).toBe(200);
});

test('parameters make it one’s own, and it works at once', async () => {
  const params = { paths: '/preise*', sessions: 1, within: '1h' };
  const { json } = await install('pricing-returners', { params });
  expect(json.if).toMatchObject({ where: { path: { glob: '/preise*' } }, within: '1h' });
  await api.send(view('a', '/preise', { context: { sessionId: 's' } }));
  const members = await api.ask<Page<MemberAnswer>>('/v1/segments/pricing-returners/members');
  expect(members.json.data).toMatchObject([{ anonymousIds: ['a'] }]);
});

test('installed again, it takes the new parameters as its next version', async () => {
  await install('pricing-viewers');
  const { status, json } = await install('pricing-viewers', { params: { within: '1d' } });
  expect(status).toBe(201);
  expect(json).toMatchObject({ version: 2, if: { within: '1d' } });
});

test.each<[string, unknown]>([
  ['an unknown parameter', { params: { colour: 'red' } }],
  ['a wrong value', { params: { within: 'soon' } }],
  ['no object', { params: 'many' }],
])('%s is refused', async (_, body) => {
  const problem = await api.problem('/v1/catalogue/pricing-viewers/install', {
    method: 'POST',
    body,
  });
  expect(problem).toMatchObject({ status: 422, code: 'invalid_definition' });
  expect(problem.errors?.length).toBeGreaterThan(0);
  expect((await api.request('/v1/segments/pricing-viewers')).status).toBe(404);
});

test('what is not in the catalogue is not found', async () => {
  for (const id of ['no-such-thing', '__proto__', 'constructor']) {
    const problem = await api.problem(`/v1/catalogue/${id}/install`, { method: 'POST' });
    expect(problem).toMatchObject({ status: 404, detail: expect.stringContaining(id) });
  }
});
