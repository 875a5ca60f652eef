import type { JsonObject } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEnrich, type EnrichOptions, type Sender } from './enrich.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
const ANDROID =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36';
const BROWSER: Sender = { userAgent: CHROME };

const PLACES: Readonly<Record<string, { country: string; region?: string; city?: string }>> = {
  '81.0.0.1': { country: 'DE', region: 'Bavaria', city: 'Munich' },
  '203.0.113.9': { country: 'AU' },
};
const locate = (address: string) => PLACES[address];

interface Case {
  readonly context?: JsonObject;
  readonly sender?: Sender;
  readonly address?: string;
  readonly options?: EnrichOptions;
}

function enriched({ context = {}, sender = {}, address, options }: Case) {
  return createEnrich(options)(context, sender, address);
}

/** What one member of the context becomes. */
function check(member: string, given: Case, expected: unknown): void {
  expect(enriched(given).context[member]).toEqual(expected);
}

describe('a user agent', () => {
  const IPHONE =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1';
  const IPAD =
    'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1';
  const FIREFOX =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0';
  const TV =
    'Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/6.0 TV Safari/538.1';
  test.each([
    ['Chrome on Windows', CHROME, ['Chrome', '141', 'Windows', 'desktop']],
    ['Edge', `${CHROME} Edg/141.0.0.0`, ['Microsoft Edge', '141', 'Windows', 'desktop']],
    ['Opera', `${CHROME} OPR/124.0.0.0`, ['Opera', '124', 'Windows', 'desktop']],
    ['Chrome on Android', ANDROID, ['Chrome', '141', 'Android', 'mobile']],
    ['an Android tablet', ANDROID.replace(' Mobile', ''), ['Chrome', '141', 'Android', 'tablet']],
    [
      'a telephone whose maker ends in bot',
      ANDROID.replace('; K', '; CUBOT X20'),
      ['Chrome', '141', 'Android', 'mobile'],
    ],
    ['Safari on an iPhone', IPHONE, ['Safari', '26', 'iOS', 'mobile']],
    ['Safari on an iPad', IPAD, ['Safari', '16', 'iOS', 'tablet']],
    ['Firefox on a Mac', FIREFOX, ['Firefox', '143', 'macOS', 'desktop']],
    ['a television', TV, ['Tizen', '6', 'Tizen', 'tv']],
  ] as const)('of %s names browser, system and device', (_, userAgent, expected) => {
    const { context } = enriched({ context: { userAgent } });
    const { browser, os, device } = context as Record<string, Record<string, string>>;
    expect([browser?.name, browser?.version, os?.name, device?.type]).toEqual(expected);
  });

  test('is completed by its hints', () => {
    const userAgentData = {
      ...{ brands: [{ brand: 'Google Chrome', version: '141' }], mobile: true },
      ...{ platform: 'Android', platformVersion: '16.0.0', model: 'Pixel 9' },
    };
    const { context } = enriched({ context: { userAgent: ANDROID, userAgentData } });
    expect(context.os).toEqual({ name: 'Android', version: '16.0.0' });
    expect(context.device).toEqual({ type: 'mobile', model: 'Pixel 9' });
  });

  test.each(['curl/8.5.0', 'python-requests/2.32', 'analytics-node/3.1.0', 'okhttp/4.9', 'node'])(
    'of a program (%s) says nothing, and is no bot',
    (userAgent) => {
      expect(enriched({ context: { userAgent }, sender: { userAgent } })).toEqual({
        context: { userAgent },
        isBot: false,
      });
    },
  );
});

describe('a bot', () => {
  const GOOGLE =
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/141.0.0.0 Safari/537.36';
  const HEADLESS = CHROME.replace('Chrome/', 'HeadlessChrome/');
  test.each([
    ['Google’s', GOOGLE],
    ['OpenAI’s', 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)'],
    ['Facebook’s', 'facebookexternalhit/1.1'],
    ['a measuring one', `${CHROME} Chrome-Lighthouse`],
  ])('that crawls (%s) is not kept', (_, userAgent) => {
    expect(enriched({ context: { userAgent } }).isBot).toBe(true);
  });

  test('that crawls is kept and marked where that is wished', () => {
    const { isBot, context } = enriched({
      context: { userAgent: GOOGLE },
      options: { keepsBots: true },
    });
    expect([isBot, context.bot]).toEqual([false, true]);
  });

  test('without a screen is marked and kept: tests of a site use it', () => {
    const { isBot, context } = enriched({ context: { userAgent: HEADLESS } });
    expect([isBot, context.bot, context.browser]).toEqual([
      false,
      true,
      { name: 'Chrome', version: '141' },
    ]);
  });

  test('is nobody else', () => check('bot', { context: { userAgent: CHROME } }, undefined));
});

describe('the country', () => {
  const zone = { timezone: 'Europe/Zurich' };
  test.each<[string, Case, unknown]>([
    ['is guessed from the time zone', { context: zone }, { country: 'CH' }],
    ['by an old name of the zone', { context: { timezone: 'Asia/Calcutta' } }, { country: 'IN' }],
    ['not from a zone of nowhere', { context: { timezone: 'UTC' } }, undefined],
    ['not from a zone that is none', { context: { timezone: 'constructor' } }, undefined],
    [
      'is looked up by address rather',
      { context: zone, sender: { ...BROWSER, address: '81.0.0.1' }, options: { locate } },
      { country: 'DE', region: 'Bavaria', city: 'Munich' },
    ],
    [
      'is what the network in front says rather, and then without the city of another one',
      {
        sender: { ...BROWSER, address: '81.0.0.1', country: 'at' },
        options: { locate },
      },
      { country: 'AT' },
    ],
    [
      'has its city where both agree',
      { sender: { ...BROWSER, address: '81.0.0.1', country: 'DE' }, options: { locate } },
      { country: 'DE', region: 'Bavaria', city: 'Munich' },
    ],
    ['is not XX', { context: zone, sender: { ...BROWSER, country: 'XX' } }, { country: 'CH' }],
    ['is not T1', { context: zone, sender: { ...BROWSER, country: 'T1' } }, { country: 'CH' }],
    [
      'is not that of a server which sends for visitors',
      {
        context: { ...zone, userAgent: CHROME },
        sender: { userAgent: 'node', address: '203.0.113.9', country: 'AU' },
        options: { locate },
      },
      { country: 'CH' },
    ],
    [
      'is that of the address which a server says is the visitor’s',
      { sender: { userAgent: 'node' }, address: '81.0.0.1', options: { locate } },
      { country: 'DE', region: 'Bavaria', city: 'Munich' },
    ],
    [
      'is what the client says before all',
      {
        context: { ...zone, location: { country: 'Japan' } },
        sender: { ...BROWSER, address: '81.0.0.1', country: 'DE' },
        options: { locate },
      },
      { country: 'Japan' },
    ],
    [
      'is added to what the client says of the place',
      { context: { ...zone, location: { city: 'Basel' } } },
      { country: 'CH', city: 'Basel' },
    ],
  ])('%s', (_, given, expected) => check('location', given, expected));
});

describe('the language', () => {
  test.each<[string, Case, unknown]>([
    ['is the browser’s first', { sender: { ...BROWSER, languages: 'de-CH,de;q=0.9,en' } }, 'de-CH'],
    ['is not any language', { sender: { ...BROWSER, languages: '*' } }, undefined],
    ['is no program’s', { sender: { userAgent: 'curl/8', languages: 'en' } }, undefined],
    [
      'is what the client says rather',
      { context: { locale: 'fr' }, sender: { ...BROWSER, languages: 'de' } },
      'fr',
    ],
  ])('%s', (_, given, expected) => check('locale', given, expected));
});

describe('the campaign', () => {
  const search = '?utm_source=news&utm_campaign=spring%20sale&ref=x';
  test.each<[string, JsonObject, unknown]>([
    ['is read from the page', { page: { search } }, { source: 'news', name: 'spring sale' }],
    [
      'and its URL',
      { page: { url: `https://a.test/${search}` } },
      { source: 'news', name: 'spring sale' },
    ],
    [
      'is what the client says rather',
      { page: { search }, campaign: { source: 'ad' } },
      { source: 'ad' },
    ],
    ['holds no NUL', { page: { search: '?utm_source=a%00b' } }, { source: 'ab' }],
    ['is not there otherwise', { page: { search: '?q=1' } }, undefined],
  ])('%s', (_, context, expected) => check('campaign', { context }, expected));
});

test('what the client says is never changed, and what is added never throws', () => {
  const own = fc.dictionary(
    fc.constantFrom(
      'browser',
      'os',
      'device',
      'location',
      'referrer',
      'campaign',
      'page',
      'locale',
      'timezone',
      'bot',
    ),
    fc.oneof(
      fc.constant(null),
      fc.string(),
      fc.integer(),
      fc.dictionary(
        fc.constantFrom(
          'name',
          'type',
          'country',
          'version',
          'url',
          'referrer',
          'search',
          'source',
        ),
        fc.oneof(fc.string(), fc.constant('x'), fc.webUrl()),
      ),
    ),
  );
  const enrich = createEnrich({ locate });
  fc.assert(
    fc.property(own, fc.string(), fc.string(), (context, languages, country) => {
      const before = structuredClone({ ...context, userAgent: CHROME });
      const { context: after } = enrich(before, {
        ...{ userAgent: CHROME, languages, country, address: '81.0.0.1' },
      });
      for (const [key, value] of Object.entries(context)) {
        if (value === null) continue;
        if (typeof value === 'object') expect(after[key]).toMatchObject(value);
        else expect(after[key]).toEqual(value);
      }
      expect(before).toEqual({ ...context, userAgent: CHROME });
    }),
  );
});
