import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, START_MS, startApi, view, viewers, type Wire } from '../../testing/api.ts';
import { formatInstant } from '../instant.ts';
import type { CountAnswer, MemberAnswer, Page, SegmentAnswer } from '../query/answers.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const PRICING = viewers('pricing', '/pricing');

function post(definition: unknown) {
  return api.ask<SegmentAnswer>('/v1/segments', { method: 'POST', body: definition });
}

describe('a definition', () => {
  test('is saved, read, changed and removed', async () => {
    const saved = await post({ ...PRICING, description: 'Who looks', tags: ['t'], who: 'known' });
    expect(saved.status).toBe(201);
    const instant = formatInstant(START_MS);
    expect(saved.json).toEqual({
      ...{ id: 'pricing', name: 'Viewers of /pricing', description: 'Who looks' },
      ...{ kind: 'implicit', who: 'known', if: PRICING.if, tags: ['t'], version: 1 },
      ...{ status: expect.any(String), progress: expect.any(Number), size: 0 },
      ...{ words: expect.stringContaining('/pricing'), createdAt: instant, updatedAt: instant },
    });

    api.nowMs += 1_000;
    const changed = await api.ask<SegmentAnswer>('/v1/segments/pricing', {
      method: 'PUT',
      body: { ...viewers('pricing', '/prices'), name: 'Prices' },
    });
    expect(changed).toMatchObject({ status: 200, json: { name: 'Prices', version: 2 } });
    expect(changed.json).toMatchObject({ createdAt: instant, updatedAt: formatInstant(api.nowMs) });
    expect((await api.ask('/v1/segments/pricing')).json).toMatchObject({ name: 'Prices' });

    const removed = await api.request('/v1/segments/pricing', { method: 'DELETE' });
    expect([removed.status, await removed.text()]).toEqual([204, '']);
    expect(await api.problem('/v1/segments/pricing')).toMatchObject({ status: 404 });
    expect(await api.problem('/v1/segments/pricing', { method: 'DELETE' })).toMatchObject({
      status: 404,
    });
  });

  test('is listed by name', async () => {
    for (const [id, name] of [
      ['b', 'Zebra'],
      ['c', 'apple'],
      ['a', 'apple'],
    ]) {
      await post({ ...PRICING, id, name });
    }
    const { json } = await api.ask<Page<SegmentAnswer>>('/v1/segments');
    expect(json.data.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
    expect(json.next).toBeNull();
  });

  test('is not made twice, even at the same moment', async () => {
    const answers = await Promise.all([post(PRICING), post(PRICING), post(PRICING)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const problem = await api.problem('/v1/segments', { method: 'POST', body: PRICING });
    expect(problem).toMatchObject({ code: 'conflict', detail: expect.stringContaining('PUT') });
    expect((await api.ask('/v1/segments/pricing')).json).toMatchObject({ version: 1 });
  });

  test('that is not there is not changed, even while it is being removed', async () => {
    const put = () => api.request('/v1/segments/pricing', { method: 'PUT', body: PRICING });
    expect((await put()).status).toBe(404);
    await post(PRICING);
    const [removed, changed] = await Promise.all([
      api.request('/v1/segments/pricing', { method: 'DELETE' }),
      put(),
    ]);
    expect([removed.status, changed.status]).toEqual([204, 404]);
    expect((await api.request('/v1/segments/pricing')).status).toBe(404);
  });

  test('keeps the id of its address', async () => {
    await post(PRICING);
    const body = { ...PRICING, id: 'other' };
    const { status } = await api.ask('/v1/segments/pricing', { method: 'PUT', body });
    expect(status).toBe(200);
    expect((await api.request('/v1/segments/other')).status).toBe(404);
  });
});

describe('a wrong definition is refused with the place and the reason', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['nothing', {}, ['/id', '/name', '/kind', '/if']],
    ['a list', [PRICING], ['']],
    ['null', null, ['']],
    ['a text', '"segment"', ['']],
    ['an unknown member', { ...PRICING, colour: 'red' }, ['/colour']],
    ['a wrong id', { ...PRICING, id: 'Pricing Page' }, ['/id']],
    ['a wrong window', { ...PRICING, if: { did: 'page', within: '500d' } }, ['/if/within']],
    [
      'two faults deep down',
      { ...PRICING, if: { all: [{ did: 'page', times: -1 }, { not: { did: '' } }] } },
      ['/if/all/0/times', '/if/all/1/not/did'],
    ],
  ])('%s', async (_, body, pointers) => {
    const problem = await api.problem('/v1/segments', { method: 'POST', body });
    expect(problem).toMatchObject({ status: 422, code: 'invalid_definition', retryable: false });
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(problem.errors?.every(({ detail }) => detail.length > 5)).toBe(true);
  });

  test.each([
    ['POST', '/v1/segments'],
    ['PUT', '/v1/segments/pricing'],
  ])('%s wants JSON of a sane size', async (method, path) => {
    const refused = async (body: string) => (await api.problem(path, { method, body })).status;
    expect(await refused('{"id":')).toBe(400);
    expect(await refused('[')).toBe(400);
    expect(await refused(JSON.stringify({ ...PRICING, description: 'x'.repeat(65_536) }))).toBe(
      413,
    );
  });

  test('PUT refuses it before it looks whether there is one', async () => {
    await post(PRICING);
    const asked = { method: 'PUT', body: { ...PRICING, if: {} } };
    expect(await api.problem('/v1/segments/pricing', asked)).toMatchObject({ status: 422 });
    expect((await api.ask('/v1/segments/pricing')).json).toMatchObject({ version: 1 });
  });
});

describe('members', () => {
  const members = (query = '') =>
    api.ask<Page<MemberAnswer>>(`/v1/segments/pricing/members${query}`).then(({ json }) => json);
  const count = async () => (await api.ask<CountAnswer>('/v1/segments/pricing/count')).json.count;
  const nameOf = ({ userId, anonymousIds }: MemberAnswer) => userId ?? anonymousIds[0];

  test('are there as soon as their event is answered, and until the window ends', async () => {
    await api.define(PRICING);
    const answer = await api.send(view('a', '/pricing'), view('b', '/other'));
    expect(answer.memberships).toEqual([
      {
        type: 'segment.entered',
        segment: 'pricing',
        profile: expect.stringMatching(/^prf_/),
        occurredAt: formatInstant(START_MS),
      },
    ]);
    expect((await members()).data).toEqual([
      {
        ...{ id: answer.memberships?.[0]?.profile, anonymousIds: ['a'], traits: {} },
        ...{ enteredAt: formatInstant(START_MS), leavesAt: formatInstant(START_MS + 600_000) },
      },
    ]);
    expect(await count()).toBe(1);
    await api.wait(599_999);
    expect((await members()).data).toHaveLength(1);
    api.nowMs += 1;
    expect((await members()).data, 'left out before the writer has settled').toEqual([]);
    await api.wait(0);
    expect((await members()).data).toEqual([]);
    expect((await api.ask('/v1/segments/pricing/count')).json).toEqual({
      count: 0,
      at: formatInstant(START_MS + 600_000),
    });
  });

  test('carry their user id and traits', async () => {
    await api.define(PRICING);
    const traits = { email: 'ada@example.com', plan: { name: 'pro' } };
    await api.send(view('a', '/pricing'), {
      ...{ type: 'identify', anonymousId: 'a', userId: 'ada', traits },
    });
    expect((await members()).data).toMatchObject([
      { userId: 'ada', anonymousIds: ['a'], traits: { plan: { name: 'pro' } } },
    ]);
  });

  test('of a segment without a window never lapse', async () => {
    await api.define({ ...PRICING, if: { did: 'page' } });
    await api.send(view('a', '/'));
    expect((await members()).data[0]).not.toHaveProperty('leavesAt');
  });

  test.each([1, 3, 7, 500])('in pages of %s: nobody twice, nobody missing', async (limit) => {
    await api.define(PRICING);
    const people = Array.from({ length: 12 }, (_, index) => `a${index}`);
    // Three at a time, so that instants of entry are shared across the edges of pages.
    for (let start = 0; start < people.length; start += 3) {
      await api.send(...people.slice(start, start + 3).map((id) => view(id, '/pricing')));
      api.nowMs += 1_000;
    }
    const seen: (string | undefined)[] = [];
    let turned = 0;
    for (let cursor = ''; ; turned += 1) {
      const page = await members(`?limit=${limit}${cursor}`);
      expect(page.data.length).toBeLessThanOrEqual(limit);
      seen.push(...page.data.map(nameOf));
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
      // Somebody comes and somebody else, who was told already, goes on looking.
      await api.send(view(`new${turned}`, '/pricing'), view(seen[0] ?? '', '/pricing'));
      api.nowMs += 1_000;
    }
    const old = seen.filter((id) => people.includes(id ?? ''));
    expect(new Set(old)).toEqual(new Set(people));
    expect(new Set(seen).size).toBe(seen.length);
    if (limit < 12) expect(turned).toBeGreaterThan(0);
  });

  test('come newest entry first', async () => {
    await api.define(PRICING);
    for (const id of ['a', 'b', 'c']) {
      await api.send(view(id, '/pricing'));
      api.nowMs += 1;
    }
    expect((await members()).data.map(nameOf)).toEqual(['c', 'b', 'a']);
  });

  test('of an empty segment, and of none', async () => {
    await api.define(PRICING);
    expect(await members()).toEqual({ data: [], next: null });
    for (const list of ['members', 'count']) {
      expect(await api.problem(`/v1/segments/none/${list}`)).toMatchObject({ code: 'not_found' });
    }
  });
});

describe('a list is asked for by a limit and a cursor of its own', () => {
  beforeEach(async () => {
    await api.define(PRICING);
    const many: Wire[] = Array.from({ length: 60 }, (_, index) => view(`a${index}`, '/pricing'));
    await api.send(...many);
  });

  test.each(['/v1/segments/pricing/members', '/v1/events'])('%s', async (path) => {
    const sizeOf = async (query: string) =>
      (await api.ask<Page<unknown>>(path + query)).json.data.length;
    expect(await sizeOf('')).toBe(50);
    expect(await sizeOf('?limit=500')).toBe(60);
    expect(await sizeOf('?limit=1')).toBe(1);
    for (const limit of ['0', '501', '-1', '1.5', 'many', '', '1e99', ' ', 'NaN']) {
      const problem = await api.problem(`${path}?limit=${encodeURIComponent(limit)}`);
      expect(problem, limit).toMatchObject({ status: 400, code: 'invalid_request', limit: 500 });
    }
  });

  test.each(['/v1/segments/pricing/members', '/v1/events', '/v1/profiles/a1/events'])(
    '%s takes no cursor that it did not give',
    async (path) => {
      const forged = ['[1,2,3]', '[1.5,2]', '["1","2"]', '[null,1]', '{}', '[]', '1', '[1e99,1]'];
      const texts = [
        ...forged.map((json) => Buffer.from(json).toString('base64url')),
        'x',
        '',
        '%',
      ];
      for (const cursor of texts) {
        const problem = await api.problem(`${path}?cursor=${encodeURIComponent(cursor)}`);
        expect(problem, cursor).toMatchObject({ status: 400, code: 'invalid_request' });
      }
    },
  );

  test('a cursor of another list is another list’s', async () => {
    const { json } = await api.ask<Page<unknown>>('/v1/events?limit=1');
    const problem = await api.problem(`/v1/segments/pricing/members?cursor=${json.next}`);
    expect(problem.code).toBe('invalid_request');
  });
});

describe('a back-fill', () => {
  test('is told of, from building to live', async () => {
    await api.send(view('a', '/pricing'), view('b', '/pricing'), view('c', '/docs'));
    const saved = await post(PRICING);
    expect(saved.json).toMatchObject({ status: 'building', progress: 0, size: 0 });
    let segment = saved.json;
    while (segment.status === 'building') {
      expect(segment.progress).toBeGreaterThanOrEqual(0);
      expect(segment.progress).toBeLessThanOrEqual(1);
      await api.wait(0);
      segment = (await api.ask<SegmentAnswer>('/v1/segments/pricing')).json;
    }
    expect(segment).toMatchObject({ status: 'live', progress: 1, size: 2 });
  });
});

describe('a segment that refers to another', () => {
  const readers = viewers('readers', '/docs');
  const without = (id: string, segment: string) => ({
    ...viewers(id, ''),
    if: { not: { segment } },
  });

  test('needs it to be there, and is told which was meant', async () => {
    await api.define(readers);
    const body = without('others', 'reader');
    const problem = await api.problem('/v1/segments', { method: 'POST', body });
    expect(problem).toMatchObject({ status: 422, code: 'invalid_definition' });
    expect(problem.errors).toEqual([
      { pointer: '/if/not/segment', detail: expect.stringContaining('did you mean "readers"?') },
    ]);
  });

  test('never asks about itself in the end', async () => {
    await api.define(readers);
    await api.define(without('others', 'readers'));
    const asked = { method: 'PUT', body: without('readers', 'others') };
    const problem = await api.problem('/v1/segments/readers', asked);
    expect(problem.errors).toEqual([
      { pointer: '/if/not/segment', detail: expect.stringContaining('"readers" asks "others"') },
    ]);
    expect((await api.ask('/v1/segments/readers')).json).toMatchObject({ version: 1 });
  });

  test('keeps the other from being deleted, and says who does', async () => {
    await api.define(readers);
    await api.define({ ...without('others', 'readers'), name: 'All the others' });
    const problem = await api.problem('/v1/segments/readers', { method: 'DELETE' });
    expect(problem).toMatchObject({ status: 409, code: 'in_use' });
    expect(problem.detail).toContain('"All the others"');
    await api.request('/v1/segments/others', { method: 'DELETE' });
    expect((await api.request('/v1/segments/readers', { method: 'DELETE' })).status).toBe(204);
  });

  test('follows it at once', async () => {
    await api.define(readers);
    await api.define(without('others', 'readers'));
    await api.send(view('a', '/pricing'), view('b', '/docs'));
    const { json } = await api.ask<Page<MemberAnswer>>('/v1/segments/others/members');
    expect(json.data.map(({ anonymousIds }) => anonymousIds)).toEqual([['a']]);
  });
});
