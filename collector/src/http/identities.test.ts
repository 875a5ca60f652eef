import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, START_MS, startApi, view } from '../../testing/api.ts';
import { formatInstant } from '../instant.ts';
import type {
  EventAnswer,
  IdentitiesAnswer,
  Page,
  ProfileAnswer,
  SiteAnswer,
  UnmergeAnswer,
} from '../query/answers.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const identify = (userId: string | undefined, anonymousId?: string, traits = {}) => ({
  ...{ type: 'identify', userId, anonymousId, traits },
});
const profile = async (id: string) => (await api.ask<ProfileAnswer>(`/v1/profiles/${id}`)).json;
const identities = async (id: string) =>
  (await api.ask<IdentitiesAnswer>(`/v1/profiles/${encodeURIComponent(id)}/identities`)).json;
const post = <T>(path: string, body: unknown) => api.ask<T>(path, { method: 'POST', body });
const refused = (path: string, body: unknown) => api.problem(path, { method: 'POST', body });
const at = (ms: number) => formatInstant(START_MS + ms);

describe('the ids of a person', () => {
  test('are told with their kind and since when, and each merge with its cause', async () => {
    await api.ask('/v1/sites/current', { method: 'PUT', body: { identifyByEmail: true } });
    await api.send(view('phone', '/'));
    const stranger = await profile('phone');
    api.nowMs += 1_000;
    await api.send({ type: 'track', event: 'Signed Up', userId: 'ada' });
    api.nowMs += 1_000;
    await api.send({ ...identify('ada', 'phone'), timestamp: at(1_500) });
    const { data: log } = (await api.ask<Page<EventAnswer>>('/v1/events')).json;
    api.nowMs += 1_000;
    await api.send(identify('ada', undefined, { email: 'Ada@Example.com ' }));
    await api.send(identify('ada', 'desk'));
    expect(await identities('ada@example.com')).toEqual({
      data: [
        { kind: 'user', value: 'ada', since: at(1_000) },
        { kind: 'anonymous', value: 'phone', since: at(0) },
        { kind: 'anonymous', value: 'desk', since: at(3_000) },
        { kind: 'email', value: 'ada@example.com', since: at(3_000) },
      ],
      next: null,
      merges: [
        {
          ...{ id: expect.stringMatching(/^mrg_/), action: 'merge', by: 'event' },
          ...{ at: at(1_500), recordedAt: at(2_000), event: log[0]?.id },
          ...{ into: (await profile('ada')).id, from: stranger.id },
          identity: { kind: 'anonymous', value: 'phone' },
        },
      ],
    });
  });

  test('of a device with two users are theirs from their own time on', async () => {
    await api.send(view('kiosk', '/'));
    api.nowMs += 1_000;
    await api.send(identify('ada', 'kiosk'));
    api.nowMs += 1_000;
    await api.send(identify('bob', 'kiosk'));
    const kiosk = { kind: 'anonymous', value: 'kiosk' };
    expect((await identities('ada')).data[1]).toEqual({ ...kiosk, since: at(0) });
    expect((await identities('bob')).data[1]).toEqual({ ...kiosk, since: at(2_000) });
    expect((await identities('bob')).merges).toEqual([]);
  });

  test('come along with a person, and the story of their own merges', async () => {
    await api.send(view('a', '/'), identify('ada', 'a'), view('b', '/'), identify('bob', 'b'));
    const bob = await profile('bob');
    api.nowMs += 1_000;
    await post('/v1/profiles/ada/merge', { with: 'bob' });
    const { data, merges } = await identities('bob');
    expect(data.map(({ value }) => value)).toEqual(['ada', 'bob', 'a', 'b']);
    expect(merges.map(({ action, by, from }) => [action, by, from === bob.id])).toEqual([
      ['merge', 'event', false],
      ['merge', 'event', false],
      ['merge', 'api', true],
    ]);
    expect(merges[2]).toMatchObject({ at: at(1_000), identity: { kind: 'user', value: 'bob' } });
    expect(merges[2]).not.toHaveProperty('event');
  });

  test('tell a split in both histories, and once to who has both again', async () => {
    await api.send(view('a', '/'), identify('ada', 'a'));
    api.nowMs += 1_000;
    await post('/v1/profiles/ada/unmerge', { identity: 'a' });
    const [ada, stranger] = [await profile('ada'), await profile('a')];
    const split = {
      ...{ action: 'unmerge', at: at(1_000), by: 'api', into: stranger.id, from: ada.id },
      identity: { kind: 'anonymous', value: 'a' },
    };
    expect((await identities('a')).merges).toMatchObject([split]);
    expect((await identities('ada')).merges).toMatchObject([{ action: 'merge' }, split]);
    expect((await identities('ada')).data).toMatchObject([{ value: 'ada' }]);
    await post('/v1/profiles/ada/merge', { with: 'a' });
    const actions = (await identities('ada')).merges.map(({ action }) => action);
    expect(actions).toEqual(['merge', 'unmerge', 'merge']);
  });
});

describe('the owner', () => {
  test('makes one person of two known users', async () => {
    await api.send(identify('ada', 'a'), identify('countess', 'c'));
    const { status, json } = await post<ProfileAnswer>('/v1/profiles/ada/merge', {
      with: 'countess',
    });
    expect(status).toBe(200);
    expect(json).toEqual(await profile('ada'));
    expect(await profile('c')).toEqual(json);
    expect(json).toMatchObject({ userId: 'ada', anonymousIds: ['a', 'c'] });
  });

  test('takes an id out again and sees both', async () => {
    await api.send(view('a', '/'), identify('ada', 'a'));
    const { status, json } = await post<UnmergeAnswer>('/v1/profiles/ada/unmerge', {
      identity: 'a',
    });
    expect(status).toBe(200);
    expect(json).toEqual({ profile: await profile('ada'), split: await profile('a') });
    expect(json.split?.id).not.toBe(json.profile.id);
    for (const { profile: of, userId } of (await api.ask<Page<EventAnswer>>('/v1/events')).json
      .data) {
      expect(of).toBe(userId === 'ada' ? json.profile.id : json.split?.id);
    }
  });

  test('sees nobody where nothing is filed under the id', async () => {
    await api.send(identify('ada', 'a'));
    const { json } = await post<UnmergeAnswer>('/v1/profiles/ada/unmerge', { identity: 'a' });
    expect(json).toEqual({ profile: await profile('ada'), split: null });
    expect(await api.problem('/v1/profiles/a')).toMatchObject({ code: 'not_found' });
  });

  test('is told what cannot be', async () => {
    await api.send(identify('ada', 'a'), identify('bob', 'b'));
    const path = '/v1/profiles/ada';
    for (const [verb, key] of [
      ['merge', 'with'],
      ['unmerge', 'identity'],
    ] as const) {
      const bodies = ['[]', 'null', '3', {}, { [key]: '' }, { [key]: 7 }, { [key]: 'a\0' }];
      for (const body of bodies) {
        const problem = await refused(`${path}/${verb}`, body);
        expect(problem, JSON.stringify(body)).toMatchObject({ code: 'invalid_request' });
      }
      const nobody = await refused(`/v1/profiles/nobody/${verb}`, { [key]: 'a' });
      expect(nobody).toMatchObject({ code: 'not_found' });
      const unknown = await refused(`${path}/${verb}`, { [key]: 'nobody' });
      expect(unknown).toMatchObject({ code: 'not_found' });
    }
    const own = await refused(`${path}/unmerge`, { identity: 'ada' });
    expect(own).toMatchObject({ code: 'conflict', status: 409 });
  });

  test('is told where two would have too many ids together, and nothing is changed', async () => {
    await api.end();
    api = await startApi({}, { idsMax: 3 });
    await api.send(identify('ada', 'a'), identify('bob', 'b'));
    const problem = await refused('/v1/profiles/ada/merge', { with: 'bob' });
    expect(problem).toMatchObject({ status: 409, code: 'merge_limit', limit: 3 });
    expect((await profile('b')).userId).toBe('bob');
  });

  test('is the only one: no write key and no other site may', async () => {
    await api.send(identify('ada', 'a'), identify('bob', 'b'));
    const before = [await profile('ada'), await profile('bob')];
    const body = { with: 'bob', identity: 'a', identifyByEmail: true };
    for (const [method, path] of [
      ['POST', '/v1/profiles/ada/merge'],
      ['POST', '/v1/profiles/ada/unmerge'],
      ['GET', '/v1/profiles/ada/identities'],
      ['GET', '/v1/sites/current'],
      ['PUT', '/v1/sites/current'],
    ] as const) {
      const ask = { method, ...(method !== 'GET' && { body }) };
      const problem = await api.problem(path, { ...ask, key: FIRST.writeKey });
      expect(problem, path).toMatchObject({ status: 403, code: 'forbidden' });
      expect(await api.problem(path, { ...ask, key: null })).toMatchObject({ status: 401 });
      if (path.startsWith('/v1/sites')) continue;
      const other = await api.problem(path, { ...ask, key: SECOND.secretKey });
      expect(other, path).toMatchObject({ code: 'not_found' });
    }
    await api.send(
      { type: 'alias', userId: 'ada', previousId: 'bob' },
      { type: 'alias', userId: 'bob', previousId: 'ada' },
      { type: 'alias', userId: 'ada', previousId: 'b' },
      identify('bob', 'a', { email: 'ada@example.com' }),
      identify('ada', 'b', { email: 'ada@example.com' }),
    );
    const now = [await profile('ada'), await profile('bob')];
    expect(now.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(now.map(({ userId }) => userId)).toEqual(['ada', 'bob']);
    expect(await identities('ada')).toMatchObject({ merges: [] });
  });
});

describe('whether e-mails name people', () => {
  const site = async (key: string = FIRST.secretKey) =>
    (await api.ask<SiteAnswer>('/v1/sites/current', { key })).json;
  const put = (body: unknown) => ({ method: 'PUT', body });

  test('is each site’s own choice, off at first', async () => {
    expect(await site()).toEqual({
      ...{ id: '1', name: 'Site 1', timeZone: 'UTC' },
      ...{ identifyByEmail: false, verifyIdentity: false },
    });
    const on = await api.ask('/v1/sites/current', put({ identifyByEmail: true }));
    expect(on).toMatchObject({ status: 200, json: { identifyByEmail: true } });
    expect(await site()).toMatchObject({ identifyByEmail: true });
    expect(await site(SECOND.secretKey)).toMatchObject({ id: '2', identifyByEmail: false });
    const events = [
      identify('ada', undefined, { email: 'ada@example.com' }),
      identify(undefined, 'a', { email: ' ADA@example.com' }),
    ];
    await api.send(...events);
    await api.sendTo(
      SECOND.writeKey,
      ...events.map((event, i) => ({ ...event, messageId: `s${i}` })),
    );
    expect((await profile('a')).userId).toBe('ada');
    const other = await api.ask<ProfileAnswer>('/v1/profiles/a', { key: SECOND.secretKey });
    expect(other.json).not.toHaveProperty('userId');
    await api.ask('/v1/sites/current', put({ identifyByEmail: false }));
    expect(await site()).toMatchObject({ identifyByEmail: false });
  });

  test.each(['[]', 'null', {}, { identifyByEmail: 'true' }, { identifyByEmail: 1 }])(
    '%j says nothing of it',
    async (body) => {
      const problem = await api.problem('/v1/sites/current', put(body));
      expect(problem).toMatchObject({ code: 'invalid_request' });
      expect(await site()).toMatchObject({ identifyByEmail: false });
    },
  );

  test('may be searched by the e-mail where they do', async () => {
    await api.ask('/v1/sites/current', put({ identifyByEmail: true }));
    await api.send(identify('u-1', undefined, { email: 'ada@example.com' }));
    const { json } = await api.ask<Page<ProfileAnswer>>('/v1/profiles?q=ada@');
    expect(json.data.map(({ userId }) => userId)).toEqual(['u-1']);
  });
});
