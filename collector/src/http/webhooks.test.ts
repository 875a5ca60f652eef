import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Api, SECOND, START_MS, startApi, view, viewers } from '../../testing/api.ts';
import { type Received, type Receiver, startReceiver, status } from '../../testing/receiver.ts';
import { formatInstant } from '../instant.ts';
import type {
  DeliveryAnswer,
  Page,
  ReplayAnswer,
  SegmentMessage,
  WebhookAnswer,
  WebhookSecretAnswer,
  WebhookTestAnswer,
} from '../query/answers.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let api: Api;
let receiver: Receiver;
beforeEach(async () => {
  api = await startApi();
  receiver = await startReceiver();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
  await receiver.close();
});

async function create(rest: object = {}): Promise<WebhookSecretAnswer> {
  const body = { url: `${receiver.url}/hook`, types: ['segment.entered', 'segment.left'], ...rest };
  const answer = await api.ask<WebhookSecretAnswer>('/v1/webhooks', { method: 'POST', body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.json;
}

async function deliveries(id: string): Promise<readonly DeliveryAnswer[]> {
  return (await api.ask<Page<DeliveryAnswer>>(`/v1/webhooks/${id}/deliveries`)).json.data;
}

function messageOf({ body }: Received): SegmentMessage {
  return JSON.parse(body);
}

/** What was received, as who, what, and of which segment. */
function told(): readonly string[] {
  return receiver.received.map((each) => {
    const { type, segment, profile } = messageOf(each);
    return `${profile.anonymousIds[0]} ${type.replace('segment.', '')} ${segment.id}`;
  });
}

/** Verifies as a receiver does, at the time at which the test is. */
function verify(secret: string, { body, headers }: Received): unknown {
  vi.useFakeTimers({ toFake: ['Date'], now: api.nowMs });
  try {
    return new Webhook(secret).verify(body, { ...headers });
  } finally {
    vi.useRealTimers();
  }
}

describe('a webhook', () => {
  test('is made, listed, changed, and removed', async () => {
    const { secret, ...made } = await create({ segments: ['pricing'], description: 'CRM' });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^whk_/), url: `${receiver.url}/hook`, enabled: true },
      ...{ types: ['segment.entered', 'segment.left'], segments: ['pricing'], description: 'CRM' },
      ...{ createdAt: formatInstant(START_MS), updatedAt: formatInstant(START_MS) },
    });
    const { json } = await api.ask<Page<WebhookAnswer>>('/v1/webhooks');
    expect(json).toEqual({ data: [made], next: null });
    api.nowMs += 5;
    const body = { url: 'https://example.com/x', types: ['score.crossed'], enabled: false };
    const changed = await api.ask(`/v1/webhooks/${made.id}`, { method: 'PUT', body });
    const { segments: _all, ...rest } = made;
    expect(changed.json).toEqual({
      ...{ ...rest, ...body, description: '', updatedAt: formatInstant(START_MS + 5) },
    });
    expect((await api.ask(`/v1/webhooks/${made.id}`)).json).toEqual(changed.json);
    const gone = await api.ask(`/v1/webhooks/${made.id}`, { method: 'DELETE' });
    expect(gone.status).toBe(204);
    expect((await api.problem(`/v1/webhooks/${made.id}`)).code).toBe('not_found');
  });

  test.each([
    { wrong: 'no address', body: { types: ['segment.left'] }, pointer: '/url' },
    { wrong: 'a metadata address', body: { url: 'http://169.254.169.254/' }, pointer: '/url' },
    { wrong: 'another scheme', body: { url: 'ftp://example.com/' }, pointer: '/url' },
    { wrong: 'a password', body: { url: 'https://a:b@example.com/' }, pointer: '/url' },
    { wrong: 'no types', body: { types: [] }, pointer: '/types' },
    { wrong: 'an unknown type', body: { types: ['segment.moved'] }, pointer: '/types/0' },
    { wrong: 'no segments', body: { segments: [] }, pointer: '/segments' },
    { wrong: 'half a character', body: { description: '\ud800' }, pointer: '/description' },
    { wrong: 'NUL', body: { segments: ['a\0'] }, pointer: '/segments/0' },
    { wrong: 'a slip of the pen', body: { segment: ['a'] }, pointer: '' },
  ])('with $wrong is refused, and says where', async ({ body, pointer }) => {
    const given = pointer === '/url' && !('url' in body) ? body : { ...VALID, ...body };
    const problem = await api.problem('/v1/webhooks', { method: 'POST', body: given });
    expect(problem).toMatchObject({ status: 422, code: 'invalid_webhook', errors: [{ pointer }] });
  });
  const VALID = { url: 'https://example.com/hook', types: ['segment.entered'] };

  test('is nobody else’s: another site, a write key and no key do not reach it', async () => {
    const { id } = await create();
    const body = VALID;
    for (const [method, path] of [
      ...([
        ['GET', ''],
        ['PUT', ''],
        ['DELETE', ''],
        ['GET', '/deliveries'],
      ] as const),
      ...([
        ['POST', '/test'],
        ['POST', '/rotate'],
        ['POST', '/replay'],
      ] as const),
    ]) {
      const address = `/v1/webhooks/${id}${path}`;
      const question = { method, ...(path === '/replay' && { body: { failed: true } }) };
      const asked = method === 'PUT' ? { method, body } : question;
      const foreign = await api.problem(address, { ...asked, key: SECOND.secretKey });
      expect([method, path, foreign.code]).toEqual([method, path, 'not_found']);
      const public_ = await api.problem(address, { ...asked, key: 'wk_of_the_first' });
      expect(public_.code).toBe('forbidden');
      expect((await api.problem(address, { ...asked, key: null })).code).toBe('missing_key');
    }
    expect((await api.ask<WebhookAnswer>(`/v1/webhooks/${id}`)).json.enabled).toBe(true);
  });

  test('is one of at most 50 of a site', async () => {
    for (let count = 0; count < 50; count += 1) await create();
    const problem = await api.problem('/v1/webhooks', { method: 'POST', body: VALID });
    expect(problem).toMatchObject({ status: 409, limit: 50 });
    const other = { method: 'POST', body: VALID, key: SECOND.secretKey };
    expect((await api.ask('/v1/webhooks', other)).status).toBe(201);
  });
});

describe('a change is sent', () => {
  test('signed, once, and exactly as the stream tells it', async () => {
    const { secret } = await create();
    await api.define(viewers('pricing', '/pricing'));
    await api.send(view('a', '/pricing', { userId: 'ada' }));
    await api.sendOut();
    await api.sendOut();
    const [got, more] = receiver.received;
    if (got === undefined) throw new Error('Nothing came');
    expect(more).toBeUndefined();
    const message = messageOf(got);
    expect(message).toEqual({
      ...{ type: 'segment.entered', id: expect.stringMatching(/^msg_/), cause: 'event' },
      occurredAt: formatInstant(START_MS),
      segment: { id: 'pricing', name: 'Viewers of /pricing', version: 1 },
      profile: { ...message.profile, userId: 'ada', anonymousIds: ['a'], traits: {} },
      evidence: [expect.stringMatching(/^evt_/)],
    });
    expect(got.path).toBe('/hook');
    expect(got.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(api.nowMs / 1_000) - 1),
    });
    expect(verify(secret, got)).toEqual(message);
    expect(() => verify(secret, { ...got, body: `${got.body} ` })).toThrow('No matching signature');
  });

  test('to whoever wants its type and segment, and to their own site alone', async () => {
    await create({ url: `${receiver.url}/left`, types: ['segment.left'] });
    await create({ url: `${receiver.url}/docs`, segments: ['docs', 'other'] });
    await create({ url: `${receiver.url}/scores`, types: ['score.crossed'] });
    await create({ url: `${receiver.url}/off`, enabled: false });
    const foreign = { url: `${receiver.url}/foreign`, types: ['segment.entered'] };
    await api.ask('/v1/webhooks', { method: 'POST', body: foreign, key: SECOND.secretKey });
    await api.define(viewers('pricing', '/pricing'));
    await api.define(viewers('docs', '/docs'));
    await api.send(view('a', '/pricing'), view('a', '/docs'));
    await api.sendOut();
    const paths = () => receiver.received.map(({ path }) => path).sort();
    expect(paths()).toEqual(['/docs']);
    await api.sendOut(600_000);
    await api.sendOut();
    expect(paths()).toEqual(['/docs', '/docs', '/left', '/left']);
  });

  test('again until it is taken, under the same id, and every attempt is shown', async () => {
    const { id, secret } = await create();
    await api.define(viewers('pricing', '/pricing'));
    receiver.answering = (_request, response) => void response.writeHead(500).end('no: é\0');
    await api.send(view('a', '/pricing'));
    await api.sendOut();
    const [failed] = await deliveries(id);
    expect(failed).toMatchObject({ state: 'waiting', type: 'segment.entered', attemptCount: 1 });
    expect(failed?.attempts).toEqual([
      { at: formatInstant(api.nowMs), durationMs: 0, status: 500, answer: 'no: é\u{fffd}' },
    ]);
    expect(failed?.nextAttemptAt).toBe(formatInstant(api.nowMs + 10_000));

    receiver.answering = status(200);
    await api.sendOut(9_999);
    expect(receiver.received).toHaveLength(1);
    await api.sendOut(1);
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(second && verify(secret, second)).toMatchObject({ id: failed?.id });
    const [done] = await deliveries(id);
    expect(done).toMatchObject({
      state: 'delivered',
      attempts: [{ status: 500 }, { status: 200 }],
    });
    expect(done).not.toHaveProperty('nextAttemptAt');
  });

  test('no sooner than the receiver asks', async () => {
    await create();
    await api.define(viewers('pricing', '/pricing'));
    receiver.answering = status(429, { 'Retry-After': '7200' });
    await api.send(view('a', '/pricing'));
    await api.sendOut();
    await api.sendOut(2 * HOUR_MS - 1);
    // The person leaves meanwhile, and that waits its turn.
    expect(told()).toEqual(['a entered pricing']);
    receiver.answering = status(204);
    await api.sendOut(1);
    expect(told()).toEqual(['a entered pricing', 'a entered pricing', 'a left pricing']);
  });

  test('for three days, and then no more', async () => {
    const { id } = await create({ types: ['segment.entered'] });
    await api.define(viewers('pricing', '/pricing'));
    receiver.answering = status(503);
    await api.send(view('a', '/pricing'));
    await api.sendOut();
    const madeMs = api.nowMs;
    for (let hour = 0; hour < 72; hour += 1) await api.sendOut(HOUR_MS);
    const [failed] = await deliveries(id);
    expect(failed?.state).toBe('failed');
    expect(failed).not.toHaveProperty('nextAttemptAt');
    expect(failed?.attempts.at(-1)?.at).toBe(formatInstant(madeMs + 3 * DAY_MS));
    const { length } = receiver.received;
    expect(length).toBeGreaterThan(20);
    await api.sendOut(DAY_MS);
    expect(receiver.received).toHaveLength(length);
  });

  test('in order of profile and segment; others pass what is stuck', async () => {
    await create();
    await api.define(viewers('pricing', '/pricing'));
    await api.define(viewers('docs', '/docs'));
    receiver.answering = (request, response) => {
      const { segment, profile } = messageOf(request);
      const isStuck = segment.id === 'pricing' && profile.anonymousIds[0] === 'a';
      response.writeHead(isStuck ? 500 : 200).end();
    };
    await api.send(view('a', '/pricing'), view('b', '/pricing'), view('a', '/docs'));
    await api.sendOut();
    await api.sendOut(600_000);
    await api.sendOut();
    const order = told();
    expect(order).not.toContain('a left pricing');
    expect(new Set(order)).toEqual(
      new Set([
        ...['a entered pricing', 'b entered pricing', 'b left pricing'],
        ...['a entered docs', 'a left docs'],
      ]),
    );
    receiver.answering = status(200);
    await api.sendOut(4 * HOUR_MS);
    expect(told().slice(-2)).toEqual(['a entered pricing', 'a left pricing']);
  });

  test('to nobody who answers 410: the webhook is disabled and says why', async () => {
    const { id } = await create();
    await api.define(viewers('pricing', '/pricing'));
    receiver.answering = status(410);
    await api.send(view('a', '/pricing'));
    await api.sendOut();
    const { json } = await api.ask<WebhookAnswer>(`/v1/webhooks/${id}`);
    expect(json).toMatchObject({ enabled: false, note: expect.stringContaining('410') });
    await api.send(view('b', '/pricing'));
    await api.sendOut(DAY_MS);
    expect(receiver.received).toHaveLength(1);
    expect(await deliveries(id)).toMatchObject([{ state: 'failed', attempts: [{ status: 410 }] }]);
    const enabled = { url: json.url, types: json.types };
    const again = await api.ask(`/v1/webhooks/${id}`, { method: 'PUT', body: enabled });
    expect(again.json).toMatchObject({ enabled: true });
    expect(again.json).not.toHaveProperty('note');
  });

  test('while it is switched off nothing is, and afterwards what had waited is', async () => {
    const { id, url, types } = await create();
    await api.define(viewers('pricing', '/pricing'));
    receiver.answering = status(500);
    await api.send(view('a', '/pricing'));
    await api.sendOut();
    const put = (enabled: boolean) =>
      api.ask(`/v1/webhooks/${id}`, { method: 'PUT', body: { url, types, enabled } });
    await put(false);
    receiver.answering = status(200);
    await api.sendOut(DAY_MS);
    expect(told()).toEqual(['a entered pricing']);
    await put(true);
    await api.sendOut(0);
    expect(told()).toEqual(['a entered pricing', 'a entered pricing']);
  });
});

test('a receiver that does not answer has eight messages at once and holds up nobody else', async () => {
  const held: ServerResponse[] = [];
  receiver.answering = ({ path }, response) => {
    if (path === '/slow') held.push(response);
    else response.end();
  };
  await create({ url: `${receiver.url}/slow`, types: ['segment.entered'] });
  await create({ url: `${receiver.url}/fast`, types: ['segment.entered'] });
  await api.define(viewers('pricing', '/pricing'));
  const people = Array.from({ length: 20 }, (_, index) => view(`p${index}`, '/pricing'));
  await api.send(...people);
  await api.wait(1_000);
  await receiver.count(8 + 20);
  await api.send();
  const slow = () => receiver.received.filter(({ path }) => path === '/slow').length;
  expect(slow()).toBe(8);
  receiver.answering = status(200);
  for (const response of held) response.end();
  await api.sendOut(0);
  expect(slow()).toBe(20);
});

describe('a secret', () => {
  test('is shown when it is made, and never again', async () => {
    const { id, secret } = await create();
    for (const path of ['', `/${id}`, `/${id}/deliveries`]) {
      const { json } = await api.ask(`/v1/webhooks${path}`);
      expect(JSON.stringify(json)).not.toContain(secret.slice('whsec_'.length));
    }
  });

  test('is rotated: both sign for a day, then the new one alone', async () => {
    const { id, secret: old } = await create();
    const answer = await api.ask<WebhookSecretAnswer>(`/v1/webhooks/${id}/rotate`, {
      method: 'POST',
    });
    const { secret, oldSecretUntil } = answer.json;
    expect(secret).not.toBe(old);
    expect(oldSecretUntil).toBe(formatInstant(START_MS + DAY_MS));
    await api.define(viewers('pricing', '/pricing'));
    const sent = async (anonymousId: string) => {
      await api.send(view(anonymousId, '/pricing'));
      await api.sendOut();
      const got = receiver.received.findLast((each) => messageOf(each).type === 'segment.entered');
      if (got === undefined) throw new Error('Nothing came');
      return got;
    };
    const first = await sent('a');
    expect(verify(secret, first)).toEqual(verify(old, first));
    await api.wait(DAY_MS);
    const second = await sent('b');
    expect(verify(secret, second)).toMatchObject({ profile: { anonymousIds: ['b'] } });
    expect(() => verify(old, second)).toThrow('No matching signature');
  });
});

describe('on request', () => {
  test('a test message is sent, signed, and about nobody', async () => {
    const { id, secret } = await create({ types: ['segment.left'], segments: ['pricing'] });
    const { status: code, json } = await api.ask<WebhookTestAnswer>(`/v1/webhooks/${id}/test`, {
      method: 'POST',
    });
    expect(code).toBe(202);
    await api.sendOut(0);
    const [got] = receiver.received;
    expect(got && verify(secret, got)).toMatchObject({
      ...{ type: 'segment.left', id: json.delivery, cause: 'test', segment: { id: 'pricing' } },
    });
    expect(await deliveries(id)).toMatchObject([{ id: json.delivery, state: 'delivered' }]);
  });

  test('not to a webhook that is disabled', async () => {
    const { id } = await create({ enabled: false });
    const problem = await api.problem(`/v1/webhooks/${id}/test`, { method: 'POST' });
    expect(problem).toMatchObject({ status: 409, code: 'conflict' });
  });

  async function failThree(): Promise<string> {
    const { id } = await create({ types: ['segment.entered'] });
    await api.define(viewers('pricing', '/pricing'));
    receiver.answering = status(500);
    for (const anonymousId of ['a', 'b', 'c']) {
      await api.send(view(anonymousId, '/pricing'));
      await api.sendOut();
    }
    await api.sendOut(4 * DAY_MS);
    await api.sendOut(4 * DAY_MS);
    const list = await deliveries(id);
    expect(list.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
    receiver.answering = status(200);
    return id;
  }
  const replay = (id: string, body: object) =>
    api.ask<ReplayAnswer>(`/v1/webhooks/${id}/replay`, { method: 'POST', body });
  const replayed = async (total: number) => {
    const before = receiver.received.length - total;
    return receiver.received.slice(before).map((each) => messageOf(each).profile.anonymousIds[0]);
  };

  test('one delivery is made again, under its old id', async () => {
    const id = await failThree();
    const before = receiver.received.length;
    const b = (await deliveries(id))[1];
    expect(await replay(id, { delivery: b?.id })).toMatchObject({
      status: 202,
      json: { replayed: 1 },
    });
    await api.sendOut(0);
    expect(receiver.received).toHaveLength(before + 1);
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(b?.id);
    const again = (await deliveries(id))[1];
    expect(again).toMatchObject({ state: 'delivered', attemptCount: (b?.attemptCount ?? 0) + 1 });
    // Also one that had arrived.
    expect((await replay(id, { delivery: b?.id })).json).toEqual({ replayed: 1 });
  });

  test('all that failed', async () => {
    const id = await failThree();
    const a = (await deliveries(id)).at(-1);
    await replay(id, { delivery: a?.id });
    await api.sendOut(0);
    expect((await replay(id, { failed: true })).json).toEqual({ replayed: 2 });
    await api.sendOut(0);
    expect((await replayed(2)).toSorted()).toEqual(['b', 'c']);
    expect((await replay(id, { failed: true })).json).toEqual({ replayed: 0 });
  });

  test('all of a time, its end not included', async () => {
    const id = await failThree();
    const [, b, a] = await deliveries(id);
    expect((await replay(id, { from: a?.createdAt, to: b?.createdAt })).json).toEqual({
      replayed: 1,
    });
    await api.sendOut(0);
    expect(await replayed(1)).toEqual(['a']);
  });

  test.each(
    [
      ...[{}, [], { delivery: 'x' }, { failed: false }, { failed: true, delivery: 'msg_1' }],
      ...[{ from: '2026-01-01' }, { from: 'now', to: 'then' }],
    ].map((body) => ({ body })),
  )('nothing if the request is not understood: $body', async ({ body }) => {
    const { id } = await create();
    const problem = await api.problem(`/v1/webhooks/${id}/replay`, { method: 'POST', body });
    expect(problem.code).toBe('invalid_request');
  });
});

test('deliveries are listed page by page, the newest first', async () => {
  const { id } = await create();
  await api.define(viewers('pricing', '/pricing'));
  for (const anonymousId of ['a', 'b', 'c', 'd', 'e']) {
    await api.send(view(anonymousId, '/pricing'));
  }
  await api.sendOut();
  const seen: (string | undefined)[] = [];
  let address = `/v1/webhooks/${id}/deliveries?limit=2`;
  for (let pages = 0; pages < 3; pages += 1) {
    const { json } = await api.ask<Page<DeliveryAnswer>>(address);
    seen.push(...json.data.map(({ message }) => message.profile.anonymousIds[0]));
    address = `/v1/webhooks/${id}/deliveries?limit=2&cursor=${json.next}`;
    expect(json.next === null).toBe(pages === 2);
  }
  expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
});

describe('the log of deliveries', () => {
  test('reaches back 30 days', async () => {
    const { id } = await create();
    await api.define(viewers('pricing', '/pricing'));
    await api.send(view('a', '/pricing'));
    await api.sendOut();
    await api.sendOut(30 * DAY_MS - 2_000);
    await api.sendOut();
    expect(await deliveries(id)).toMatchObject([
      { type: 'segment.left' },
      { type: 'segment.entered' },
    ]);
    await api.sendOut(DAY_MS);
    await api.sendOut(0);
    expect(await deliveries(id)).toMatchObject([{ type: 'segment.left' }]);
  });
});
