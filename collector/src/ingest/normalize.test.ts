import type { JsonObject } from '@inkling/sdk/protocol';
import { TEXT_CHARS_MAX, URL_CHARS_MAX } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../event.ts';
import { formatInstant } from '../instant.ts';
import { CLOCK_SKEW_MS_MAX, normalize, type RequestFacts } from './normalize.ts';
import { parseSingle } from './parse.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2024, 5, 1, 12);
const FACTS: RequestFacts = {
  receivedAtMs: NOW_MS,
  retentionMs: 395 * DAY_MS,
  deriveMessageId: (canonical) => `id of ${canonical}`,
};

type Written = { readonly [key: string]: unknown };

/** The wire event of the given type on its way through the parser. */
function normalized(written: Written, facts: Partial<RequestFacts> = {}) {
  const type = (written.type ?? 'page') as Event['type'];
  const read = parseSingle(type, { anonymousId: 'a', messageId: 'm', ...written }, 1000);
  const [element] = read.ok ? read.elements : [];
  if (!element?.ok) throw new Error('The parser refused it');
  return normalize(element.event, { ...FACTS, ...facts });
}

function event(written: Written, facts?: Partial<RequestFacts>): Event {
  const result = normalized(written, facts);
  if (!result.ok) throw new Error(result.detail);
  return result.event;
}

function at(offsetMs: number): string {
  return formatInstant(NOW_MS + offsetMs);
}

describe('when it happened', () => {
  const MIN = 60_000;
  function check(
    written: Written,
    sentOffsetMs: number | undefined,
    expectedMs: number,
    skew = false,
  ) {
    const facts = sentOffsetMs === undefined ? {} : { sentAtMs: NOW_MS + sentOffsetMs };
    const { atMs, receivedAtMs, flags } = event(written, facts);
    expect({ at: atMs - NOW_MS, receivedAtMs, skew: flags.includes('clock_skew') }).toEqual({
      at: expectedMs,
      receivedAtMs: NOW_MS,
      skew,
    });
  }
  test.each([
    ['no time: as it is received', {}, undefined, 0],
    ['no time of its own', {}, -3000, 0],
    ['no sentAt: its word', { timestamp: at(-5000) }, undefined, -5000],
    ['right clock', { timestamp: at(-5000) }, 0, -5000],
    ['clock an hour behind', { timestamp: at(-60 * MIN - 5000) }, -60 * MIN, -5000],
    ['clock an hour ahead', { timestamp: at(60 * MIN - 5000) }, 60 * MIN, -5000],
    ['its own sentAt', { timestamp: at(55_000), sentAt: at(60_000) }, undefined, -5000],
    ['the sentAt of the batch first', { timestamp: at(-5000), sentAt: at(99) }, 0, -5000],
    ['originalTimestamp first', { timestamp: at(-1), originalTimestamp: at(-5000) }, 0, -5000],
    ['a little ahead', { timestamp: at(CLOCK_SKEW_MS_MAX) }, undefined, 0],
    ['sent before it happened', { timestamp: at(0) }, -1000, 0],
    ['just within retention', { timestamp: at(-395 * DAY_MS) }, undefined, -395 * DAY_MS],
  ] as const)('%s', (_, written, sentOffsetMs, expectedMs) =>
    check(written, sentOffsetMs, expectedMs),
  );

  test('far ahead is clamped and flagged', () => {
    check({ timestamp: at(CLOCK_SKEW_MS_MAX + 1) }, undefined, 0, true);
    check({ timestamp: '9999-01-01' }, undefined, 0, true);
    check({ timestamp: at(0) }, -CLOCK_SKEW_MS_MAX - 1, 0, true);
  });

  test('older than is kept is refused', () => {
    expect(normalized({ timestamp: at(-395 * DAY_MS - 1) })).toMatchObject({ code: 'too_old' });
    const nineties = { timestamp: '1990-01-01', sentAt: '9999-01-01' };
    expect(normalized(nineties)).toMatchObject({ ok: false, code: 'too_old' });
  });

  test('never later than we heard of it, always an integer', () => {
    const instants = fc.integer({ min: 0, max: NOW_MS * 5 });
    fc.assert(
      fc.property(instants, fc.option(instants, { nil: undefined }), (timestampMs, sentAtMs) => {
        const written = { timestamp: formatInstant(timestampMs) };
        const result = normalized(written, sentAtMs === undefined ? {} : { sentAtMs });
        if (!result.ok) return;
        expect(Number.isSafeInteger(result.event.atMs)).toBe(true);
        expect(result.event.atMs).toBeLessThanOrEqual(NOW_MS);
        expect(result.event.atMs).toBeGreaterThanOrEqual(NOW_MS - FACTS.retentionMs);
      }),
    );
  });
});

describe('the messageId', () => {
  const written = { messageId: null, timestamp: at(0), properties: { a: 1, b: { c: 1, d: 2 } } };
  const { messageId } = event(written);

  test('is the sender’s', () => {
    expect(event({})).toMatchObject({ messageId: 'm', flags: [] });
  });
  test('is made of the content where there is none', () => {
    expect(event(written).flags).toEqual(['no_message_id']);
  });
  test.each([
    ['on a retry', {}, { receivedAtMs: NOW_MS + 1, sentAtMs: NOW_MS }],
    ['whatever the order of keys', { properties: { b: { d: 2, c: 1 }, a: 1 } }, {}],
    ['whatever the way to write the time', { timestamp: '2024-06-01T14:00:00+02:00' }, {}],
    ['whatever the browser', {}, { sender: { userAgent: 'x' } }],
  ])('stays the same %s', (_, change, facts) => {
    expect(event({ ...written, ...change }, facts).messageId).toBe(messageId);
  });
  test.each([
    ['property', { properties: { a: 1, b: { c: 1, d: 3 } } }],
    ['type of a value', { properties: { a: '1', b: { c: 1, d: 2 } } }],
    ['time', { timestamp: at(-1) }],
    ['person', { anonymousId: 'b' }],
    ['kind of person', { anonymousId: null, userId: 'a' }],
    ['type', { type: 'screen' }],
  ])('changes with the %s', (_, change) => {
    expect(event({ ...written, ...change }).messageId).not.toBe(messageId);
  });
});

describe('a page view', () => {
  function check(properties: JsonObject, page: JsonObject, expected: JsonObject): void {
    expect(event({ properties, context: { page } }).properties).toEqual(expected);
  }
  test.each([
    ['takes over the page', {}, { path: '/a', title: 'A', x: 1 }, { path: '/a', title: 'A' }],
    ['prefers its own', { title: 'B', y: 1 }, { title: 'A' }, { title: 'B', y: 1 }],
    ['takes null as absent', { title: null }, { title: 'A' }, { title: 'A' }],
    [
      'finds its path in the URL',
      { url: 'https://a.b/c?d#e' },
      {},
      { url: 'https://a.b/c', path: '/c' },
    ],
    ['has at least a slash', { url: 'https://a.b' }, {}, { url: 'https://a.b', path: '/' }],
    ['needs no page', {}, {}, {}],
    [
      'is clean',
      {
        url: 'https://u:p@a.b/c?t=1',
        search: '?t=1&q=x',
        path: '/u/a@b.example?x',
        tab: 'https://a.b/#c',
      },
      { referrer: 'https://g.b/?q=a@b.example' },
      {
        ...{ url: 'https://a.b/c', search: '?q=x', path: '/u/[email]', tab: 'https://a.b/' },
        referrer: 'https://g.b/?q=[email]',
      },
    ],
  ])('%s', (_, properties, page, expected) => check(properties, page, expected));

  test('shows the cleaned page in its context too', () => {
    const page = { url: 'https://a.b/c?t=1#d', initial_referrer: 'https://u:p@g.b/?t=1', n: 1 };
    const clean = { url: 'https://a.b/c', initial_referrer: 'https://g.b/', n: 1 };
    expect(event({ context: { page } }).context).toEqual({ page: clean });
    expect(event({ type: 'track', event: 'E', context: { page } }).context).toEqual({
      page: clean,
    });
  });

  test.each([3, 'x', [], null, true])('reads nothing from a page that is %j', (page) => {
    expect(event({ context: { page } }).properties).toEqual({});
  });
});

describe('other events', () => {
  test('have their links cleaned, and nothing else', () => {
    const properties = {
      url: 'https://a.b/?t=1',
      href: 'mailto:a@b.example',
      search: 'shoes',
      page: '/x',
    };
    expect(
      event({ type: 'track', event: 'E', properties, context: { page: { path: '/p' } } }),
    ).toMatchObject({
      name: 'E',
      properties: { url: 'https://a.b/', href: 'mailto:', search: 'shoes', page: '/x' },
    });
  });
  test('keep their secrets to themselves', () => {
    const secrets = { password: 'x', plan: 'pro' };
    const masked = { password: '[removed]', plan: 'pro' };
    expect(event({ type: 'identify', traits: secrets }).traits).toEqual(masked);
    expect(event({ type: 'track', event: 'E', properties: secrets }).properties).toEqual(masked);
    expect(event({ context: { app: secrets } }).context).toEqual({ app: masked });
  });
});

describe('the context', () => {
  test('never holds an address of the network', () => {
    expect(event({ context: { ip: '203.0.113.9', locale: 'de' } }).context).toEqual({
      locale: 'de',
    });
  });
  test.each([
    ['is added', undefined, 'Mozilla'],
    ['gives way to the library’s', 'Library', 'Library'],
    ['stands in for nonsense', { a: 1 }, 'Mozilla'],
    ['is cut', 'x'.repeat(600), 'x'.repeat(TEXT_CHARS_MAX)],
  ])('the user agent %s', (_, userAgent, expected) => {
    const context = userAgent === undefined ? {} : { userAgent };
    expect(event({ context }, { sender: { userAgent: 'Mozilla' } }).context).toEqual({
      userAgent: expected,
    });
  });
  test('gives the session', () => {
    expect(event({ context: { sessionId: 1700000000000 } }).sessionId).toBe('1700000000000');
    expect(event({})).not.toHaveProperty('sessionId');
  });
});

describe('long texts are cut and flagged', () => {
  test.each([
    ['url', `https://a.b/${'x/'.repeat(3000)}`, URL_CHARS_MAX],
    ['referrer', `https://a.b/${'x/'.repeat(3000)}`, URL_CHARS_MAX],
    ['path', '/x'.repeat(3000), URL_CHARS_MAX],
    ['search', `?q=${'x'.repeat(3000)}`, URL_CHARS_MAX],
    ['title', 'x'.repeat(3000), TEXT_CHARS_MAX],
    ['title', `${'x'.repeat(TEXT_CHARS_MAX - 1)}😀`, TEXT_CHARS_MAX - 1],
  ])('%s', (key, text, chars) => {
    const { properties, flags } = event({ properties: { path: '/', [key]: text } });
    expect(properties[key]).toBe(text.slice(0, chars));
    expect(flags).toEqual(['truncated']);
  });
  test('but not before they are cleaned', () => {
    const url = `https://a.b/?${'t=1&'.repeat(1000)}q=x`;
    expect(event({ properties: { url } })).toMatchObject({
      properties: { url: 'https://a.b/?q=x' },
      flags: [],
    });
  });
});
