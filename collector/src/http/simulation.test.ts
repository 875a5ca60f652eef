import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, START_MS, startApi, view, viewers, type Wire } from '../../testing/api.ts';
import { formatInstant } from '../instant.ts';
import type { DiffAnswer, MemberAnswer, PreviewAnswer, ScannedPage } from '../query/answers.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const at = (afterMs: number) => formatInstant(START_MS + afterMs);
const dayOf = (afterMs: number) => at(afterMs).slice(0, 10);

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

async function preview(body: Wire): Promise<PreviewAnswer> {
  const question = { method: 'POST', body };
  return (await api.ask<PreviewAnswer>('/v1/segments/preview', question)).json;
}

const within = (path: string, window: string) => ({
  did: 'page',
  where: { path },
  within: window,
});

describe('a preview', () => {
  test('runs the definition over the history and saves nothing', async () => {
    await api.send(view('a', '/p'), view('b', '/p'), view('c', '/other'));
    await api.wait(2 * DAY_MS);
    await api.send(view('b', '/p'));
    await api.wait(MINUTE_MS);

    const told = await preview({ if: within('/p', '1d') });
    expect(told).toMatchObject({ size: 1, people: 3, warnings: [], timeZone: 'UTC' });
    expect(told.words).toContain('/p');
    expect(told.sample).toEqual([
      {
        ...{ id: expect.stringMatching(/^prf_/), anonymousIds: ['b'], traits: {} },
        ...{ enteredAt: at(2 * DAY_MS), leavesAt: at(3 * DAY_MS) },
        why: [`Viewed /p, ${at(2 * DAY_MS)}`],
      },
    ]);
    expect(told.days).toEqual([
      { day: dayOf(0), size: 2, entered: 2, left: 0 },
      { day: dayOf(DAY_MS), size: 0, entered: 0, left: 2 },
      { day: dayOf(2 * DAY_MS), size: 1, entered: 1, left: 0 },
    ]);
    expect(told).not.toHaveProperty('sampled');
    expect((await api.ask('/v1/segments')).json).toMatchObject({ data: [] });
  });

  test('says the same as the segment once it is saved', async () => {
    const definition = {
      ...{ ...viewers('both', '/p'), who: 'known' },
      if: { all: [within('/p', '1h'), { not: { did: 'Signed Up' } }] },
    };
    await api.send(view('a', '/p'), view('b', '/p'), view('c', '/p'));
    await api.send({ type: 'identify', userId: 'ann', anonymousId: 'a' });
    await api.send({ type: 'identify', userId: 'bob', anonymousId: 'b' });
    // Within one instant all of it is true together, and bob would never have entered.
    await api.wait(MINUTE_MS);
    await api.send({ type: 'track', event: 'Signed Up', userId: 'bob' });
    const told = await preview(definition);
    expect(told.size).toBe(1);
    expect(told.days).toEqual([{ day: dayOf(0), size: 1, entered: 2, left: 1 }]);
    await api.define(definition);
    const { json } = await api.ask<ScannedPage<MemberAnswer>>('/v1/segments/both/members');
    expect(json.data.map(({ id }) => id)).toEqual(told.sample.map(({ id }) => id));
  });

  test('counts a person who was joined from two once', async () => {
    await api.send(view('a', '/p'));
    await api.wait(MINUTE_MS);
    await api.send({ type: 'identify', userId: 'ann', anonymousId: 'a' }, view('a', '/p'));
    const told = await preview({ if: within('/p', '1h') });
    expect(told.days).toEqual([{ day: dayOf(0), size: 1, entered: 1, left: 0 }]);
    expect(told.sample).toMatchObject([{ userId: 'ann', enteredAt: at(0) }]);
  });

  test('of what holds because nothing happened says so', async () => {
    await api.send(view('a', '/p'));
    const told = await preview({ if: { not: { did: 'Signed Up' } } });
    expect(told.sample).toMatchObject([{ why: [told.words] }]);
  });

  test('warns of what misleads', async () => {
    const { warnings } = await preview({ if: { did: 'Email Opened' } });
    expect(warnings).toEqual([{ pointer: '/if/did', detail: expect.stringContaining('mislead') }]);
  });

  test('counts the people of a company together, and a query lists them', async () => {
    const groups = ['ann', 'bob'].map((userId) => ({ type: 'group', userId, groupId: 'acme' }));
    await api.send(...groups);
    await api.wait(MINUTE_MS);
    await api.send({ type: 'track', event: 'Bought', userId: 'ann' });
    const condition = { account: { did: 'Bought', within: '1h' } };
    const told = await preview({ if: condition });
    expect(told).toMatchObject({ size: 2, people: 2, days: [{ entered: 2, size: 2 }] });
    const question = { method: 'POST', body: condition };
    const { json } = await api.ask<ScannedPage<MemberAnswer>>('/v1/query', question);
    expect(json.data.map(({ leavesAt }) => leavesAt)).toEqual(Array(2).fill(at(61 * MINUTE_MS)));
  });

  test('of a wrong definition is refused with the place', async () => {
    const body = { if: { did: 'page', within: '500d' } };
    const problem = await api.problem('/v1/segments/preview', { method: 'POST', body });
    expect(problem).toMatchObject({ status: 422, errors: [{ pointer: '/if/within' }] });
  });
});

describe('a diff', () => {
  test('says who would enter, who would leave, and who would stay', async () => {
    await api.define(viewers('pricing', '/one'));
    await api.send(view('leaves', '/one'), view('stays', '/one'), view('stays', '/two'));
    await api.send(view('enters1', '/two'), view('enters2', '/two'), view('neither', '/'));
    const body = { if: within('/two', '10m') };
    const question = { method: 'POST', body };
    const { json } = await api.ask<DiffAnswer>('/v1/segments/pricing/diff', question);
    const names = ({ sample }: DiffAnswer['enter']) =>
      sample.flatMap(({ anonymousIds }) => anonymousIds).toSorted((a, b) => (a < b ? -1 : 1));
    expect([json.enter.count, names(json.enter)]).toEqual([2, ['enters1', 'enters2']]);
    expect([json.leave.count, names(json.leave)]).toEqual([1, ['leaves']]);
    expect(json.enter.sample[0]?.why[0]).toMatch(/^Viewed \/two/);
    expect(json.leave.sample[0]?.why[0]).toMatch(/^Viewed \/one/);
    expect(json.stay).toBe(1);
    expect((await api.ask('/v1/segments/pricing')).json).toMatchObject({ version: 1, size: 2 });
  });

  test('of a segment that is not there, or to a wrong definition, is refused', async () => {
    const question = { method: 'POST', body: { if: { did: 'page' } } };
    expect((await api.problem('/v1/segments/none/diff', question)).status).toBe(404);
    await api.define(viewers('pricing', '/one'));
    const wrong = { method: 'POST', body: { if: {} } };
    expect((await api.problem('/v1/segments/pricing/diff', wrong)).status).toBe(422);
  });
});

describe('an unsaved condition', () => {
  const query = async (body: unknown, rest = '') =>
    (await api.ask<ScannedPage<MemberAnswer>>(`/v1/query${rest}`, { method: 'POST', body })).json;

  test('answers its members, page by page', async () => {
    for (const name of ['a', 'b', 'c']) await api.send(view(name, '/p'), view(`${name}x`, '/x'));
    await api.wait(MINUTE_MS);
    const all = await query(within('/p', '1h'));
    expect(all).toMatchObject({ next: null, scanned: 6 });
    expect(all.data.map(({ enteredAt, leavesAt }) => [enteredAt, leavesAt])).toEqual(
      Array.from({ length: 3 }, () => [at(0), at(60 * MINUTE_MS)]),
    );
    const first = await query(within('/p', '1h'), '?limit=2');
    const rest = await query(within('/p', '1h'), `?limit=2&cursor=${first.next}`);
    expect([...first.data, ...rest.data]).toEqual(all.data);
    expect(await query(within('/p', '1s'))).toMatchObject({ data: [], next: null });
  });

  test('that is wrong is refused with the place', async () => {
    const problem = await api.problem('/v1/query', { method: 'POST', body: { did: '' } });
    expect(problem).toMatchObject({ status: 422, errors: [{ pointer: '/did' }] });
  });
});
