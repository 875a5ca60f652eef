import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, START_MS, startApi, view, viewers } from '../testing/api.ts';
import { formatInstant } from './instant.ts';
import type { EventAnswer, Page, ProfileAnswer } from './query/answers.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  await api.end();
});

describe('when a batch is answered, everybody sees its effect', () => {
  afterEach(() => expect(api.reported).toEqual([]));

  test('in the profile, the log and the segment', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.send(view('a', '/pricing', { messageId: 'm' }));
    const [profile, events, count] = await Promise.all([
      api.ask<ProfileAnswer>('/v1/profiles/a'),
      api.ask<Page<EventAnswer>>('/v1/events'),
      api.ask<{ count: number }>('/v1/segments/pricing/count'),
    ]);
    expect(profile.json.segments).toMatchObject([{ id: 'pricing' }]);
    expect(events.json.data).toMatchObject([{ messageId: 'm' }]);
    expect(count.json.count).toBe(1);
  });

  test('whether it came as a batch or alone, from which client ever', async () => {
    await api.define(viewers('pricing', '/pricing'));
    const basic = Buffer.from(`${FIRST.writeKey}:`).toString('base64');
    const body = { anonymousId: 'a', properties: { path: '/pricing' } };
    const headers = { Authorization: `Basic ${basic}`, 'Content-Type': 'text/plain' };
    const answer = await api.ask('/v1/page', { method: 'POST', key: null, headers, body });
    expect(answer).toMatchObject({ status: 200, json: { accepted: 1 } });
    expect((await api.ask('/v1/segments/pricing')).json).toMatchObject({ size: 1 });
  });

  test('and not more than its effect: what was refused or is known changes nothing', async () => {
    await api.define({ ...viewers('twice', ''), if: { did: 'page', times: 2 } });
    const event = view('a', '/', { messageId: 'same' });
    const answer = await api.send(event, event, { ...event, messageId: 'bad', userId: true });
    expect(answer).toMatchObject({ accepted: 1, duplicate: 1, rejected: 1, memberships: [] });
    expect((await api.ask('/v1/segments/twice')).json).toMatchObject({ size: 0 });
  });
});

describe('an answer lists the memberships that it changed', () => {
  test('with ?debug=1, entered and left, each with its instant', async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.define({ ...viewers('quiet', ''), if: { not: { did: 'page' } } });
    await api.send({ type: 'track', event: 'Opened', anonymousId: 'a' });
    api.nowMs += 1_000;
    const { memberships } = await api.send(view('a', '/pricing'), view('a', '/pricing'));
    const { json: a } = await api.ask<ProfileAnswer>('/v1/profiles/a');
    const shared = { profile: a.id, occurredAt: formatInstant(START_MS + 1_000) };
    expect(memberships).toEqual([
      { type: 'segment.entered', segment: 'pricing', ...shared },
      { type: 'segment.left', segment: 'quiet', ...shared },
    ]);
  });

  test('and not a word of them without', async () => {
    await api.define(viewers('pricing', '/pricing'));
    const body = { writeKey: FIRST.writeKey, batch: [view('a', '/pricing')] };
    const { json } = await api.ask('/v1/batch', { method: 'POST', key: null, body });
    expect(json).toEqual({ accepted: 1, duplicate: 0, rejected: 0, dropped: 0, results: [] });
  });
});

describe('trouble of our own', () => {
  test('is told to us in full, and to whoever asked as a problem without a word of it', async () => {
    const broken = await startApi({
      database: new Proxy({} as never, {
        get: () => {
          throw new Error('disk I/O error at /secret/path');
        },
      }),
    });
    const problem = await broken.problem('/v1/segments');
    expect(problem).toMatchObject({ status: 500, code: 'internal', retryable: true });
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(broken.reported).toMatchObject([{ message: expect.stringContaining('disk I/O') }]);
    await broken.end();
  });

  test('with the disk makes senders keep their events', async () => {
    const broken = await startApi({ write: () => Promise.reject(new Error('disk full')) });
    const body = { writeKey: FIRST.writeKey, batch: [view('a', '/')] };
    const response = await broken.request('/v1/batch', { method: 'POST', key: null, body });
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ code: 'unavailable', retryable: true });
    expect(broken.reported).toHaveLength(1);
    await broken.end();
  });
});

test('it says that it lives, to anybody', async () => {
  const { status, json } = await api.ask('/healthz', { key: null });
  expect({ status, json }).toEqual({ status: 200, json: { status: 'ok' } });
});
