import type { WireAnswer } from '@inkling/sdk/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchTransport } from '../../../sdk/src/transport.ts';
import { type Api, describedBy, FIRST, SECOND, startApi, view } from '../../testing/api.ts';
import { type Served, serveApp } from '../../testing/serve-app.ts';
import type { EventAnswer, Page, ProblemAnswer } from '../query/answers.ts';
import { createLimit, type Rates } from './ingest-limits.ts';

let api: Api;
let messages = 0;
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

/** Every rate has a burst of ten seconds. */
async function start(rates: Rates, trustsProxy = false): Promise<void> {
  api = await startApi({ limit: createLimit(rates), trustsProxy });
}

interface From {
  readonly writeKey?: string;
  /** Of the socket. */
  readonly address?: string;
  readonly forwardedFor?: string;
}

interface Who {
  readonly anonymousId: string;
  readonly userId?: string;
}

/** Sends so many new events, or one of each of these, in one batch, as a socket would bring it. */
async function send(
  events: number | readonly Who[],
  { writeKey, address, forwardedFor }: From = {},
) {
  const of = typeof events === 'number' ? Array(events).fill({ anonymousId: 'ada' }) : events;
  const batch = of.map(({ anonymousId, ...rest }: Who) => {
    messages += 1;
    return view(anonymousId, '/', { messageId: `limits-${messages}`, ...rest });
  });
  const init = {
    method: 'POST',
    headers: { ...(forwardedFor !== undefined && { 'X-Forwarded-For': forwardedFor }) },
    body: JSON.stringify({ writeKey: writeKey ?? FIRST.writeKey, batch }),
  };
  const remoteAddress = address ?? '127.0.0.1';
  return await api.app.request('/v1/batch', init, { incoming: { socket: { remoteAddress } } });
}

const statusOf = async (...sending: Parameters<typeof send>) => (await send(...sending)).status;

describe('a write key', () => {
  test('is told when to come again, and nothing of what came too early is kept', async () => {
    await start({ perKey: 2 });
    expect(await statusOf(20)).toBe(200);
    const refused = await send(3);
    expect(refused.headers.get('Content-Type')).toBe('application/problem+json');
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect(refused.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
    const problem = (await refused.json()) as ProblemAnswer;
    expect(problem).toMatchObject({
      ...{ status: 429, code: 'rate_limited', retryable: true, limit: 2 },
      detail: 'A write key may send 2 events per second; send again in 1 s.',
    });
    const { differenceOf } = await describedBy(api);
    const exchange = { method: 'POST', path: '/v1/batch', status: 429 };
    const type = 'application/problem+json';
    expect(differenceOf({ ...exchange, type, body: problem })).toBeUndefined();
    const kept = await api.ask<Page<EventAnswer>>('/v1/events');
    expect(kept.json.data).toHaveLength(20);
  });

  test('may send again after as long as it was told, and not before', async () => {
    await start({ perKey: 2 });
    await send(30);
    const refused = await send(1);
    expect(refused.headers.get('Retry-After')).toBe('6');
    api.nowMs += 5_000;
    expect(await statusOf(1)).toBe(429);
    api.nowMs += 1_000;
    expect(await statusOf(2)).toBe(200);
    expect(await statusOf(1)).toBe(429);
  });

  test('may send the largest batch at the lowest rate, and pays for it afterwards', async () => {
    await start({ perKey: 1 });
    expect(await statusOf(500)).toBe(200);
    expect((await send(1)).headers.get('Retry-After')).toBe('491');
    api.nowMs += 491_000;
    expect(await statusOf(500)).toBe(200);
  });

  test('pays for a request without events, and for what is refused of one', async () => {
    await start({ perKey: 1 });
    for (let sent = 0; sent < 10; sent += 1) expect(await statusOf(0)).toBe(200);
    expect(await statusOf(0)).toBe(429);
    api.nowMs += 10_000;
    const batch = Array.from({ length: 10 }, () => ({ type: 'nothing' }));
    const body = { writeKey: FIRST.writeKey, batch };
    const question = { method: 'POST', key: null, body };
    const { json } = await api.ask<WireAnswer>('/v1/batch', question);
    expect(json.rejected).toBe(10);
    expect(await api.problem('/v1/batch', question)).toMatchObject({ code: 'rate_limited' });
  });

  test('is limited at the doors for one event, too', async () => {
    await start({ perKey: 1 });
    await send(10);
    const body = { writeKey: FIRST.writeKey, anonymousId: 'ada', event: 'Bought' };
    expect(await api.problem('/v1/track', { method: 'POST', key: null, body })).toMatchObject({
      code: 'rate_limited',
    });
  });

  test('takes nothing from another one', async () => {
    await start({ perKey: 1 });
    await send(10);
    expect(await statusOf(1)).toBe(429);
    expect(await statusOf(1, { writeKey: SECOND.writeKey })).toBe(200);
  });

  test('that no site has costs nobody anything', async () => {
    await start({ perAddress: 1 });
    for (let sent = 0; sent < 20; sent += 1) {
      expect(await statusOf(1, { writeKey: 'wk_of_nobody_at_all' })).toBe(401);
    }
    expect(await statusOf(1)).toBe(200);
  });

  test('waits no longer because the clock was set back', async () => {
    await start({ perKey: 1 });
    await send(10);
    api.nowMs -= 3_600_000;
    expect((await send(1)).headers.get('Retry-After')).toBe('1');
    api.nowMs += 1_000;
    expect(await statusOf(1)).toBe(429);
  });
});

describe('an address', () => {
  test('is limited whichever key it uses, and takes nothing from others', async () => {
    await start({ perAddress: 1, perKey: 100 });
    const address = '198.51.100.7';
    expect(await statusOf(10, { address })).toBe(200);
    const refused = await send(1, { address, writeKey: SECOND.writeKey });
    expect(await refused.json()).toMatchObject({
      ...{ code: 'rate_limited', limit: 1 },
      detail: 'An address may send 1 events per second; send again in 1 s.',
    });
    expect(await statusOf(1, { address: '198.51.100.8' })).toBe(200);
  });

  test('that is refused takes nothing from the key that it uses', async () => {
    await start({ perAddress: 1, perKey: 2 });
    await send(10, { address: '198.51.100.7' });
    for (let sent = 0; sent < 30; sent += 1) {
      expect(await statusOf(1, { address: '198.51.100.7' })).toBe(429);
    }
    expect(await statusOf(10, { address: '198.51.100.8' })).toBe(200);
  });

  test.each([
    ['IPv4 in IPv6', '198.51.100.7', '::ffff:198.51.100.7', 429],
    ['the same /64', '2001:db8:0:1::1', '2001:db8:0:1:ffff::9', 429],
    ['another /64', '2001:db8:0:1::1', '2001:db8:0:2::1', 200],
  ])('%s', async (_, first, then, expected) => {
    await start({ perAddress: 1 });
    await send(10, { address: first });
    expect(await statusOf(1, { address: then })).toBe(expected);
  });

  test('is not what a client says that it is', async () => {
    await start({ perAddress: 1 });
    await send(10, { forwardedFor: '8.8.8.8' });
    expect(await statusOf(1, { forwardedFor: '8.8.4.4' })).toBe(429);
  });

  test.each([
    ['a client', '8.8.8.8', '8.8.8.8', 429],
    ['another client', '8.8.8.8', '8.8.4.4', 200],
    ['what a client writes before it', '8.8.8.8', '8.8.4.4, 8.8.8.8', 429],
    ['proxies on private networks', '8.8.8.8', '8.8.8.8, 10.0.0.3, fd00::1', 429],
    ['a private network alone', '10.0.0.3', '10.0.0.4', 200],
    ['a port', '8.8.8.8', '8.8.8.8:4711', 429],
    ['a port of IPv6', '2606:4700::1', '[2606:4700::2]:4711', 429],
    ['what is no address', 'unknown', '8.8.8.8, nonsense', 429],
    ['an address in octal', 'unknown', '010.8.8.8', 429],
    ['nothing', '', ' , ', 429],
  ])('is told by a trusted proxy: %s', async (_, first, then, expected) => {
    await start({ perAddress: 1 }, true);
    await send(10, { forwardedFor: first });
    expect(await statusOf(1, { forwardedFor: then })).toBe(expected);
  });
});

describe('through a socket', () => {
  let served: Served;
  afterEach(() => served.close());

  test('the script hears how long it has to wait', async () => {
    await start({ perAddress: 1 });
    served = await serveApp(api.app.fetch);
    const transport = fetchTransport(`${served.url}/v1/batch`);
    const batch = Array.from({ length: 12 }, (_, index) =>
      view('ada', '/', { messageId: `${index}` }),
    );
    const body = JSON.stringify({ writeKey: FIRST.writeKey, batch });
    expect(await transport(body)).toEqual([200, 0]);
    expect(await transport(body)).toEqual([429, 3_000]);
  });
});

describe('new anonymous ids', () => {
  const FROM = { address: '198.51.100.7' };
  const ids = (from: number, until: number) =>
    Array.from({ length: until - from }, (_, index) => ({ anonymousId: `n${from + index}` }));

  test('are limited by address; whoever is known goes on, and so do others', async () => {
    await start({ newPerAddress: 2 });
    expect(await statusOf(ids(0, 20), FROM)).toBe(200);
    const refused = await send(ids(20, 21), FROM);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect(await refused.json()).toMatchObject({
      ...{ code: 'rate_limited', limit: 2 },
      detail: 'An address may bring 2 new anonymous ids per second; send again in 1 s.',
    });
    expect(await statusOf(ids(0, 20), FROM)).toBe(200);
    expect(await statusOf(ids(30, 40), { address: '198.51.100.8' })).toBe(200);
    api.nowMs += 1_000;
    expect(await statusOf(ids(20, 22), FROM)).toBe(200);
    expect(await statusOf(ids(22, 23), FROM)).toBe(429);
  });

  test('count once, however often they come', async () => {
    await start({ newPerAddress: 1 });
    for (let sent = 0; sent < 15; sent += 1) expect(await statusOf(ids(0, 9), FROM)).toBe(200);
    expect(await statusOf(ids(9, 10), FROM)).toBe(200);
    expect(await statusOf(ids(10, 11), FROM)).toBe(429);
  });

  test('that were refused are new still', async () => {
    await start({ newPerAddress: 1 });
    await send(ids(0, 10), FROM);
    for (let sent = 0; sent < 3; sent += 1) expect(await statusOf(ids(10, 11), FROM)).toBe(429);
  });

  test('of somebody who is named count nothing: servers speak for many', async () => {
    await start({ newPerAddress: 1 });
    const users = ids(0, 50).map((each, index) => ({ ...each, userId: `u${index}` }));
    expect(await statusOf(users, FROM)).toBe(200);
    expect(await statusOf(ids(60, 61), FROM)).toBe(200);
  });

  test('of one site are new to another', async () => {
    await start({ newPerAddress: 1 });
    await send(ids(0, 10), FROM);
    expect(await statusOf(ids(0, 10), { ...FROM, writeKey: SECOND.writeKey })).toBe(429);
  });
});
