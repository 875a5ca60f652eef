import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, START_MS, startApi, view, type Wire } from '../../testing/api.ts';
import { createEnrich } from '../ingest/enrich.ts';
import { formatInstant } from '../instant.ts';
import type {
  EventAnswer,
  Page,
  SchemaAnswer,
  SegmentAnswer,
  StatsAnswer,
} from '../query/answers.ts';

const PHONE =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36';
const CRAWLER = 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)';

let api: Api;
beforeEach(async () => {
  api = await startApi({
    trustsProxy: true,
    enrich: createEnrich({
      locate: (address) => (address === '203.0.113.7' ? { country: 'AU' } : undefined),
    }),
  });
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

async function send(headers: Readonly<Record<string, string>>, ...batch: readonly Wire[]) {
  const body = { writeKey: FIRST.writeKey, batch };
  return (await api.ask<Wire>('/v1/batch', { method: 'POST', body, headers, key: null })).json;
}

async function events(): Promise<readonly EventAnswer[]> {
  return (await api.ask<Page<EventAnswer>>('/v1/events')).json.data;
}

async function membersOf(id: string): Promise<readonly string[]> {
  const path = `/v1/segments/${id}/members`;
  const { json } = await api.ask<Page<{ readonly anonymousIds: readonly string[] }>>(path);
  return json.data.flatMap(({ anonymousIds }) => anonymousIds).sort();
}

const GERMAN = { 'CF-IPCountry': 'DE', 'User-Agent': PHONE };

describe('what a request says of its sender', () => {
  test.each([
    ['country', { 'context.location.country': 'DE' }, 'Viewed a page where country is "DE"'],
    ['device', { 'context.device.type': 'mobile' }, 'Viewed a page where device is "mobile"'],
    [
      'kind of referrer',
      { 'context.referrer.type': 'search' },
      'Viewed a page where referrer kind is "search"',
    ],
  ])('can be asked for in a segment: %s', async (_, where, words) => {
    await api.define({
      ...{ id: 'asked', name: 'Asked', kind: 'implicit', if: { did: 'page', where } },
    });
    const context = { page: { referrer: 'https://www.google.de/' } };
    await send(GERMAN, view('in', '/p', { context }));
    await send({}, view('out', '/p'));
    expect(await membersOf('asked')).toEqual(['in']);
    const { json } = await api.ask<SegmentAnswer>('/v1/segments/asked');
    expect(json.words).toContain(words);
  });

  test('is listed for whoever writes a segment', async () => {
    await send(GERMAN, view('a', '/p'));
    await api.wait(1_000);
    await api.wait(0);
    const { context } = (await api.ask<SchemaAnswer>('/v1/schema')).json;
    const examples = new Map(context.map((each) => [each.path, each.examples]));
    expect(examples.get('context.location.country')).toEqual(['DE']);
    expect(examples.get('context.device.type')).toEqual(['mobile']);
    expect(examples.has('context.userAgent')).toBe(false);
  });

  test('leaves no address behind', async () => {
    const ip = '203.0.113.7';
    const forwarded = { 'User-Agent': PHONE, 'X-Forwarded-For': ip };
    await send(forwarded, view('a', '/p', { context: { ip } }));
    const [event] = await events();
    expect(event?.context.location).toEqual({ country: 'AU' });
    expect(api.bytes()).not.toContain(ip);
  });

  test('does not make another event of one that has no messageId', async () => {
    const event = view('a', '/p', { timestamp: formatInstant(START_MS - 1_000) });
    const sent = [GERMAN, { ...GERMAN, 'CF-IPCountry': 'FR' }, {}].map((headers) =>
      send(headers, event),
    );
    expect(
      (await Promise.all(sent)).map(({ accepted, duplicate }) => [accepted, duplicate]),
    ).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
  });
});

test('headers that name a country are believed from a proxy alone', async () => {
  const direct = await startApi();
  const body = { writeKey: FIRST.writeKey, batch: [view('a', '/p')] };
  await direct.ask('/v1/batch', { method: 'POST', body, headers: GERMAN, key: null });
  const { json } = await direct.ask<Page<EventAnswer>>('/v1/events');
  expect(json.data.map(({ context }) => context.location)).toEqual([undefined]);
  await direct.end();
});

test('events of crawlers are counted and not kept', async () => {
  const crawled = { ...view('bot', '/p'), messageId: 'm1' };
  const answer = await send({ 'User-Agent': CRAWLER }, crawled, { type: 'nonsense' });
  expect(answer).toMatchObject({ accepted: 0, duplicate: 0, rejected: 1, dropped: 1 });
  expect(answer.results).toMatchObject([
    { index: 0, messageId: 'm1', status: 'dropped', code: 'bot' },
    { index: 1, status: 'rejected' },
  ]);
  expect(await events()).toEqual([]);
  const { json } = await api.ask<StatsAnswer>('/v1/stats');
  expect(json.total).toMatchObject({
    ...{ received: 2, accepted: 0, rejected: 1, dropped: 1 },
    reasons: { dropped: { bot: 1 } },
  });
  // The person behind it may come by with a browser.
  expect(await send(GERMAN, crawled)).toMatchObject({ accepted: 1 });
});
