import type { WireAnswer } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, START_MS, startApi, view, type Wire } from '../../testing/api.ts';
import type { CountsAnswer, KeyAnswer, NewKeyAnswer, Page, StatsAnswer } from '../query/answers.ts';
import { createLimit } from './ingest-limits.ts';

const DAY_MS = 86_400_000;

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

async function stats(query = '', key: string = FIRST.readKey): Promise<StatsAnswer> {
  return (await api.ask<StatsAnswer>(`/v1/stats${query}`, { key })).json;
}

async function writeKeyId(): Promise<string | undefined> {
  const { json } = await api.ask<Page<KeyAnswer>>('/v1/keys');
  return json.data.find(({ role }) => role === 'write')?.id;
}

const NOTHING: CountsAnswer = {
  ...{ received: 0, accepted: 0, duplicate: 0, rejected: 0, dropped: 0 },
  ...{ reasons: { rejected: {}, dropped: {} }, lost: {}, refused: {}, expired: 0 },
};

/** Wrong in three ways. */
const BAD: readonly Wire[] = [
  { type: 'track', userId: 'u' },
  { type: 'page', anonymousId: 'undefined' },
  { ...view('a', '/'), timestamp: '1999-01-01T00:00:00Z' },
];

describe('what became of events', () => {
  test('is counted by day, key and reason', async () => {
    await api.send(view('a', '/', { messageId: 'same' }), view('a', '/'), ...BAD);
    await api.send(view('a', '/', { messageId: 'same' }));
    const counts = {
      ...{ received: 6, accepted: 2, duplicate: 1, rejected: 3, dropped: 0 },
      reasons: { rejected: { invalid: 1, placeholder_id: 1, too_old: 1 }, dropped: {} },
      ...{ lost: {}, refused: {}, expired: 0 },
    };
    expect(await stats()).toEqual({
      data: [{ day: '2027-01-15', key: await writeKeyId(), ...counts }],
      next: null,
      ...{ from: '2026-12-17', to: '2027-01-15', total: counts },
    });
  });

  test('is the business of its site alone', async () => {
    await api.send(view('a', '/'));
    expect((await stats('', SECOND.readKey)).total).toEqual(NOTHING);
    await api.sendTo(SECOND.writeKey, view('a', '/'), view('b', '/'));
    expect((await stats('', SECOND.readKey)).total.accepted).toBe(2);
    expect((await stats()).total.accepted).toBe(1);
  });

  test('belongs to the day of its arrival in UTC, whatever the zone of the site', async () => {
    const midnightMs = Math.ceil(START_MS / DAY_MS) * DAY_MS;
    api.nowMs = midnightMs - 1;
    await api.sendTo(SECOND.writeKey, view('a', '/'));
    api.nowMs = midnightMs;
    await api.sendTo(SECOND.writeKey, view('a', '/'), view('b', '/', { timestamp: '2027-01-02' }));
    const { data } = await stats('', SECOND.readKey);
    expect(data.map(({ day, accepted }) => [day, accepted])).toEqual([
      ['2027-01-16', 2],
      ['2027-01-15', 1],
    ]);
    const one = await stats('?from=2027-01-15&to=2027-01-15', SECOND.readKey);
    expect(one.total.accepted).toBe(1);
    expect(one.data).toHaveLength(1);
  });

  test('is told of each key, also after it was removed', async () => {
    const made = await api.ask<NewKeyAnswer>('/v1/keys', {
      ...{ method: 'POST', body: { name: 'App', role: 'write' } },
    });
    await api.sendTo(made.json.value, view('a', '/'));
    await api.send(view('b', '/'), view('c', '/'));
    await api.request(`/v1/keys/${made.json.id}`, { method: 'DELETE' });
    const { data } = await stats();
    expect(new Map(data.map(({ key, accepted }) => [key, accepted]))).toEqual(
      new Map([
        [made.json.id, 1],
        [await writeKeyId(), 2],
      ]),
    );
    expect(JSON.stringify(data)).not.toContain(made.json.value);
  });

  test('is counted of a batch in which all is wrong', async () => {
    await api.send(...BAD);
    expect((await stats()).total).toMatchObject({ received: 3, accepted: 0, rejected: 3 });
  });

  test('is forgotten after 400 days', async () => {
    await api.send(view('a', '/'));
    await api.wait(401 * DAY_MS);
    await api.wait(600_000);
    const rows = await api.database.$client.execute('SELECT count(*) FROM tally');
    expect(rows.rows[0]?.[0]).toBe(0);
  });
});

describe('received = accepted + duplicate + rejected + dropped', () => {
  const good = fc.record({
    type: fc.constant('page'),
    anonymousId: fc.constantFrom('a', 'b'),
    messageId: fc.constantFrom('m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8'),
  });
  const bad = fc.constantFrom<Wire>(
    ...BAD,
    { ...view('a', '/'), properties: { text: 'x'.repeat(33_000) } },
    { type: 'nonsense', userId: 'u' },
    { type: 'page', userId: 'u', properties: 7 },
  );
  const batches = fc.array(fc.array(fc.oneof(good, bad), { maxLength: 12 }), { maxLength: 6 });

  test('for any batches, sent together, and as each sender was told', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(batches, async (sent) => {
        run += 1;
        const before = (await stats()).total;
        const named = (wire: Wire) =>
          wire.messageId === undefined ? {} : { messageId: `${run}-${wire.messageId}` };
        const answers: WireAnswer[] = await Promise.all(
          sent.map((batch) => api.send(...batch.map((wire) => ({ ...wire, ...named(wire) })))),
        );
        const { total } = await stats();
        const grown = (of: 'received' | 'accepted' | 'duplicate' | 'rejected' | 'dropped') =>
          total[of] - before[of];
        expect(grown('received')).toBe(sent.flat().length);
        for (const of of ['accepted', 'duplicate', 'rejected', 'dropped'] as const) {
          expect(grown(of), of).toBe(answers.reduce((sum, answer) => sum + answer[of], 0));
        }
        const { received, accepted, duplicate, rejected, dropped, reasons } = total;
        expect(received).toBe(accepted + duplicate + rejected + dropped);
        expect(Object.values(reasons.rejected).reduce((a, b) => a + b, 0)).toBe(rejected);
        const stored = await api.database.$client.execute('SELECT count(*) FROM event');
        expect(stored.rows[0]?.[0]).toBe(accepted);
        const kept = await api.database.$client.execute('SELECT count(*) FROM quarantine');
        expect(kept.rows[0]?.[0]).toBe(rejected);
      }),
      { numRuns: 25 },
    );
  });
});

describe('what clients lost', () => {
  const batch = (messageId: string, lost: Wire) =>
    api.request('/v1/batch', {
      ...{ method: 'POST', key: null },
      body: { writeKey: FIRST.writeKey, lost, batch: [view('a', '/', { messageId })] },
    });

  test('is counted as they say it, by reason', async () => {
    await batch('m1', { overflow: 2, too_large: 1 });
    await batch('m2', { overflow: 3, refused: 4, nonsense: 5 });
    expect((await stats()).total).toMatchObject({
      ...{ received: 2, lost: { overflow: 5, too_large: 1, refused: 4 } },
    });
  });

  test('is not counted again when a batch comes again', async () => {
    for (let time = 0; time < 3; time += 1) await batch('m1', { overflow: 2 });
    expect((await stats()).total).toMatchObject({ duplicate: 2, lost: { overflow: 2 } });
  });
});

describe('requests that are turned away', () => {
  const post = (body: unknown, headers: Record<string, string> = {}, key: string | null = null) =>
    api.request('/v1/batch', { method: 'POST', key, body, headers });

  test('are counted by the code of the problem, where their key is known', async () => {
    const { writeKey } = FIRST;
    await post('{', {}, writeKey);
    await post({ writeKey, batch: 'none' });
    await post({ writeKey, batch: Array.from({ length: 501 }, () => view('a', '/')) });
    await post('x'.repeat(600_000), { 'X-Write-Key': writeKey });
    await post({ writeKey: 'wk_nobody', batch: [] });
    await post('{');
    await api.counted();
    expect((await stats()).total).toEqual({
      ...NOTHING,
      refused: { malformed_json: 1, invalid_batch: 1, too_many_events: 1, body_too_large: 1 },
    });
  });

  test('are no part of what was received, for they come again', async () => {
    await api.end();
    api = await startApi({ limit: createLimit({ perKey: 1 }) });
    const many = Array.from({ length: 20 }, () => view('a', '/'));
    await api.send(...many);
    const body = { writeKey: FIRST.writeKey, batch: [view('a', '/')] };
    expect((await post(body)).status).toBe(429);
    expect((await post(body)).status).toBe(429);
    await api.counted();
    expect((await stats()).total).toMatchObject({
      ...{ received: 20, accepted: 20, refused: { rate_limited: 2 } },
    });
  });
});

test.each([
  '?from=yesterday',
  '?from=2026-02-30',
  '?from=2027-01-02&to=2027-01-01',
  '?from=2020-01-01&to=2027-01-01',
])('%s is refused', async (query) => {
  expect(await api.problem(`/v1/stats${query}`)).toMatchObject({ code: 'invalid_request' });
});

test('who has no secret key is told nothing', async () => {
  expect((await api.problem('/v1/stats', { key: FIRST.writeKey })).code).toBe('forbidden');
  expect((await api.problem('/v1/stats', { key: null })).code).toBe('missing_key');
});
