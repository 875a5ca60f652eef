import { describe, expect, test } from 'vitest';
import type { Options } from './api.ts';
import { outcomeOf } from './event.ts';
import type { Visitor } from './identity.ts';

const AT_MS = Date.UTC(2026, 0, 1);
const HREF = 'https://a.example/p?utm_source=x';
const WHO: Visitor = ['granted', '700000', undefined, 's', AT_MS - 5, 2, 0];

/** Works off a call by somebody of whom three events are known. */
function work(type: string, args: readonly unknown[], options: Partial<Options> = {}, href = HREF) {
  let ids = 0;
  return outcomeOf(
    [type, args, AT_MS, href, 'A title'],
    WHO,
    { writeKey: 'wk', host: 'https://in.example', ...options },
    {
      newId: () => `id${ids++}`,
      look: () => ['https://elsewhere.example/', 'Another title'],
      referrer: 'https://u:p@news.example/a?id=7',
      context: { locale: 'de', timezone: 'Europe/Berlin' },
    },
  );
}

/** What of a call stands in its event, beside what stands in every event. */
function check(type: string, args: readonly unknown[], expected: object): void {
  const { messageId, timestamp, anonymousId, context, ...said } = JSON.parse(
    JSON.stringify(work(type, args)[1]),
  );
  expect(said).toEqual({ type, ...expected });
  expect([messageId, timestamp, anonymousId, context.page.title]).not.toContain(undefined);
}

describe('a call', () => {
  test.each<[string, string, readonly unknown[], object]>([
    [
      'names an event',
      'track',
      ['Bought', { total: 3 }],
      { event: 'Bought', properties: { total: 3 } },
    ],
    ['needs no properties', 'track', ['Bought'], { event: 'Bought' }],
    ['may be a nameless page', 'page', [], {}],
    ['may be a page without a name', 'page', [{ a: 1 }], { properties: { a: 1 } }],
    ['keeps properties behind a name left out', 'page', [null, { a: 1 }], { properties: { a: 1 } }],
    [
      'names a user by a number',
      'identify',
      [42, { plan: 'pro' }],
      { userId: '42', traits: { plan: 'pro' } },
    ],
    ['tells of somebody unnamed', 'identify', [{ plan: 'pro' }], { traits: { plan: 'pro' } }],
    ['names a group', 'group', ['acme'], { groupId: 'acme' }],
    [
      'takes the anonymous id for the other one',
      'alias',
      ['ada'],
      { userId: 'ada', previousId: '700000' },
    ],
    ['names both ids', 'alias', ['ada', 'old'], { userId: 'ada', previousId: 'old' }],
  ])('%s', (_, type, args, expected) => check(type, args, expected));

  test('whose id no collector would take is none', () => {
    expect(() => work('identify', ['x'.repeat(257)])).toThrow(RangeError);
    expect(() => work('identify', ['x'.repeat(256)])).not.toThrow();
  });

  test.each(['optIn', 'consent', 'then'])('of %s makes no event', (type) => {
    expect(work(type, ['x'])).toEqual([WHO]);
  });

  test('of reset makes another visitor, and no event', () => {
    expect(work('reset', [])).toEqual([['granted', 'id0']]);
  });

  test('on an address that is none is none', () => {
    expect(() => work('track', ['A'], {}, 'nowhere')).toThrow();
  });
});

test('an event says who, when, where, and in what session', () => {
  const [visitor, event] = work('track', ['Bought']);
  expect(JSON.parse(JSON.stringify(event))).toEqual({
    messageId: 'id1',
    timestamp: '2026-01-01T00:00:00.000Z',
    type: 'track',
    event: 'Bought',
    anonymousId: '700000',
    context: {
      sessionId: 'id0',
      sequence: 1,
      page: {
        url: HREF,
        path: '/p',
        search: '?utm_source=x',
        title: 'A title',
        referrer: 'https://news.example/a',
      },
      campaign: { source: 'x' },
      library: { name: 'inkling', version: expect.any(String) },
      locale: 'de',
      timezone: 'Europe/Berlin',
    },
  });
  expect(visitor).toEqual(['granted', '700000', undefined, 'id0', AT_MS, 1, expect.any(Number)]);
});

describe('the owner', () => {
  const href = 'https://a.example/p';

  test('reads addresses in their own way, before anything is told of them', () => {
    const address = (href: string) => href.replace('/p', '/masked');
    const [, event] = work('track', ['A'], { address }, href);
    expect(event?.context?.page?.path).toBe('/masked');
  });

  test('drops an event, which leaves no gap in the session', () => {
    expect(work('track', ['A'], { beforeSend: () => null }, href)).toEqual([WHO]);
    expect(work('track', ['A'], {}, href)[0][5]).toBe(3);
  });

  test('records a share of visitors, wholly or not at all', () => {
    expect(work('track', ['A'], { sampleRate: 0 }, href)).toEqual([WHO]);
  });
});

describe('the proof of who the user is', () => {
  const proofIn = ([, event]: ReturnType<typeof work>) =>
    JSON.parse(JSON.stringify(event)).context.identityToken;
  let made = 0;
  const options = { identityToken: () => `proof ${++made}` };

  test('goes with what names the user', () => {
    const identityToken = 'proof';
    expect(proofIn(work('identify', ['ada'], { identityToken }))).toBe('proof');
    expect(proofIn(work('alias', ['ada'], { identityToken }))).toBe('proof');
    expect(proofIn(work('track', ['Bought'], { identityToken }))).toBeUndefined();
  });

  test('is asked for anew with each event', () => {
    expect([0, 1].map(() => proofIn(work('identify', ['ada'], options)))).toEqual([
      'proof 1',
      'proof 2',
    ]);
    expect(proofIn(work('track', ['Bought'], options))).toBeUndefined();
    expect(made).toBe(2);
  });

  test('may be missing', () => {
    expect(proofIn(work('identify', ['ada'], { identityToken: () => undefined }))).toBeUndefined();
    expect(proofIn(work('identify', ['ada']))).toBeUndefined();
  });
});
