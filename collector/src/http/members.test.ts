import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, START_MS, startApi, view, viewers } from '../../testing/api.ts';
import { bucketOf } from '../identity/bucket.ts';
import { formatInstant } from '../instant.ts';
import type {
  CountAnswer,
  ForecastAnswer,
  MemberAnswer,
  NearAnswer,
  OverlapAnswer,
  Page,
  ProfileAnswer,
  ScannedPage,
} from '../query/answers.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const at = (afterMs: number) => formatInstant(START_MS + afterMs);

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

/** Who is listed, by their first name. */
async function listed(address: string): Promise<readonly string[]> {
  const { json } = await api.ask<Page<MemberAnswer>>(address);
  return json.data.map(({ userId, anonymousIds }) => userId ?? anonymousIds[0] ?? '').sort();
}

async function counted(query: string): Promise<number> {
  return (await api.ask<CountAnswer>(`/v1/segments/pricing/count${query}`)).json.count;
}

const membersAt = (afterMs: number, mode: string) =>
  `/v1/segments/pricing/members?at=${at(afterMs)}&mode=${mode}`;

describe('who was a member then', () => {
  test('is what was known then, or what is known now', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.send(view('early', '/pricing'));
    await api.wait(5 * MINUTE_MS);
    // It happened a minute after the start and arrives four minutes late.
    await api.send(view('late', '/pricing', { timestamp: at(MINUTE_MS) }));
    await api.wait(20 * MINUTE_MS);
    expect(await listed('/v1/segments/pricing/members')).toEqual([]);

    expect(await listed(membersAt(2 * MINUTE_MS, 'known'))).toEqual(['early']);
    expect(await listed(membersAt(2 * MINUTE_MS, 'true'))).toEqual(['early', 'late']);
    expect(await listed(membersAt(6 * MINUTE_MS, 'known'))).toEqual(['early', 'late']);
    expect(await listed(membersAt(25 * MINUTE_MS, 'known'))).toEqual([]);
    expect(await listed(membersAt(10 * MINUTE_MS - 1, 'true'))).toEqual(['early', 'late']);
    expect(await listed(membersAt(10 * MINUTE_MS, 'true'))).toEqual(['late']);
    expect(await listed(membersAt(-1, 'true'))).toEqual([]);
    expect(await listed(membersAt(-1, 'known'))).toEqual([]);
    const then = `?at=${at(2 * MINUTE_MS)}`;
    expect(await counted(then)).toBe(1);
    expect(await counted(`${then}&mode=true`)).toBe(2);
    expect(await counted('')).toBe(0);
  });

  test('tells when each entered, and would have left as things stood then', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.send(view('a', '/pricing'));
    await api.wait(5 * MINUTE_MS);
    await api.send(view('a', '/pricing'));
    await api.wait(20 * MINUTE_MS);
    const { json } = await api.ask<ScannedPage<MemberAnswer>>(membersAt(MINUTE_MS, 'true'));
    expect(json.data).toMatchObject([{ enteredAt: at(0), leavesAt: at(10 * MINUTE_MS) }]);
    expect(json).toMatchObject({ next: null, scanned: 1 });
  });

  test('people who turned out to be one were two as known then, and one in truth', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.send(
      { type: 'identify', anonymousId: 'phone', userId: 'ann' },
      view('phone', '/pricing', { userId: 'ann' }),
      view('laptop', '/pricing'),
    );
    await api.wait(MINUTE_MS);
    await api.send({ type: 'identify', anonymousId: 'laptop', userId: 'ann' });
    await api.wait(MINUTE_MS);
    expect(await listed(membersAt(0, 'known'))).toEqual(['ann', 'ann']);
    expect(await listed(membersAt(0, 'true'))).toEqual(['ann']);
    expect(await counted(`?at=${at(0)}`)).toBe(2);
    expect(await counted(`?at=${at(0)}&mode=true`)).toBe(1);
    expect(await counted(`?at=${at(MINUTE_MS)}`)).toBe(1);
  });

  test.each(['known', 'true'])('is paged: %s', async (mode) => {
    await api.define(viewers('pricing', '/pricing'));
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await api.send(view(name, '/pricing'), view(`${name}x`, '/other'));
    await api.wait(20 * MINUTE_MS);
    const found: string[] = [];
    let pages = 0;
    for (let cursor = ''; ; pages += 1) {
      const query = `${membersAt(MINUTE_MS, mode)}&limit=2${cursor}`;
      const { json } = await api.ask<Page<MemberAnswer>>(query);
      expect(json.data.length).toBeLessThanOrEqual(2);
      found.push(...json.data.map(({ anonymousIds }) => anonymousIds[0] ?? ''));
      if (json.next === null) break;
      cursor = `&cursor=${json.next}`;
    }
    expect(new Set(found)).toEqual(new Set(names));
    expect(found).toHaveLength(names.length);
    expect(pages).toBeGreaterThanOrEqual(2);
  });

  test.each(['?at=yesterday', '?mode=guess', `?at=${at(1)}`, '?format=xml', '?limit=0'])(
    '%s is refused',
    async (query) => {
      await api.define(viewers('pricing', '/pricing'));
      const problem = await api.problem(`/v1/segments/pricing/members${query}`);
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    },
  );
});

describe('members as rows', () => {
  beforeEach(async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.send({ type: 'identify', userId: '=1+1', traits: { name: 'O"Neil, Ann' } });
    await api.send(view('a', '/pricing', { userId: '=1+1' }), view('b', '/pricing'));
  });

  test('CSV, with nothing that a spreadsheet would run', async () => {
    const response = await api.request('/v1/segments/pricing/members?format=csv');
    expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toContain('filename="pricing.csv"');
    const [header, ...lines] = (await response.text()).trimEnd().split('\n');
    expect(header).toBe('id,userId,anonymousIds,enteredAt,leavesAt,traits');
    expect(lines).toHaveLength(2);
    const ann = lines.find((line) => line.includes('1+1'));
    expect(ann).toContain(`,'=1+1,a,${at(0)},${at(10 * MINUTE_MS)},`);
    expect(ann).toContain(String.raw`"{""name"":""O\""Neil, Ann""}"`);
  });

  test('NDJSON, one member a line, as many as asked for', async () => {
    const address = '/v1/segments/pricing/members?format=ndjson';
    const lines = (await (await api.request(address)).text()).trimEnd().split('\n');
    const { json } = await api.ask<Page<MemberAnswer>>('/v1/segments/pricing/members');
    expect(lines.map((line) => JSON.parse(line))).toEqual(json.data);
    const one = await (await api.request(`${address}&limit=1`)).text();
    expect(one).toBe(`${lines[0]}\n`);
    const then = await (await api.request(`${address}&at=${at(0)}&mode=true`)).text();
    expect(then.trimEnd().split('\n')).toHaveLength(2);
  });

  test('more of them than fit a page', async () => {
    const people = Array.from({ length: 450 }, (_, index) => view(`many${index}`, '/pricing'));
    await api.send(...people);
    await api.send(...people.map((each) => ({ ...each, anonymousId: `${each.anonymousId}b` })));
    const response = await api.request('/v1/segments/pricing/members?format=ndjson');
    const ids = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect([ids.length, new Set(ids).size]).toEqual([902, 902]);
  });
});

describe('a segment that reads another', () => {
  test('is left with it, and that is foretold', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.define({
      ...viewers('reader', '/x'),
      if: { all: [{ segment: 'pricing' }, { did: 'page' }] },
    });
    await api.send(view('a', '/pricing'));
    const leavesAt = formatInstant(api.nowMs + 10 * MINUTE_MS);
    const members = await api.ask<Page<MemberAnswer>>('/v1/segments/reader/members');
    expect(members.json.data).toMatchObject([{ leavesAt }]);
    const { json } = await api.ask<ProfileAnswer>('/v1/profiles/a');
    expect(json.segments).toMatchObject([{ leavesAt }, { leavesAt }]);
  });

  test('that is no more holds nobody up', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.define({ ...viewers('other', '/pricing'), if: { did: 'page' } });
    await api.send(view('a', '/pricing'));
    await api.request('/v1/segments/pricing', { method: 'DELETE' });
    api.nowMs += 10 * MINUTE_MS;
    const { status } = await api.ask('/v1/profiles/a/explain/other');
    expect(status).toBe(200);
  });
});

describe('who nearly is a member', () => {
  const TWICE = {
    ...viewers('twice', '/pricing'),
    if: {
      any: [
        { did: 'page', where: { path: '/pricing' }, times: 2, distinct: 'session', within: '10m' },
        { all: [{ did: 'Signed Up' }, { did: 'Demo Asked' }] },
      ],
    },
  };
  const near = (query = '') => api.ask<NearAnswer>(`/v1/segments/twice/near${query}`);

  test('lacks one more event, and is told which', async () => {
    await api.define(TWICE);
    await api.send(view('once', '/pricing'), view('never', '/other'));
    await api.send(
      view('both', '/pricing', { context: { sessionId: 's1' } }),
      { type: 'track', event: 'Signed Up', anonymousId: 'both' },
      view('member', '/pricing', { context: { sessionId: 's1' } }),
      view('member', '/pricing', { context: { sessionId: 's2' } }),
    );
    const { json } = await near();
    const told = Object.fromEntries(json.data.map((each) => [each.anonymousIds[0], each.missing]));
    expect(told).toEqual({
      once: [expect.stringMatching(/^One more session: Viewed \/pricing/)],
      both: [
        expect.stringMatching(/^One more session: /),
        expect.stringMatching(/^One more time: .*Demo Asked/),
      ],
    });
    expect(json.scanned).toBe(4);
    expect(json.totals.map(({ people }) => people)).toEqual([2, 1]);
    // What is missing is enough: who does it enters.
    await api.send(view('once', '/pricing', { context: { sessionId: 's9' } }));
    expect(await listed('/v1/segments/twice/members')).toContain('once');
  });

  test('is counted as of now: what ran out no longer helps', async () => {
    await api.define(TWICE);
    await api.send(view('once', '/pricing'));
    api.nowMs += 10 * MINUTE_MS;
    expect((await near()).json.data).toEqual([]);
  });

  test('may have been one until a moment ago', async () => {
    await api.define(TWICE);
    await api.send(view('a', '/pricing', { context: { sessionId: 's1' } }));
    await api.wait(5 * MINUTE_MS);
    await api.send(view('a', '/pricing', { context: { sessionId: 's2' } }));
    expect((await near()).json.data).toEqual([]);
    api.nowMs += 5 * MINUTE_MS;
    expect((await near()).json.data).toMatchObject([{ anonymousIds: ['a'] }]);
  });

  test('is paged', async () => {
    await api.define(TWICE);
    await api.send(view('a', '/pricing'), view('b', '/pricing'), view('c', '/pricing'));
    const first = (await near('?limit=2')).json;
    expect(first.data).toHaveLength(2);
    const second = (await near(`?limit=2&cursor=${first.next}`)).json;
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(second.next).toBeNull();
  });
});

test('the overlap of two segments is exact, and known to their own site alone', async () => {
  await api.define(viewers('a', '/a'));
  await api.define(viewers('b', '/b'));
  // Two who share a bucket, one in each segment, are still two.
  const bucket = bucketOf(FIRST.id, 'z');
  const x = Array.from({ length: 20_000 }, (_, index) => `x${index}`).find(
    (name) => bucketOf(FIRST.id, name) === bucket,
  );
  await api.send(view(x ?? '', '/a'), view('y', '/a'), view('y', '/b'), view('z', '/b'));
  await api.send(view('w', '/b'), view('v', '/b'), view('y', '/b'));
  const { json } = await api.ask<OverlapAnswer>('/v1/segments/overlap?a=a&b=b');
  expect(json).toEqual({ onlyA: 1, onlyB: 3, both: 1 });
  const swapped = await api.ask<OverlapAnswer>('/v1/segments/overlap?a=b&b=a');
  expect(swapped.json).toEqual({ onlyA: 3, onlyB: 1, both: 1 });
  for (const question of ['?a=a', '?a=a&b=none']) {
    expect(await api.problem(`/v1/segments/overlap${question}`)).toMatchObject({ status: 404 });
  }
  const others = await api.problem('/v1/segments/overlap?a=a&b=b', { key: SECOND.secretKey });
  expect(others.status).toBe(404);
  await api.define(viewers('overlap', '/o'));
  expect((await api.ask('/v1/segments/overlap')).json).toMatchObject({ id: 'overlap' });
});

test('the forecast is what comes if nobody does anything', async () => {
  const within = (id: string, days: number) => ({
    ...viewers(id, '/p'),
    if: { did: 'page', where: { path: '/p' }, within: `${days}d` },
  });
  await api.define(within('three', 3));
  // Enters when the second view runs out of its window, a day after the first.
  await api.define({
    ...viewers('exactly', '/p'),
    if: { did: 'page', where: { path: '/p' }, within: '2d', times: { eq: 1 } },
  });
  await api.define(within('gone', 1));
  await api.send(view('a', '/p'), view('b', '/p'));
  await api.wait(DAY_MS);
  await api.send(view('b', '/p'), view('c', '/p'));
  await api.request('/v1/segments/gone', { method: 'DELETE' });
  const told: Record<string, ForecastAnswer> = {};
  for (const id of ['three', 'exactly']) {
    told[id] = (await api.ask<ForecastAnswer>(`/v1/segments/${id}/forecast`)).json;
  }
  const sizes = (id: string) => told[id]?.data.map(({ size }) => size);
  expect(told.three).toMatchObject({ size: 3, at: at(DAY_MS), status: 'live' });
  expect(sizes('three')).toEqual([3, 2, 0, 0, 0, 0, 0]);
  expect(told.exactly?.size).toBe(2);
  expect(sizes('exactly')).toEqual([2, 0, 0, 0, 0, 0, 0]);
  for (const [day, size] of [3, 2, 0].entries()) {
    await api.wait(DAY_MS);
    const count = (await api.ask<CountAnswer>('/v1/segments/three/count')).json;
    expect([count.at, count.count]).toEqual([told.three?.data[day]?.at, size]);
  }
});
