import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, SECOND, START_MS, startApi, view, viewers } from '../../testing/api.ts';
import { formatInstant } from '../instant.ts';
import type { ChangeAnswer, HistoryAnswer, Page, VersionAnswer } from '../query/answers.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const at = (afterMs: number) => formatInstant(START_MS + afterMs);
const DAY = at(0).slice(0, 10);
const NEXT_DAY = at(DAY_MS).slice(0, 10);

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const history = async (query: string, key?: string) =>
  (await api.ask<HistoryAnswer>(`/v1/segments/pricing/history${query}`, key ? { key } : {})).json;

describe('the history of a segment', () => {
  test('tells size, entries and leaves of each day', async () => {
    await api.define({
      ...viewers('pricing', '/p'),
      if: { did: 'page', where: { path: '/p' }, within: '1d' },
    });
    await api.send(view('a', '/p'), view('b', '/p'));
    await api.wait(DAY_MS);
    await api.send(view('c', '/p'));
    const day = (day: string, size: number, entered: number, left: number) => ({
      ...{ day, size, entered, left },
    });
    const { data, timeZone, next } = await history(`?from=${DAY}&to=${NEXT_DAY}&by=day`);
    expect(data).toEqual([day(DAY, 2, 2, 0), day(NEXT_DAY, 1, 1, 2)]);
    expect([timeZone, next]).toEqual(['UTC', null]);
    // What came before the first day counts towards its size.
    expect((await history(`?from=${NEXT_DAY}`)).data).toEqual([day(NEXT_DAY, 1, 1, 2)]);
    const month = (await history('')).data;
    expect(month).toHaveLength(30);
    expect(month.at(-1)).toEqual(day(NEXT_DAY, 1, 1, 2));
  });

  test("counts days in the site's zone", async () => {
    const { secretKey: key, writeKey } = SECOND;
    await api.ask('/v1/segments', { method: 'POST', key, body: viewers('pricing', '/p') });
    // 23:30 in Tokyo, then 00:30.
    api.nowMs = Date.parse('2027-02-01T14:30:00Z');
    await api.sendTo(writeKey, view('a', '/p'));
    api.nowMs += HOUR_MS;
    await api.sendTo(writeKey, view('b', '/p'));
    const { data, timeZone } = await history('?from=2027-02-01&to=2027-02-02', key);
    expect(data.map(({ entered }) => entered)).toEqual([1, 1]);
    expect(timeZone).toBe('Asia/Tokyo');
  });

  test.each([
    '?from=2026-02-30',
    '?from=soon',
    '?by=hour',
    '?from=2027-01-02&to=2027-01-01',
    '?from=2020-01-01&to=2027-01-01',
  ])('%s is refused', async (query) => {
    await api.define(viewers('pricing', '/p'));
    const problem = await api.problem(`/v1/segments/pricing/history${query}`);
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

test('every change of a segment says who, when, why and since when it is known', async () => {
  await api.define(viewers('pricing', '/pricing'));
  await api.send(view('a', '/pricing'));
  await api.wait(HOUR_MS);
  await api.send({ type: 'identify', userId: 'ann', anonymousId: 'a' });
  await api.send(view('b', '/pricing', { timestamp: at(HOUR_MS - 1_000) }));
  const { json } = await api.ask<Page<ChangeAnswer>>('/v1/segments/pricing/changes?limit=2');
  expect(json.data).toEqual([
    {
      id: expect.stringMatching(/^msg_/),
      profile: { id: expect.stringMatching(/^prf_/), anonymousIds: ['b'] },
      ...{ direction: 'entered', cause: 'event', version: 1 },
      ...{ effectiveAt: at(HOUR_MS - 1_000), recordedAt: at(HOUR_MS) },
      event: expect.stringMatching(/^evt_/),
    },
    {
      id: expect.stringMatching(/^msg_/),
      profile: { id: expect.stringMatching(/^prf_/), userId: 'ann', anonymousIds: ['a'] },
      ...{ direction: 'left', cause: 'time', version: 1 },
      ...{ effectiveAt: at(HOUR_MS / 6), recordedAt: at(HOUR_MS) },
    },
  ]);
  const address = `/v1/segments/pricing/changes?limit=2&cursor=${json.next}`;
  const rest = (await api.ask<Page<ChangeAnswer>>(address)).json;
  expect(rest).toMatchObject({ data: [{ direction: 'entered' }], next: null });
});

describe('the versions of a segment', () => {
  const versions = async (query = '') =>
    (await api.ask<Page<VersionAnswer>>(`/v1/segments/pricing/versions${query}`)).json;

  test('are all kept, the newest first', async () => {
    await api.define(viewers('pricing', '/one'));
    await api.wait(HOUR_MS);
    await api.ask('/v1/segments/pricing', { method: 'PUT', body: viewers('pricing', '/two') });
    const { data, next } = await versions();
    expect(data).toMatchObject([
      { version: 2, if: { where: { path: '/two' } }, savedAt: at(HOUR_MS), who: 'all' },
      { version: 1, if: { where: { path: '/one' } }, savedAt: at(0), kind: 'implicit' },
    ]);
    expect(data[0]?.words).toContain('/two');
    expect(next).toBeNull();
    const first = await versions('?limit=1');
    expect(await versions(`?limit=1&cursor=${first.next}`)).toMatchObject({
      data: [{ version: 1 }],
    });
  });

  test('and what happened outlive the segment; its id can begin anew', async () => {
    await api.define(viewers('pricing', '/one', { name: 'Old' }));
    await api.send(view('a', '/one'));
    await api.wait(60_000);
    await api.request('/v1/segments/pricing', { method: 'DELETE' });
    expect((await api.request('/v1/segments/pricing')).status).toBe(404);
    expect((await versions()).data).toMatchObject([{ version: 1, removedAt: at(60_000) }]);
    const changes = await api.ask<Page<ChangeAnswer>>('/v1/segments/pricing/changes');
    expect(changes.json.data).toHaveLength(1);
    expect((await history(`?from=${DAY}`)).data).toMatchObject([{ entered: 1, size: 0 }]);

    await api.define(viewers('pricing', '/new', { name: 'New' }));
    const { data } = await versions();
    expect(data.map(({ name, version }) => [name, version])).toEqual([
      ['New', 1],
      ['Old', 1],
    ]);
    expect(data[0]).not.toHaveProperty('removedAt');
    expect((await history(`?from=${DAY}`)).data).toMatchObject([{ entered: 0, size: 0 }]);
  });
});

test('what never was has no past, nor has what another site has', async () => {
  await api.define(viewers('pricing', '/p'));
  for (const what of ['history', 'changes', 'versions']) {
    expect(await api.problem(`/v1/segments/none/${what}`)).toMatchObject({ status: 404 });
    const question = { key: SECOND.secretKey };
    expect(await api.problem(`/v1/segments/pricing/${what}`, question)).toMatchObject({
      status: 404,
    });
  }
});
