import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, START_MS, startApi, view, viewers } from '../../testing/api.ts';
import { formatInstant } from '../instant.ts';
import type {
  EventAnswer,
  ExplainAnswer,
  ExplainNode,
  MembershipAnswer,
  Page,
  ProfileAnswer,
} from '../query/answers.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const INSTANT = formatInstant(START_MS);
const profile = async (id: string) =>
  (await api.ask<ProfileAnswer>(`/v1/profiles/${encodeURIComponent(id)}`)).json;
const identify = (anonymousId: string | undefined, userId: string, traits = {}) => ({
  ...{ type: 'identify', anonymousId, userId, traits },
});

describe('a person', () => {
  test('is found by any of their ids', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.send(view('phone', '/pricing'));
    api.nowMs += 1_000;
    await api.send(identify('phone', 'ada', { email: 'ada@example.com' }), identify('desk', 'ada'));
    const found = await profile('ada');
    expect(found).toEqual({
      ...{ id: expect.stringMatching(/^prf_[0-9a-z]+$/), userId: 'ada' },
      ...{ anonymousIds: ['phone', 'desk'], traits: { email: 'ada@example.com' } },
      ...{ firstSeen: INSTANT, lastSeen: formatInstant(START_MS + 1_000) },
      segments: [
        {
          ...{ id: 'pricing', name: 'Viewers of /pricing', enteredAt: INSTANT },
          leavesAt: formatInstant(START_MS + 600_000),
        },
      ],
    });
    for (const id of ['phone', 'desk', found.id]) expect(await profile(id), id).toEqual(found);
  });

  test('is found by the number that they had before they were known', async () => {
    await api.send(view('phone', '/'));
    const before = await profile('phone');
    await api.send(identify('phone', 'ada'));
    const after = await profile(before.id);
    expect(after.id).not.toBe(before.id);
    expect(after).toEqual(await profile('ada'));
  });

  test.each([
    'ada@example.com',
    'a/b',
    'a?b#c',
    '100%',
    'Ünï cödé 👩‍💻',
    'prf_zzz',
    '__proto__',
    "'; DROP TABLE profile; --",
    'x'.repeat(256),
  ])('may be called %j', async (userId) => {
    await api.send(identify(undefined, userId));
    expect(await profile(userId)).toMatchObject({ userId, anonymousIds: [] });
  });

  test('by a user id that is also an anonymous id is the user', async () => {
    await api.send(view('same', '/'), identify('other', 'same'));
    expect(await profile('same')).toMatchObject({ userId: 'same', anonymousIds: ['other'] });
  });

  test.each(['nobody', 'prf_1', 'prf_', 'prf_zzzzzzzzzzz', 'Ada', 'ada ', 'ada\0', 'ada\0x', '%'])(
    'is not found by %j',
    async (id) => {
      await api.send(identify(undefined, 'ada'));
      const address = `/v1/profiles/${encodeURIComponent(id)}`;
      for (const path of ['', '/events', '/segments', '/explain/s']) {
        expect(await api.problem(address + path), path).toMatchObject({ code: 'not_found' });
      }
    },
  );

  test('is in the segments that hold now, the newest first', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.define({
      ...viewers('docs', '/docs'),
      if: { did: 'page', where: { path: '/docs' } },
    });
    await api.send(view('a', '/pricing'));
    api.nowMs += 1_000;
    await api.send(view('a', '/docs'));
    const segments = async () =>
      (await api.ask<Page<MembershipAnswer>>('/v1/profiles/a/segments')).json;
    expect((await segments()).data.map(({ id }) => id)).toEqual(['docs', 'pricing']);
    expect((await segments()).data[0]).not.toHaveProperty('leavesAt');
    api.nowMs = START_MS + 600_000;
    expect((await segments()).data.map(({ id }) => id)).toEqual(['docs']);
    expect((await profile('a')).segments.map(({ id }) => id)).toEqual(['docs']);
  });

  test('who has left a removed segment is in none of that name', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.send(view('a', '/pricing'));
    await api.request('/v1/segments/pricing', { method: 'DELETE' });
    expect((await profile('a')).segments).toEqual([]);
  });
});

describe('a search', () => {
  const search = async (question: string) => {
    const path = `/v1/profiles?q=${encodeURIComponent(question)}`;
    const { json } = await api.ask<Page<ProfileAnswer>>(path);
    return json.data.map(({ userId, anonymousIds }) => userId ?? anonymousIds[0]);
  };

  test('finds by the beginning of any id', async () => {
    await api.send(identify('a-phone', 'ada'), view('adam', '/'), view('bob', '/'));
    expect((await search('ad')).sort()).toEqual(['ada', 'adam']);
    expect(await search('a-ph')).toEqual(['ada']);
    expect(await search('  bob ')).toEqual(['bob']);
    expect(await search((await profile('bob')).id)).toEqual(['bob']);
    for (const none of ['c', '%', '_', 'da', 'Ada', 'ada\0']) {
      expect(await search(none), none).toEqual([]);
    }
  });

  test('names everybody once, however many of their ids fit', async () => {
    await api.send(identify('ada-1', 'ada'), identify('ada-2', 'ada'), view('ada-3', '/'));
    expect((await search('ada')).sort()).toEqual(['ada', 'ada-3']);
  });

  test('for nothing in particular lists who was here last', async () => {
    await api.send(view('a', '/'), view('b', '/'), view('c', '/'), view('a', '/'));
    expect(await search('')).toEqual(['a', 'c', 'b']);
  });

  test('lists somebody once who did something under each of their old numbers', async () => {
    await api.send(view('phone', '/'), view('desk', '/'), view('tablet', '/'));
    await api.send(identify('phone', 'ada'), identify('desk', 'ada'), view('bob', '/'));
    await api.send(identify('tablet', 'ada'));
    expect(await search('')).toEqual(['ada', 'bob']);
  });

  test('stops at fifty', async () => {
    await api.send(...Array.from({ length: 60 }, (_, index) => view(`v${index}`, '/')));
    expect(await search('v')).toHaveLength(50);
    expect(await search('')).toHaveLength(50);
  });
});

describe('events', () => {
  const events = async (path: string) => (await api.ask<Page<EventAnswer>>(path)).json;

  test('are shown as they were understood', async () => {
    await api.send({
      ...{ type: 'track', event: 'Order Completed', anonymousId: 'a', messageId: 'm' },
      ...{ properties: { total: 9.5, items: [{ id: 'x' }] }, timestamp: START_MS - 5_000 },
      context: { sessionId: 's', page: { path: '/cart' } },
    });
    const [shown] = (await events('/v1/profiles/a/events')).data;
    expect(shown).toMatchObject({
      ...{ id: expect.stringMatching(/^evt_/), messageId: 'm', type: 'track' },
      ...{ name: 'Order Completed', profile: (await profile('a')).id, anonymousId: 'a' },
      ...{ timestamp: formatInstant(START_MS - 5_000), receivedAt: INSTANT },
      properties: { total: 9.5, items: [{ id: 'x' }] },
      context: { sessionId: 's', page: { path: '/cart' } },
    });
    expect((await events('/v1/events')).data).toEqual([shown]);
  });

  test('whose id was left out say so, and those with none are refused', async () => {
    const page = { type: 'page', messageId: 'm' };
    const answer = await api.send(
      { ...page, anonymousId: 'a', userId: 'undefined' },
      { ...page, messageId: 'n', userId: 'NULL' },
      { ...page, messageId: 'o', anonymousId: 'a' },
    );
    expect(answer).toMatchObject({
      ...{ accepted: 2, rejected: 1 },
      results: [{ index: 1, messageId: 'n', status: 'rejected', code: 'placeholder_id' }],
    });
    const [plain, flagged] = (await events('/v1/profiles/a/events')).data;
    expect(flagged).toMatchObject({ anonymousId: 'a', flags: ['placeholder_id'] });
    for (const absent of ['userId', 'flags']) expect(plain).not.toHaveProperty(absent);
    for (const id of ['undefined', 'NULL']) {
      expect(await api.problem(`/v1/profiles/${id}`)).toMatchObject({ code: 'not_found' });
    }
  });

  test.each([1, 2, 5])(
    'of one person come newest first, %s to a page, each once',
    async (limit) => {
      // Four of one instant, some late, some from before the person was known.
      const agesMs = [0, 3, 1, 1, 1, 1, 9, 2];
      for (const [index, ageMs] of agesMs.entries()) {
        await api.send(
          view('a', `/${index}`, { timestamp: START_MS - ageMs, messageId: `${index}` }),
        );
      }
      await api.send(identify('a', 'ada'), view('b', '/not-hers'));
      const seen: EventAnswer[] = [];
      for (let cursor = ''; ; ) {
        const page = await events(`/v1/profiles/ada/events?limit=${limit}${cursor}`);
        seen.push(...page.data);
        if (page.next === null) break;
        cursor = `&cursor=${page.next}`;
        await api.send(view('a', '/new', { timestamp: START_MS + 1 }));
      }
      const instants = seen.map(({ timestamp }) => Date.parse(timestamp));
      expect(instants).toEqual(instants.toSorted((a, b) => b - a));
      const told = seen.flatMap(({ type, messageId }) => (type === 'page' ? [messageId] : []));
      expect(told.toSorted()).toEqual(agesMs.map((_, index) => `${index}`));
      expect(new Set(seen.map((event) => event.profile))).toEqual(
        new Set([(await profile('ada')).id]),
      );
    },
  );

  test('of all come in order of arrival, whatever their own time', async () => {
    await api.send(view('a', '/', { messageId: '1' }));
    await api.send(view('b', '/', { messageId: '2', timestamp: START_MS - 60_000 }));
    await api.send(view('c', '/', { messageId: '3' }));
    const first = await events('/v1/events?limit=2');
    expect(first.data.map(({ messageId }) => messageId)).toEqual(['3', '2']);
    await api.send(view('d', '/', { messageId: '4' }));
    const second = await events(`/v1/events?limit=2&cursor=${first.next}`);
    expect(second.data.map(({ messageId }) => messageId)).toEqual(['1']);
    expect(second.next).toBeNull();
  });

  test('from before a merge are told as the person’s that they belong to now', async () => {
    await api.send(view('a', '/'));
    await api.send(identify('a', 'ada'));
    const ada = await profile('ada');
    for (const { profile } of (await events('/v1/events')).data) expect(profile).toBe(ada.id);
  });
});

describe('explain says why', () => {
  const RETURNERS = viewers('returners', '', {
    if: {
      all: [
        {
          did: 'page',
          where: { path: { glob: '/pricing*' } },
          distinct: 'session',
          times: 2,
          within: '10m',
        },
        { not: { did: 'Order Completed' } },
      ],
    },
  });
  const why = async (id: string, segment = 'returners') =>
    (await api.ask<ExplainAnswer>(`/v1/profiles/${id}/explain/${segment}`)).json;
  const visit = (sessionId: string, path = '/pricing') =>
    view('a', path, { context: { sessionId }, messageId: `${sessionId}${path}` });
  const childrenOf = (node: ExplainNode) => ('children' in node ? node.children : []);

  beforeEach(() => api.define(RETURNERS));

  test('somebody is in: the very events, and when it ends by itself', async () => {
    await api.send(visit('1'));
    api.nowMs += 60_000;
    await api.send(visit('2', '/pricing/eu'));
    const answer = await why('a');
    expect(answer).toMatchObject({
      segment: { id: 'returners', name: 'Viewers of ', version: 1 },
      ...{ profile: (await profile('a')).id, at: formatInstant(api.nowMs), member: true },
      ...{ enteredAt: formatInstant(api.nowMs), changesAt: formatInstant(START_MS + 600_000) },
    });
    const [views, noOrder] = childrenOf(answer.tree);
    const { data: log } = (await api.ask<Page<EventAnswer>>('/v1/events')).json;
    expect(views).toEqual({
      ...{ op: 'did', true: true, words: expect.stringContaining('2 sessions'), count: 2 },
      ...{ atLeast: true, changesAt: formatInstant(START_MS + 600_000) },
      evidence: [
        { event: log[0]?.id, timestamp: log[0]?.timestamp, words: 'Viewed /pricing/eu' },
        { event: log[1]?.id, timestamp: log[1]?.timestamp, words: 'Viewed /pricing' },
      ],
    });
    expect(noOrder).toMatchObject({ op: 'not', true: true, words: 'Not' });
    expect(noOrder).not.toHaveProperty('changesAt');

    api.nowMs = START_MS + 600_000;
    expect(await why('a'), 'at the very instant').toMatchObject({ member: false });
  });

  test('somebody is not in: what is missing, and what there is', async () => {
    await api.send(visit('1'), visit('1', '/pricing/eu'));
    const answer = await why('a');
    expect(answer).toMatchObject({ member: false });
    expect(answer).not.toHaveProperty('enteredAt');
    expect(answer).not.toHaveProperty('changesAt');
    expect(childrenOf(answer.tree)[0]).toMatchObject({
      ...{ true: false, count: 1, atLeast: false, missing: '1 more session' },
      evidence: [{ words: 'Viewed /pricing/eu' }],
    });
  });

  test('somebody who was in left by doing something', async () => {
    await api.send(visit('1'), visit('2'));
    await api.send({ type: 'track', event: 'Order Completed', anonymousId: 'a' });
    const answer = await why('a');
    expect(answer).toMatchObject({ member: false });
    expect(childrenOf(answer.tree)[1]).toMatchObject({
      ...{ op: 'not', true: false },
      children: [{ op: 'did', true: true, evidence: [{ words: 'Order Completed' }] }],
    });
  });

  test('a distinct value is shown as it was', async () => {
    const did = { did: 'page', distinct: 'product', times: 2 };
    await api.define(viewers('compared', '', { if: did }));
    const long = 'x'.repeat(100);
    for (const product of ['sprout', 7, true, long]) {
      await api.send({ type: 'page', anonymousId: 'a', properties: { product } });
      api.nowMs += 1;
    }
    const { tree } = await why('a', 'compared');
    const values = tree.op === 'did' ? tree.evidence.map(({ value }) => value) : [];
    expect(values).toEqual([expect.stringMatching(/^#[0-9a-z]+$/), true]);
  });

  test('whether somebody is known is a condition of its own', async () => {
    const anybody = { if: { did: 'page' }, who: 'known' };
    await api.define(viewers('known', '', anybody));
    await api.send(view('a', '/'));
    const whoOf = async (id: string) => childrenOf((await why(id, 'known')).tree)[0];
    expect(await whoOf('a')).toEqual({ op: 'who', true: false, words: 'Is known', evidence: [] });
    await api.send(identify('a', 'ada'));
    expect(await whoOf('ada')).toMatchObject({ true: true });
    expect(await why('ada', 'known')).toMatchObject({ member: true });
  });

  test('somebody whom a back-fill has not reached is judged from the log', async () => {
    await api.send(view('a', '/docs'));
    await api.ask('/v1/segments', {
      method: 'POST',
      body: viewers('docs', '/docs'),
    });
    const answer = await why('a', 'docs');
    expect(answer).toMatchObject({ member: true, tree: { evidence: [{ words: 'Viewed /docs' }] } });
  });

  test('nothing about a segment that is not there', async () => {
    await api.send(view('a', '/'));
    const problem = await api.problem('/v1/profiles/a/explain/none');
    expect(problem).toMatchObject({ status: 404, detail: expect.stringContaining('segment') });
  });
});
