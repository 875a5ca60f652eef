import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Api,
  FIRST,
  SECOND,
  START_MS,
  startApi,
  view,
  viewers,
  type Wire,
} from '../../testing/api.ts';
import { type Receiver, startReceiver, status } from '../../testing/receiver.ts';
import { formatInstant } from '../instant.ts';
import type {
  AuditAnswer,
  HistoryAnswer,
  MemberAnswer,
  Page,
  ProfileAnswer,
  QuarantineAnswer,
  SegmentAnswer,
  SegmentMessage,
  StatsAnswer,
} from '../query/answers.ts';
import type { ErasureAnswer } from '../query/privacy-answers.ts';

/** A text that is in no word of the product. */
const RARE = 'zqxjkvbw';

let api: Api;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  api = await startApi({}, { scored: true });
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  const { json } = await api.ask<AuditAnswer>('/v1/audit', { method: 'POST', body: {} });
  expect(json).toMatchObject({ different: 0 });
  await api.end();
  await receiver.close();
});

const erase = async (id: string) =>
  (await api.ask<ErasureAnswer>(`/v1/profiles/${id}`, { method: 'DELETE' })).json;
const at = (ms: number) => ({ timestamp: formatInstant(START_MS + ms) });
const identify = (userId: string, anonymousId?: string, traits: Wire = {}) => ({
  ...{ type: 'identify', userId, anonymousId, traits },
});
const group = (anonymousId: string, groupId: string, traits: Wire = {}) => ({
  ...{ type: 'group', anonymousId, groupId, traits },
});
const profile = async (id: string) => (await api.ask<ProfileAnswer>(`/v1/profiles/${id}`)).json;
const isKnown = async (id: string) => (await api.request(`/v1/profiles/${id}`)).status === 200;
const members = async (id: string) =>
  (await api.ask<Page<MemberAnswer>>(`/v1/segments/${id}/members`)).json.data
    .flatMap(({ anonymousIds }) => anonymousIds)
    .sort((a, b) => (a < b ? -1 : 1));
const webhook = () =>
  api.ask('/v1/webhooks', {
    method: 'POST',
    body: { url: `${receiver.url}/hook`, types: ['segment.entered', 'segment.left'] },
  });
const received = () => receiver.received.map(({ body }) => JSON.parse(body) as SegmentMessage);

describe('whoever is erased', () => {
  test('leaves no byte in the files of the database', async () => {
    await api.ask('/v1/sites/current', { method: 'PUT', body: { identifyByEmail: true } });
    await webhook();
    receiver.answering = (request, response) => void response.end(request.body);
    await api.define(viewers('pricing', '/pricing'));
    await api.define({
      ...{ id: 'pro', name: 'Pro companies', kind: 'explicit' },
      if: { account: 'plan', is: 'pro' },
    });
    for (let round = 0; round < 30; round += 1) {
      const device = `${RARE}-${round % 3}`;
      const other = `other-${round}`;
      await api.send(
        view(device, '/pricing', {
          messageId: `${RARE}-m${round}`,
          properties: { path: '/pricing', note: `${RARE} ${round}` },
        }),
        group(device, `${RARE}-corp`, { plan: 'pro', owner: RARE }),
        group(device, 'acme', { plan: 'pro', contact: RARE }),
        identify(RARE, device, {
          email: `${RARE}@example.com`,
          town: `${RARE} ${round}`,
          long: RARE.repeat(300),
        }),
        view(other, '/pricing'),
        group(other, 'acme', { plan: 'pro' }),
        identify(`user-${round}`, other, { town: 'Here' }),
      );
      await api.wait(1_000);
    }
    await api.ask(`/v1/profiles/${RARE}/unmerge`, {
      method: 'POST',
      body: { identity: `${RARE}-1` },
    });
    await api.sendOut();
    await api.wait(2_000);
    expect(api.bytes()).toContain(RARE);
    expect(await erase(`${RARE}-1`)).toMatchObject({ status: 'erased' });
    expect(await erase(RARE)).toMatchObject({ status: 'erased' });
    await api.sendOut(2_000);
    await api.wait(2_000);
    const found = api.bytes();
    const where = found.indexOf(RARE);
    expect(where < 0 ? '' : found.slice(Math.max(0, where - 200), where + 200)).toBe('');
    expect(await members('pricing')).toHaveLength(30);
    expect(await members('pro')).toHaveLength(30);
  });

  test('is not among the rejected events either, and what still comes is counted as dropped', async () => {
    await api.send(identify('ada', 'phone'), { ...identify('ada'), event: 7, type: 'track' });
    await api.send({ type: 'track', userId: 'bob', event: 7 });
    await api.wait(1_000);
    await erase('ada');
    const { json } = await api.ask<Page<QuarantineAnswer>>('/v1/quarantine');
    expect(json.data.map(({ event }) => event)).toMatchObject([{ userId: 'bob' }]);
    await api.send({ ...identify('ada'), ...at(500) });
    const { json: stats } = await api.ask<StatsAnswer>('/v1/stats');
    expect(stats.total).toMatchObject({
      ...{ received: 4, accepted: 1, rejected: 2, dropped: 1 },
      reasons: { dropped: { erased: 1 } },
    });
  });

  test('is not found any more, and of the segment nothing but its size is told', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.send(view('ada', '/pricing'), view('bob', '/pricing'));
    expect(await erase('ada')).toEqual({
      status: 'erased',
      erasedAt: formatInstant(START_MS),
      events: 1,
    });
    expect(await isKnown('ada')).toBe(false);
    expect(await members('pricing')).toEqual(['bob']);
    expect((await api.ask<SegmentAnswer>('/v1/segments/pricing')).json).toMatchObject({ size: 1 });
    const { data } = (await api.ask<HistoryAnswer>('/v1/segments/pricing/history')).json;
    expect(data.at(-1)).toMatchObject({ size: 1, entered: 1, left: 0 });
  });

  test('is told of to others by their number alone', async () => {
    await webhook();
    await api.define(viewers('pricing', '/pricing'));
    await api.send(view('phone', '/pricing'), identify('ada', 'phone', { plan: 'pro' }));
    await api.sendOut();
    const { id } = await profile('ada');
    await erase('ada');
    await api.sendOut();
    expect(received().map(({ type }) => type)).toEqual(['segment.entered', 'segment.left']);
    expect(received()[1]).toMatchObject({
      profile: { id, anonymousIds: [], traits: {} },
      ...{ cause: 'erasure', evidence: [] },
    });
    expect(received()[1]?.profile).not.toHaveProperty('userId');
  });

  test('takes along what waits to be told of them', async () => {
    await webhook();
    await api.define(viewers('pricing', '/pricing'));
    receiver.answering = status(503);
    await api.send(view('ada', '/pricing'));
    await api.sendOut();
    expect(received()).toMatchObject([{ type: 'segment.entered' }]);
    receiver.answering = status(204);
    await erase('ada');
    await api.sendOut(3_600_000);
    expect(received().slice(1)).toMatchObject([{ type: 'segment.left', cause: 'erasure' }]);
  });

  test('takes along what they said of their company, and what was counted of them there', async () => {
    await api.define({
      ...{ id: 'pro', name: 'Pro companies', kind: 'explicit' },
      if: { account: 'plan', is: 'pro' },
    });
    await api.define({
      ...{ id: 'team', name: 'Buying team', kind: 'implicit' },
      if: {
        account: {
          ...{ did: 'page', where: { path: '/pricing' } },
          ...{ distinct: 'person', times: 2, within: '1h' },
        },
      },
    });
    await api.send(group('a', 'acme', { plan: 'free' }), view('a', '/pricing'));
    api.nowMs += 1_000;
    await api.send(group('b', 'acme', { plan: 'pro' }), view('b', '/pricing'));
    expect([await members('pro'), await members('team')]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    await erase('b');
    expect([await members('pro'), await members('team')]).toEqual([[], []]);
  });
});

describe('what arrives late of whoever was erased', () => {
  const dropped = { accepted: 0, dropped: 1, results: [{ status: 'dropped', code: 'erased' }] };

  beforeEach(async () => {
    await api.send(view('phone', '/', { messageId: 'first' }), identify('ada', 'phone'), {
      type: 'track',
      event: 'Asked',
      userId: 'ada',
      messageId: 'timeless',
    });
    api.nowMs += 60_000;
    await erase('ada');
    api.nowMs += 60_000;
  });

  test.each([
    { what: 'an event of their device', event: view('phone', '/late', at(30_000)) },
    {
      what: 'an event that names them',
      event: { type: 'track', event: 'E', userId: 'ada', ...at(0) },
    },
    {
      what: 'a device that turns out to be theirs',
      event: { ...identify('ada', 'desk'), ...at(1) },
    },
    { what: 'another user on their device', event: { ...identify('countess', 'phone'), ...at(1) } },
    {
      what: 'an event that had arrived',
      event: view('phone', '/', { messageId: 'first', ...at(0) }),
    },
    {
      what: 'a message without a time that had arrived',
      event: { type: 'track', event: 'Asked', userId: 'ada', messageId: 'timeless' },
    },
  ])('$what is dropped, with the reason', async ({ event }) => {
    expect(await api.send(event)).toMatchObject(dropped);
    for (const id of ['ada', 'phone', 'desk', 'countess']) expect(await isKnown(id)).toBe(false);
  });

  test('drops nothing of others, nor of whoever comes back', async () => {
    expect(await api.send(view('bob', '/', at(30_000)))).toMatchObject({ accepted: 1 });
    expect(await api.sendTo(SECOND.writeKey, view('phone', '/', at(0)))).toMatchObject({
      accepted: 1,
    });
    expect(await api.send(view('phone', '/back', at(90_000)))).toMatchObject({ accepted: 1 });
    expect(await profile('phone')).toMatchObject({
      anonymousIds: ['phone'],
      firstSeen: formatInstant(START_MS + 90_000),
    });
    expect(await api.send(view('phone', '/late', at(30_000)))).toMatchObject(dropped);
  });

  test('counts for a user who is known, on whosever device', async () => {
    await api.send(identify('bob', 'tablet'));
    expect(await api.send({ ...identify('bob', 'phone'), ...at(30_000) })).toMatchObject({
      accepted: 1,
    });
    expect(await profile('bob')).toMatchObject({ anonymousIds: ['tablet', 'phone'] });
  });
});

test('of a shared device only the time of whoever is erased goes', async () => {
  await api.send(view('kiosk', '/', at(0)), { ...identify('ada', 'kiosk'), ...at(0) });
  api.nowMs += 10_000;
  await api.send({ ...identify('bob', 'kiosk'), ...at(10_000) });
  api.nowMs += 10_000;
  await erase('ada');
  expect(await profile('bob')).toMatchObject({ anonymousIds: ['kiosk'] });
  expect(await api.send(view('kiosk', '/', at(5_000)))).toMatchObject({ dropped: 1 });
  expect(await api.send(view('kiosk', '/', at(15_000)))).toMatchObject({ accepted: 1 });
});

test('to erase again says when it was; who never was is not found', async () => {
  await api.send(view('phone', '/'), identify('ada', 'phone'));
  const { id } = await profile('ada');
  const { erasedAt } = await erase('phone');
  api.nowMs += 5_000;
  for (const each of ['ada', 'phone', id]) {
    expect(await erase(each)).toEqual({ status: 'erased_before', erasedAt, events: 0 });
  }
  const question = { method: 'DELETE' };
  expect(await api.problem('/v1/profiles/nobody', question)).toMatchObject({ code: 'not_found' });
});

test('only whoever administers the site erases', async () => {
  await api.send(view('phone', '/'));
  const asked = (key: string) => api.problem('/v1/profiles/phone', { method: 'DELETE', key });
  expect(await asked(FIRST.readKey)).toMatchObject({ code: 'forbidden' });
  expect(await asked(SECOND.secretKey)).toMatchObject({ code: 'not_found' });
  expect(await isKnown('phone')).toBe(true);
});
