import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Api, SECOND, START_MS, startApi, view, type Wire } from '../../testing/api.ts';
import { type Receiver, startReceiver } from '../../testing/receiver.ts';
import { formatInstant } from '../instant.ts';
import type {
  ExplainAnswer,
  MoversAnswer,
  NearAnswer,
  Page,
  ProfileScoreAnswer,
  ScoreAnswer,
  ScoreMessage,
  ScoreVersionAnswer,
  SegmentAnswer,
  WebhookSecretAnswer,
} from '../query/answers.ts';
import { LEAD } from '../segments/lead.ts';
import { outbox } from '../store/schema.ts';

const DAY_MS = 86_400_000;

let api: Api;
beforeEach(async () => {
  api = await startApi({}, { scored: true });
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const track = (anonymousId: string, event: string, rest: Wire = {}): Wire => ({
  ...{ type: 'track', anonymousId, event },
  ...rest,
});

async function scoreOf(id: string, query = ''): Promise<ProfileScoreAnswer> {
  const { json } = await api.ask<Page<ProfileScoreAnswer>>(`/v1/profiles/${id}/scores${query}`);
  const [score] = json.data;
  if (score === undefined) throw new Error(`${id} has no score`);
  return score;
}

/** What others were told, the first first. */
async function told(): Promise<readonly ScoreMessage[]> {
  const rows = await api.database.select().from(outbox).orderBy(outbox.id);
  return rows.map(({ payload }) => JSON.parse(payload) as ScoreMessage);
}

const said = ({ from, to, value, cause, occurredAt }: ScoreMessage) =>
  `${from} to ${to} at ${Math.floor(value)} by ${cause}, ${Date.parse(occurredAt) - START_MS}`;

/** Waits until everybody was looked at. */
async function built(): Promise<void> {
  const lead = async () => (await api.ask<ScoreAnswer>('/v1/scores/lead')).json;
  while ((await lead()).status === 'building') await api.wait(0);
}

async function sizes(): Promise<Record<string, number>> {
  const { json } = await api.ask<ScoreAnswer>('/v1/scores/lead');
  return Object.fromEntries(json.bands.map(({ id, size }) => [id, size]));
}

describe('every site begins with a lead score', () => {
  test('which is listed with its model and how many people are in each band', async () => {
    await built();
    const { json } = await api.ask<Page<ScoreAnswer>>('/v1/scores');
    const [lead, ...others] = json.data;
    if (lead === undefined) throw new Error('There is no score');
    const { bands, version, status, progress, createdAt, updatedAt, ...model } = lead;
    expect(others).toEqual([]);
    expect({ ...model, bands: LEAD.bands }).toEqual(LEAD);
    expect({ version, status, progress }).toEqual({ version: 1, status: 'live', progress: 1 });
    expect([createdAt, updatedAt]).toEqual([formatInstant(START_MS), formatInstant(START_MS)]);
    expect(bands.map(({ id, size }) => [id, size])).toEqual([
      ['hot', 0],
      ['warm', 0],
      ['cool', 0],
      ['cold', 0],
    ]);
  });

  test('of its own', async () => {
    await api.send(track('a', 'Demo Requested'));
    const { json } = await api.ask<ScoreAnswer>('/v1/scores/lead', { key: SECOND.secretKey });
    expect(json.bands.every(({ size }) => size === 0)).toBe(true);
    expect(await sizes()).toEqual({ hot: 0, warm: 0, cool: 1, cold: 0 });
  });
});

describe('the score of a person', () => {
  test('is explained to the last point, with its events', async () => {
    await api.send(view('a', '/pricing', { context: { sessionId: 's1' } }));
    await api.wait(14 * DAY_MS);
    await api.send(track('a', 'Demo Requested'), track('a', 'Email Bounced'));
    const score = await scoreOf('a');
    const { id, name, version, max, band, parts } = score;
    expect({ id, name, version, max }).toEqual({
      ...{ id: 'lead', name: 'Lead score', version: 1, max: 100 },
    });
    // After a half-life of 14 days pricing is worth 5 of its 10; a visit is halved in 21 days.
    const visit = 3 * 2 ** (-14 / 21);
    expect(score.value).toBeCloseTo(40 + 5 + visit, 5);
    expect(band).toEqual({ id: 'cool', name: 'Cool' });
    const giving = parts.filter(({ rules }) => rules.length > 0);
    expect(
      giving.map(({ id, raw, cap, halfLife }) => [id, Math.round(raw), cap, halfLife]),
    ).toEqual([
      ['intent', 5, 30, '14d'],
      ['visits', 2, 15, '21d'],
      ['forms', 40, 40, '30d'],
    ]);
    const [pricing] = giving[0]?.rules ?? [];
    expect(pricing).toMatchObject({ id: 'pricing', count: 1 });
    expect(pricing?.points).toBeCloseTo(5, 5);
    expect(pricing?.events[0]).toMatchObject({
      ...{ words: 'Viewed /pricing', timestamp: formatInstant(START_MS) },
    });
    const sum = parts.reduce((points, { capped }) => points + capped, 0);
    expect(sum).toBeCloseTo(score.value, 5);
  });

  test('is told day by day, as each ended', async () => {
    await api.send(track('a', 'Demo Requested'));
    await api.wait(3 * DAY_MS);
    const { days, value } = await scoreOf('a', '?days=5');
    expect(days).toHaveLength(5);
    expect(days[0]?.value).toBe(0);
    expect(days.at(-1)?.value).toBe(value);
    const falling = days.slice(1).map((day) => day.value);
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    expect(falling[0]).toBeGreaterThan(39);
  });

  test('is none for whoever never did what counts', async () => {
    await api.send(track('a', 'Something'));
    const { value, band } = await scoreOf('a');
    expect({ value, band: band.id }).toEqual({ value: 0, band: 'none' });
    expect(await sizes()).toEqual({ hot: 0, warm: 0, cool: 0, cold: 0 });
  });

  test.each(['0', '401', 'x', '1.5'])('is refused for days=%s', async (days) => {
    await api.send(track('a', 'Something'));
    const problem = await api.problem(`/v1/profiles/a/scores?days=${days}`);
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', limit: 400 });
  });
});

describe('crossing a band', () => {
  test('is told once, with what it was and why, also when time alone does it', async () => {
    await api.send(track('a', 'Demo Requested'));
    const { changesAt = '' } = await scoreOf('a');
    // From 40 to below 20 takes one half-life of 30 days and a little.
    const crossesMs = Date.parse(changesAt) - START_MS;
    expect(crossesMs).toBeGreaterThan(30 * DAY_MS);
    expect(crossesMs).toBeLessThan(30 * DAY_MS + 1_000);
    const [first, ...others] = await told();
    expect(others).toEqual([]);
    expect(first && said(first)).toBe('none to cool at 40 by event, 0');
    expect(first).toMatchObject({
      type: 'score.crossed',
      score: { id: 'lead', name: 'Lead score', version: 1 },
      profile: { anonymousIds: ['a'] },
    });
    expect(first?.evidence).toHaveLength(1);
    await api.wait(crossesMs - 1);
    expect((await scoreOf('a')).band.id).toBe('cool');
    await api.wait(1);
    expect((await scoreOf('a')).band.id).toBe('cold');
    // What was told is kept for a day, so that the first may be gone by now.
    const later = (await told()).filter(({ id }) => id !== first?.id);
    expect(later.map(said)).toEqual([`cool to cold at 19 by time, ${crossesMs}`]);
    expect(await sizes()).toEqual({ hot: 0, warm: 0, cool: 0, cold: 1 });
  });

  test('is nobody’s news twice when two persons become one', async () => {
    await api.send(track('a', 'Demo Requested'), track('b', 'Signed Up'));
    await api.send({ type: 'identify', anonymousId: 'a', userId: 'u' });
    await api.send({ type: 'identify', anonymousId: 'b', userId: 'u' });
    expect((await scoreOf('u')).value).toBeCloseTo(60, 5);
    expect((await told()).map(said)).toEqual([
      'none to cool at 40 by event, 0',
      'none to cool at 20 by event, 0',
      'cool to warm at 60 by merge, 0',
    ]);
    expect(await sizes()).toEqual({ hot: 0, warm: 1, cool: 0, cold: 0 });
  });

  test('does not show among the memberships that a request changed', async () => {
    const { memberships } = await api.send(track('a', 'Demo Requested'));
    expect(memberships).toEqual([]);
  });
});

describe('others are told', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  test('by webhooks, of each crossing once and in order, signed, and by the stream', async () => {
    const body = {
      ...{ url: `${receiver.url}/`, types: ['score.crossed'], segments: ['lead'] },
    };
    const made = await api.ask<WebhookSecretAnswer>('/v1/webhooks', { method: 'POST', body });
    const response = await api.request('/v1/stream?types=score.crossed&segments=lead');
    await api.send(track('a', 'Demo Requested'), view('a', '/pricing'));
    await api.sendOut();
    await api.send(track('a', 'Signed Up'));
    await api.sendOut();
    const received = receiver.received.map((each) => JSON.parse(each.body) as ScoreMessage);
    expect(received.map(({ from, to, value }) => [from, to, value])).toEqual([
      ['none', 'cool', 40],
      ['cool', 'warm', 53],
    ]);
    const [first] = receiver.received;
    vi.useFakeTimers({ toFake: ['Date'], now: api.nowMs });
    try {
      const { body: text = '', headers = {} } = first ?? {};
      expect(new Webhook(made.json.secret).verify(text, { ...headers })).toEqual(received[0]);
    } finally {
      vi.useRealTimers();
    }
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (!heard.includes('warm')) heard += (await reader?.read())?.value;
    await reader?.cancel();
    expect(heard.match(/^event: .*$/gm)).toEqual(['event: score.crossed', 'event: score.crossed']);
    expect(heard).toContain(first?.body);
  });

  test('of a score that they did not ask for nothing', async () => {
    const body = {
      ...{ url: `${receiver.url}/`, types: ['score.crossed'], segments: ['other'] },
    };
    await api.ask('/v1/webhooks', { method: 'POST', body });
    await api.send(track('a', 'Demo Requested'));
    await api.sendOut();
    expect(receiver.received).toEqual([]);
  });
});

describe('a changed model', () => {
  const changed = {
    ...LEAD,
    name: 'Interest',
    bands: [
      { id: 'high', name: 'High', gte: 30 },
      { id: 'low', name: 'Low', gte: 0 },
    ],
  };
  const put = (body: unknown, id = 'lead') =>
    api.ask<ScoreAnswer>(`/v1/scores/${id}`, { method: 'PUT', body });

  test('is the next version, applies to everybody and is news to nobody', async () => {
    await api.send(track('a', 'Demo Requested'));
    const { status, json } = await put(changed);
    expect([status, json.version, json.name]).toEqual([200, 2, 'Interest']);
    await built();
    expect((await scoreOf('a')).band.id).toBe('high');
    expect(await sizes()).toEqual({ high: 1, low: 0 });
    expect(await told()).toHaveLength(1);
    const versions = await api.ask<Page<ScoreVersionAnswer>>('/v1/scores/lead/versions');
    expect(versions.json.data.map(({ version, name }) => [version, name])).toEqual([
      [2, 'Interest'],
      [1, 'Lead score'],
    ]);
  });

  test('is refused where it is wrong, and nothing of it remains', async () => {
    const problem = await api.problem('/v1/scores/lead', {
      ...{ method: 'PUT', body: { ...changed, max: 0, bands: [] } },
    });
    expect(problem).toMatchObject({ status: 422, code: 'invalid_definition' });
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['/max', '/bands']);
    expect((await api.ask<ScoreAnswer>('/v1/scores/lead')).json.version).toBe(1);
  });

  test('of a new id is a new score, of which a site has few', async () => {
    for (const id of ['a', 'b', 'c', 'd']) expect((await put(LEAD, id)).status).toBe(201);
    const problem = await api.problem('/v1/scores/e', { method: 'PUT', body: LEAD });
    expect(problem).toMatchObject({ status: 409, code: 'conflict', limit: 5 });
    await api.send(track('x', 'Demo Requested'));
    const { json } = await api.ask<Page<ProfileScoreAnswer>>('/v1/profiles/x/scores');
    expect(json.data.map(({ id, value }) => [id, Math.round(value)])).toEqual(
      ['lead', 'a', 'b', 'c', 'd'].map((id) => [id, 40]),
    );
  });

  test('is not found where there is none', async () => {
    for (const path of ['/v1/scores/x', '/v1/scores/x/versions', '/v1/scores/x/movers']) {
      expect(await api.problem(path)).toMatchObject({ status: 404, code: 'not_found' });
    }
  });
});

describe('movers', () => {
  const movers = async (query: string) =>
    (await api.ask<MoversAnswer>(`/v1/scores/lead/movers${query}`)).json.data.map(
      ({ anonymousIds, before, change }) => [
        anonymousIds[0],
        Math.round(before),
        Math.round(change),
      ],
    );

  test('are whoever rose or fell most', async () => {
    await api.send(track('falls', 'Demo Requested'), track('both', 'Signed Up'));
    await api.wait(40 * DAY_MS);
    await api.send(track('rises', 'Signed Up'), track('both', 'Demo Requested'));
    await api.send(track('little', 'Site Searched'));
    expect(await movers('?within=30d')).toEqual([
      ['both', 12, 30],
      ['rises', 0, 20],
      ['little', 0, 3],
    ]);
    expect(await movers('?within=30d&by=fall')).toEqual([['falls', 32, -16]]);
    expect(await movers('?limit=1')).toEqual([['both', 12, 30]]);
  });

  test.each([
    ...['within=91d', 'within=1mo', 'within=x', 'by=both', 'limit=0', 'limit=101', 'limit=x'],
  ])('are refused for %s', async (query) => {
    const problem = await api.problem(`/v1/scores/lead/movers?${query}`);
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('segments that read a score', () => {
  test('are left at the exact instant, and explained by its parts', async () => {
    await api.define({
      ...{ id: 'warm', name: 'Warm', kind: 'implicit' },
      if: { score: 'lead', is: { gte: 20 } },
    });
    await api.send(track('a', 'Demo Requested'));
    const path = '/v1/profiles/a/explain/warm';
    const { tree, member, changesAt } = (await api.ask<ExplainAnswer>(path)).json;
    expect(member).toBe(true);
    expect(changesAt).toBe((await scoreOf('a')).changesAt);
    expect(tree).toMatchObject({ op: 'score', true: true, value: 40 });
    expect(tree).toMatchObject({
      parts: expect.arrayContaining([{ id: 'forms', name: 'Forms', raw: 40, capped: 40 }]),
    });
    await api.wait(Date.parse(changesAt ?? '') - START_MS);
    expect((await api.ask<ExplainAnswer>(path)).json).toMatchObject({
      ...{ member: false, tree: { missing: 'is 19.999999, has to be at least 20' } },
    });
  });

  test('are near for whom one more event would be enough', async () => {
    await api.define({
      ...{ id: 'cool', name: 'Cool', kind: 'implicit' },
      if: { score: 'lead', is: { gte: 20 } },
    });
    const searched = track('near', 'Site Searched');
    await api.send(track('far', 'Site Searched'), ...[1, 2, 3, 4].map(() => searched));
    const { json } = await api.ask<NearAnswer>('/v1/segments/cool/near');
    const told = json.data.map(({ anonymousIds, missing }) => [anonymousIds[0], missing]);
    // A demo is 40 points, a sign-up 20, for whomever; a form brings 15, which is enough for one.
    expect(Object.fromEntries(told).near).toContainEqual(expect.stringMatching(/Form Submitted/));
    expect(Object.fromEntries(told).far).not.toContainEqual(
      expect.stringMatching(/Email Link Clicked/),
    );
    await api.send(track('near', 'Form Submitted', { properties: { form_id: 'survey' } }));
    expect((await api.ask<SegmentAnswer>('/v1/segments/cool')).json.size).toBe(1);
  });

  test('which keep the first of all are explained, and not asked what they truly were', async () => {
    const top = { by: { score: 'lead', what: 'value' }, n: 1 };
    await api.define({
      ...{ id: 'first', name: 'First', kind: 'implicit', top },
      if: { score: 'lead', is: { gte: 2 } },
    });
    await api.send(track('a', 'Site Searched'), track('b', 'Signed Up'), track('c', 'Other'));
    await api.wait(60_000);
    for (let turn = 0; turn < 12; turn += 1) await api.wait(0);
    const why = async (id: string) =>
      (await api.ask<ExplainAnswer>(`/v1/profiles/${id}/explain/first`)).json;
    expect(await why('a')).toMatchObject({
      ...{ member: false, tree: { true: true }, ranking: { candidate: true } },
    });
    expect((await why('b')).member).toBe(true);
    expect(await why('c')).toMatchObject({ member: false, ranking: { candidate: false } });
    expect((await api.ask<SegmentAnswer>('/v1/segments/first')).json).toMatchObject({ top });
    const problem = await api.problem('/v1/segments/first/count?mode=true');
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  test('are refused if there is no such score', async () => {
    const problem = await api.problem('/v1/segments', {
      method: 'POST',
      body: {
        ...{ id: 'warm', name: 'Warm', kind: 'implicit' },
        if: { score: 'leads', is: { gte: 20 } },
      },
    });
    expect(problem.errors).toEqual([
      { pointer: '/if/score', detail: 'there is no score "leads"; did you mean "lead"?' },
    ]);
  });
});
