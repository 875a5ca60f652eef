import { Socket } from 'node:net';
import type { WireAnswer } from '@inkling/sdk/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Api, FIRST, startApi } from '../../testing/api.ts';
import { CLIENTS, type ClientKind } from '../../testing/clients.ts';
import { type Served, serveApp } from '../../testing/serve-app.ts';
import type { EventAnswer, MemberAnswer, Page, ProfileAnswer } from '../query/answers.ts';
import { problemResponse } from './problem.ts';

/** What stands in for the collector's answer, made from it if it is to have taken the events. */
type Fault = (take: () => Promise<Response>) => Promise<Response>;

interface Exchange {
  readonly encoding: string | null;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly status: number;
  readonly answer: WireAnswer;
}

let api: Api;
let collector: Served;
let exchanges: Exchange[];
let faults: Fault[];
/** Where a library wanted to go but here. */
let strays: string[];

beforeEach(async () => {
  keepOnLoopback();
  api = await startApi();
  // These libraries live by the machine's clock.
  api.nowMs = Date.now();
  exchanges = [];
  faults = [];
  collector = await serveApp(exchange);
});
afterEach(async () => {
  await collector.close();
  expect(strays).toEqual([]);
  expect(api.reported).toEqual([]);
  await api.end();
  vi.restoreAllMocks();
});

async function exchange(request: Request): Promise<Response> {
  const startedMs = performance.now();
  const take = async () => await api.app.fetch(request);
  const response = await (faults.shift() ?? ((taken) => taken()))(take);
  const answer = (await response.clone().json()) as WireAnswer;
  const encoding = request.headers.get('Content-Encoding');
  const { status } = response;
  exchanges.push({ encoding, startedMs, endedMs: performance.now(), status, answer });
  return response;
}

/** A library that speaks to anybody else, such as its vendor, is held back and fails the test. */
function keepOnLoopback(): void {
  strays = [];
  const connect = Socket.prototype.connect;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (
    this: Socket,
    ...args: unknown[]
  ) {
    const to = JSON.stringify(args);
    if (!to.includes('"127.0.0.1"')) {
      strays.push(to);
      throw new Error(`Wants to leave this machine: ${to}`);
    }
    return Reflect.apply(connect, this, args);
  });
}

async function listed<T>(path: string): Promise<readonly T[]> {
  return (await api.ask<Page<T>>(path)).json.data;
}

/** The events, the newest first, as their senders told them; each with a time of its own. */
async function arrived() {
  const events = await listed<EventAnswer>('/v1/events?limit=100');
  for (const { timestamp, flags } of events) {
    expect(flags).toBeUndefined();
    expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(MINUTE_MS);
  }
  return events.map(({ type, name, userId, anonymousId, properties, traits }) => ({
    ...{ type, name, userId, anonymousId, properties, traits },
  }));
}

/** A company is seen by what it makes of its people. */
const OF_PRO_COMPANIES = {
  ...{ id: 'pro', name: 'Of companies that pay', kind: 'explicit' },
  if: { account: 'plan', is: 'pro' },
};

const MINUTE_MS = 60_000;

const ADA = { anonymousId: 'visitor', userId: 'ada' };
const ADAS_TRAITS = { email: 'ada@example.com', seats: 3 };

describe.each(CLIENTS)('$name', (kind: ClientKind) => {
  test('each of its calls arrives once, and all lead to one person', async () => {
    await api.define(OF_PRO_COMPANIES);
    const { calls, flush } = kind.start(collector.url, FIRST.writeKey);
    calls.page({ anonymousId: 'visitor', name: 'Pricing', properties: { path: '/pricing' } });
    calls.page({ anonymousId: 'phone', name: 'Home', properties: { path: '/' } });
    calls.identify({ ...ADA, traits: ADAS_TRAITS });
    calls.track({ ...ADA, event: 'Order Completed', properties: { total: 30.5 } });
    calls.screen({ userId: 'ada', name: 'Cart', properties: { items: 2 } });
    calls.group({ userId: 'ada', groupId: 'acme', traits: { plan: 'pro' } });
    calls.alias({ userId: 'ada', previousId: 'phone' });
    await flush();

    const encoding = kind.isGzipped ? 'gzip' : null;
    for (const each of exchanges) {
      expect(each).toMatchObject({ encoding, status: 200, answer: { results: [] } });
    }
    expect(await arrived()).toEqual([
      { type: 'alias', userId: 'ada', properties: {} },
      { type: 'group', userId: 'ada', properties: {}, traits: { plan: 'pro' } },
      { type: 'screen', name: 'Cart', userId: 'ada', properties: { items: 2 } },
      { type: 'track', name: 'Order Completed', ...ADA, properties: { total: 30.5 } },
      { type: 'identify', ...ADA, properties: {}, traits: ADAS_TRAITS },
      { type: 'page', name: 'Home', anonymousId: 'phone', properties: { path: '/' } },
      { type: 'page', name: 'Pricing', anonymousId: 'visitor', properties: { path: '/pricing' } },
    ]);
    const people = await listed<ProfileAnswer>('/v1/profiles');
    expect(people).toMatchObject([
      { userId: 'ada', anonymousIds: ['visitor', 'phone'], traits: ADAS_TRAITS },
    ]);
    const members = await listed<MemberAnswer>('/v1/segments/pro/members');
    expect(members.map(({ userId }) => userId)).toEqual(['ada']);
  });

  const busy = () =>
    problemResponse('/v1/batch', { code: 'busy', detail: 'Come again.', retryAfterS: 1 });
  const limited = () =>
    problemResponse('/v1/batch', { code: 'rate_limited', detail: 'Come again.', retryAfterS: 1 });
  const troubles = [
    { trouble: 'a 503', refuse: busy },
    { trouble: 'a 429', refuse: limited },
  ];

  test.each(troubles)('$trouble first leads to exactly one event', async ({ refuse }) => {
    faults.push(async () => refuse());
    await trackOnce(kind);
    expect(exchanges).toMatchObject([
      { status: refuse().status },
      { status: 200, answer: { accepted: 1, duplicate: 0 } },
    ]);
    const [refused, taken] = exchanges;
    const waitedMs = (taken?.startedMs ?? 0) - (refused?.endedMs ?? 0);
    // Timers may be early by a millisecond or so.
    if (kind.waitsAfter.includes(refuse().status)) expect(waitedMs).toBeGreaterThan(990);
  });

  test('an event whose answer was lost changes nothing when it comes again', async () => {
    faults.push(async (take) => {
      await take();
      return busy();
    });
    await trackOnce(kind);
    expect(exchanges).toMatchObject([
      { status: 503 },
      { status: 200, answer: { accepted: 0, duplicate: 1 } },
    ]);
  });
});

async function trackOnce(kind: ClientKind): Promise<void> {
  const { calls, flush } = kind.start(collector.url, FIRST.writeKey);
  calls.track({ anonymousId: 'visitor', event: 'Signed Up', properties: { plan: 'pro' } });
  await flush();
  expect(await arrived()).toMatchObject([
    { type: 'track', name: 'Signed Up', anonymousId: 'visitor', properties: { plan: 'pro' } },
  ]);
}
