import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, type Call, parseCall, wireEvent } from './event.ts';

const who = { anonymousId: 'anon' };
const call = (type: string, ...args: unknown[]): Call => [type, args, 0, 'https://a.example/', 'A'];

describe('a call', () => {
  test.each<[string, Call, object]>([
    [
      'names an event',
      call('track', 'Bought', { total: 3 }),
      { type: 'track', event: 'Bought', properties: { total: 3 } },
    ],
    ['needs no properties', call('track', 'Bought'), { type: 'track', event: 'Bought' }],
    ['may be a nameless page', call('page'), { type: 'page' }],
    [
      'may be a page without a name',
      call('page', { a: 1 }),
      { type: 'page', properties: { a: 1 } },
    ],
    [
      'names a user by a number',
      call('identify', 42, { plan: 'pro' }),
      { type: 'identify', userId: '42', traits: { plan: 'pro' } },
    ],
    [
      'tells of somebody unnamed',
      call('identify', { plan: 'pro' }),
      { type: 'identify', traits: { plan: 'pro' } },
    ],
    ['names a group', call('group', 'acme'), { type: 'group', groupId: 'acme' }],
    [
      'takes the anonymous id for the other one',
      call('alias', 'ada'),
      { type: 'alias', userId: 'ada', previousId: 'anon' },
    ],
    [
      'names both ids',
      call('alias', 'ada', 'old'),
      { type: 'alias', userId: 'ada', previousId: 'old' },
    ],
  ])('%s', (_, said, expected) => {
    expect(JSON.parse(JSON.stringify(parseCall(said, who)))).toEqual(expected);
  });

  test.each<[string, Call]>([
    ['an event without a name', call('track')],
    ['an event whose name is empty', call('track', '')],
    ['an event whose name is too long', call('track', 'x'.repeat(201))],
    ['an object for a name', call('track', { a: 1 })],
    ['a user without an id', call('identify', '')],
    ['a user whose id is too long', call('identify', 'x'.repeat(257))],
    ['a group without an id', call('group')],
    ['no method of ours', call('constructor', 'x')],
  ])('is nothing with %s', (_, said) => expect(() => parseCall(said, who)).toThrow());
});

describe('an address', () => {
  test.each<[string, string, string]>([
    [
      'keeps campaigns, click ids, referral',
      'https://a.example/p?utm_source=x&gclid=1&ref=y',
      '/p?utm_source=x&gclid=1&ref=y',
    ],
    [
      'knows click ids of many kinds',
      'https://a.example/?fbclid=1&msclkid=2&irclickid=3&wbraid=4&li_fat_id=5',
      '/?fbclid=1&msclkid=2&irclickid=3&wbraid=4&li_fat_id=5',
    ],
    ['loses everything else', 'https://a.example/p?token=s3cret&q=me&email=a@b.example#frag', '/p'],
    ['loses its user', 'https://ada:pw@a.example/p', '/p'],
  ])('%s', (_, href, expected) => {
    expect(addressOf(href).url.href).toBe(`https://a.example${expected}`);
  });

  test.each<[string, string]>([
    ['https://a.example/app/#/users/7?tab=x', '/app/users/7'],
    ['https://a.example/#!/users', '/users'],
    ['https://a.example/app?utm_source=x#/users', '/app/users'],
    ['https://a.example/app#section', '/app'],
  ])('%s is routed to %s', (href, path) => {
    expect(addressOf(href, true).url.pathname).toBe(path);
  });

  test('keeps its campaign when it is routed by what stands behind the hash', () => {
    expect(addressOf('https://a.example/app?utm_source=x#/users', true).url.search).toBe(
      '?utm_source=x',
    );
  });

  test('names a campaign as the contract does, and tells campaigns apart', () => {
    const of = (query: string) => addressOf(`https://a.example/?${query}`);
    expect(of('utm_campaign=spring&utm_source=mail').utm).toEqual({
      name: 'spring',
      source: 'mail',
    });
    const campaigns = ['', 'utm_source=a', 'utm_source=b', 'utm_medium=a', 'gclid=1', 'gclid=2'];
    expect(new Set(campaigns.map((query) => of(query).campaign)).size).toBe(campaigns.length);
    expect(of('ref=menu').campaign).toBe(0);
    expect(of('utm_source=a&ref=x&token=1').campaign).toBe(of('utm_source=a').campaign);
  });

  test('never tells what a query hides', () => {
    const secrets = fc.dictionary(fc.stringMatching(/^[b-eh-qs-z]{1,8}$/), fc.constant('s3cret'));
    fc.assert(
      fc.property(secrets, fc.webUrl(), (secrets, url) => {
        const { href } = addressOf(`${url}?${new URLSearchParams(secrets)}#s3cret`).url;
        expect(href).not.toContain('s3cret');
      }),
    );
  });
});

test('an event says who, when, where, and in what session', () => {
  const session = { id: 's', lastMs: 0, count: 3, campaign: 0 };
  const around = {
    referrer: 'https://u:p@news.example/a?id=7',
    locale: 'de',
    timezone: 'Europe/Berlin',
  };
  const stamp = { messageId: 'm', timestamp: '2026-01-01T00:00:00.000Z' };
  const address = addressOf('https://a.example/p?utm_source=x');
  const said = parseCall(call('track', 'Bought'), who);
  const event = wireEvent(
    said,
    'T'.repeat(600),
    address,
    around,
    { ...who, userId: 'u', session },
    stamp,
  );
  expect(JSON.parse(JSON.stringify(event))).toEqual({
    ...stamp,
    type: 'track',
    event: 'Bought',
    anonymousId: 'anon',
    userId: 'u',
    context: {
      sessionId: 's',
      sequence: 3,
      page: {
        url: 'https://a.example/p?utm_source=x',
        path: '/p',
        search: '?utm_source=x',
        title: 'T'.repeat(512),
        referrer: 'https://news.example/a',
      },
      campaign: { source: 'x' },
      library: { name: 'inkling', version: expect.any(String) },
      locale: 'de',
      timezone: 'Europe/Berlin',
    },
  });
});
