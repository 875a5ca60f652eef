import { collectDefaultMetrics, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, startApi, view } from '../../testing/api.ts';
import { startReceiver, status } from '../../testing/receiver.ts';
import { type Database, openWriter } from '../store/open.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.end());

async function read(key: string = FIRST.readKey): Promise<string> {
  const response = await api.request('/metrics', { key });
  expect(response.status).toBe(200);
  return await response.text();
}

/** The value of a series, named as it is written. */
function figure(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

/** Keeps the writer from writing; it may still be at work for itself, which is soon over. */
async function lockOf(database: Database) {
  for (;;) {
    try {
      return await database.$client.transaction('write');
    } catch (error) {
      if (!String(error).includes('SQLITE_BUSY')) throw error;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}

const events = (text: string) =>
  ['accepted', 'duplicate', 'rejected', 'dropped'].map((outcome) =>
    figure(text, `inkling_events_total{outcome="${outcome}"}`),
  );
const requests = (text: string) =>
  ['2xx', '4xx', '5xx'].map((status) =>
    figure(text, `inkling_ingest_requests_total{status="${status}"}`),
  );

test('before anything happened all series are there, and are nothing', async () => {
  const text = await read();
  expect(events(text)).toEqual([0, 0, 0, 0]);
  expect(requests(text)).toEqual([0, 0, 0]);
  expect(figure(text, 'inkling_events_waiting')).toBe(0);
  expect(figure(text, 'inkling_commit_duration_seconds_count')).toBe(0);
  expect(figure(text, 'inkling_commits_failed_total')).toBe(0);
  expect(figure(text, 'inkling_webhook_deliveries_waiting')).toBe(0);
  expect(figure(text, 'inkling_writer_answers')).toBe(1);
});

test('events are counted by what became of them, and the figures add up to what was sent', async () => {
  const twice = view('ada', '/', { messageId: 'same' });
  await api.send(view('ada', '/a'), view('ada', '/b'), twice, twice, { type: 'page' });
  await api.sendTo(SECOND.writeKey, view('bob', '/'), { type: 'page' });
  expect(events(await read())).toEqual([4, 1, 2, 0]);
});

test('requests are counted by their status, and timed', async () => {
  await api.send(view('ada', '/'));
  await api.request('/v1/batch', { method: 'POST', key: null, body: 'no JSON' });
  await api.request('/v1/track', { method: 'POST', key: 'wk_of_nobody', body: {} });
  // Only the doors for events are meant, and only what is sent to them.
  await api.request('/v1/batch');
  await api.request('/v1/segments');
  const text = await read();
  expect(requests(text)).toEqual([1, 2, 0]);
  expect(figure(text, 'inkling_ingest_duration_seconds_count')).toBe(3);
  expect(figure(text, 'inkling_ingest_duration_seconds_bucket{le="+Inf"}')).toBe(3);
});

test('what cannot be written is a 5xx and a commit that failed', async () => {
  await api.send(view('ada', '/'));
  const [file] = (await api.database.$client.execute('PRAGMA database_list')).rows;
  const other = await openWriter({ url: `file:${String(file?.file)}` });
  const lock = await lockOf(other);
  const batch = [view('ada', '/later', { messageId: 'later' })];
  const body = { writeKey: FIRST.writeKey, batch };
  const sent = await api.request('/v1/batch', { method: 'POST', key: null, body });
  lock.close();
  other.$client.close();
  expect(sent.status).toBe(503);
  const text = await read();
  expect(requests(text)).toEqual([1, 0, 1]);
  expect(events(text)).toEqual([1, 0, 0, 0]);
  expect(figure(text, 'inkling_commits_failed_total')).toBe(1);
  expect(figure(text, 'inkling_commit_duration_seconds_count')).toBe(1);
  expect(figure(text, 'inkling_events_waiting')).toBe(0);
});

test('commits are timed and sized by the writer', async () => {
  await api.send(view('ada', '/a'), view('ada', '/b'));
  await api.send(view('ada', '/c'));
  const text = await read();
  expect(figure(text, 'inkling_commit_duration_seconds_count')).toBe(2);
  expect(figure(text, 'inkling_commit_duration_seconds_sum')).toBeGreaterThan(0);
  expect(figure(text, 'inkling_commit_events_sum')).toBe(3);
});

test('events that wait for the writer are counted until they are decided', async () => {
  let decide = () => {};
  const decided = new Promise<void>((resolve) => {
    decide = resolve;
  });
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const held = await startApi({
    write: async () => {
      begin();
      await decided;
      return { kind: 'decided', duplicates: new Set(), erased: new Set(), memberships: [] };
    },
  });
  const waiting = async () =>
    figure(await (await held.request('/metrics')).text(), 'inkling_events_waiting');
  const sent = held.send(view('ada', '/a'), view('ada', '/b'));
  await begun;
  expect(await waiting()).toBe(2);
  decide();
  await sent;
  expect(await waiting()).toBe(0);
  await held.end();
});

test('deliveries that no webhook has taken are counted', async () => {
  const receiver = await startReceiver();
  receiver.answering = status(500);
  const body = { url: receiver.url, types: ['segment.entered'] };
  expect((await api.ask('/v1/webhooks', { method: 'POST', body })).status).toBe(201);
  await api.define({
    ...{ id: 'viewers', name: 'Viewers', kind: 'implicit' },
    if: { did: 'page', within: '10m' },
  });
  await api.send(view('ada', '/'), view('bob', '/'));
  await api.sendOut();
  expect(figure(await read(), 'inkling_webhook_deliveries_waiting')).toBe(2);
  await receiver.close();
});

describe('it is for a key of the default site that reads', () => {
  test.each([
    { who: 'nobody', key: null, code: 'missing_key' },
    { who: 'a key that is not known', key: 'sk_of_nobody_at_all', code: 'unknown_key' },
    { who: 'a write key', key: FIRST.writeKey, code: 'forbidden' },
    { who: 'a key of another site', key: SECOND.secretKey, code: 'forbidden' },
  ])('not for $who', async ({ key, code }) => {
    expect(await api.problem('/metrics', { key })).toMatchObject({ code });
  });

  test.each([FIRST.readKey, FIRST.secretKey])('but for %s', async (key) => {
    const { status: code, headers } = await api.request('/metrics', { key });
    expect(code).toBe(200);
    expect(headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers.get('Cache-Control')).toContain('no-store');
  });
});

test('no label holds who did what, and their number does not grow with what is sent', async () => {
  const labels = (text: string) =>
    new Set([...text.matchAll(/\{([^}]*)\}/g)].map(([, inner]) => inner));
  const before = labels(await read());
  for (let person = 0; person < 20; person += 1) {
    await api.send(view(`person-${person}`, `/path-${person}`));
  }
  await api.request('/v1/batch', { method: 'POST', key: null, body: 'no JSON' });
  const text = await read();
  expect(labels(text)).toEqual(before);
  expect(text).not.toMatch(/person-|path-|wk_|sk_|key_/);
});

test('the process is told of where there is one, and apps do not share their figures', async () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const process = await startApi({ registry });
  await process.send(view('ada', '/'));
  const text = await (await process.request('/metrics')).text();
  expect(figure(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(events(text)).toEqual([1, 0, 0, 0]);
  await process.end();
  expect(events(await read())).toEqual([0, 0, 0, 0]);
});

test('without a database and a writer the other figures are still told', async () => {
  await api.send(view('ada', '/'));
  api.database.$client.close();
  const text = await read();
  expect(events(text)).toEqual([1, 0, 0, 0]);
  expect(text).not.toMatch(/^inkling_webhook_deliveries_waiting /m);
  expect(api.reported).toHaveLength(1);
});
