// @vitest-environment happy-dom
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { visitorText } from './identity.ts';
import { cookieValue, type KeyValue, localKeys, localValue, webLock } from './storage.ts';
import { mapValues } from './testing/world.ts';

const kinds: readonly [string, () => KeyValue][] = [
  ['cookies', () => cookieValue(undefined)],
  ['cookies of one domain', () => cookieValue('www.shop.example')],
  ['localStorage', () => localValue],
  ['a map, for tests', () => mapValues().value],
];

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

/** Lets `document.cookie` be that of a browser on a page of `host`; what it keeps, by domain. */
function browse(host: string, suffixes: readonly string[]): Map<string, Map<string, string>> {
  const jar = new Map<string, Map<string, string>>();
  vi.stubGlobal('location', { hostname: host, protocol: 'https:' });
  vi.stubGlobal('document', {
    get cookie() {
      const pairs = [...jar.values()].flatMap((cookies) => [...cookies]);
      return pairs.map((pair) => pair.join('=')).join('; ');
    },
    set cookie(text: string) {
      const [, key = '', value = ''] = /^([^=]*)=([^;]*)/.exec(text) ?? [];
      const domain = /; domain=([^;]*)/.exec(text)?.[1] ?? '';
      const isOurs = domain === '' || host === domain || host.endsWith(`.${domain}`);
      if (!isOurs || suffixes.includes(domain)) return;
      const cookies = jar.get(domain) ?? new Map<string, string>();
      jar.set(domain, cookies);
      if (text.includes('; max-age=0;')) cookies.delete(key);
      else cookies.set(key, value);
    },
  });
  return jar;
}

describe.each(kinds)('%s', (_, create) => {
  beforeEach(() => void browse('www.shop.example', ['example']));

  test('keep a text by its key, until it is removed', () => {
    const values = create();
    expect(values('a')).toBeUndefined();
    values('a', '1');
    values('b', '2');
    expect([values('a'), values('b')]).toEqual(['1', '2']);
    values('a', '3');
    values('b', '');
    expect([values('a'), values('b')]).toEqual(['3', undefined]);
    values('b', '');
    expect(values('a')).toBe('3');
  });

  test('tell keys apart that end alike', () => {
    const values = create();
    values('aa', '1');
    expect(values('a')).toBeUndefined();
  });

  test('keep all that is remembered of a visitor', () => {
    const values = create();
    const ids = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(ids, (userId) => {
        const text = visitorText([undefined, 'a1', userId]);
        values('a', text);
        expect(values('a')).toBe(text);
      }),
      { numRuns: 30 },
    );
  });
});

test('a cookie that is there already is not written again, nor tried on a top-level domain', () => {
  browse('www.shop.example', ['example']);
  const write = vi.spyOn(document, 'cookie', 'set');
  const cookies = cookieValue(undefined);
  for (const value of ['1', '1', '', '']) cookies('a', value);
  const written = write.mock.calls.map(([text]) => text.replace(/;.*; /, ' '));
  expect(written).toEqual(['a=1 domain=shop.example', 'a= domain=shop.example']);
});

test('localStorage lists its keys, and no others', () => {
  localStorage.clear();
  for (const key of ['ink_q_1', 'ink_q_2', 'other']) localValue(key, 'x');
  expect(localKeys('ink_q_')).toEqual(['ink_q_1', 'ink_q_2']);
});

test('storage that may not even be named keeps nothing, and says so quietly', () => {
  const denied = {
    get: () => {
      throw new DOMException('denied', 'SecurityError');
    },
    configurable: true,
  };
  vi.stubGlobal('location', { hostname: 'shop.example', protocol: 'https:' });
  vi.stubGlobal('document', Object.defineProperty({}, 'cookie', denied));
  const { localStorage: kept } = globalThis;
  Object.defineProperty(globalThis, 'localStorage', denied);
  try {
    for (const values of [localValue, cookieValue(undefined)]) {
      values('a', '1');
      expect(values('a')).toBeUndefined();
    }
    expect(localKeys('')).toEqual([]);
  } finally {
    Object.defineProperty(globalThis, 'localStorage', { value: kept, configurable: true });
  }
});

/** Writes a cookie twice, and removes it. */
function check(host: string, suffixes: readonly string[], domain: string): void {
  const jar = browse(host, suffixes);
  const cookies = cookieValue(undefined);
  cookies('ink_id', 'x');
  // It is not looked for again.
  const write = vi.spyOn(document, 'cookie', 'set');
  cookies('ink_id', 'y');
  expect(write).toHaveBeenCalledTimes(1);
  expect([...jar]).toEqual([[domain, new Map([['ink_id', 'y']])]]);
  cookieValue(undefined)('ink_id', '');
  expect([...jar.values()].flatMap((cookies) => [...cookies])).toEqual([]);
}

describe('a cookie goes to the widest domain that takes it', () => {
  test.each<[string, readonly string[], string]>([
    ['shop.example', ['example'], 'shop.example'],
    ['www.shop.example', ['example'], 'shop.example'],
    ['a.b.shop.co.uk', ['uk', 'co.uk'], 'shop.co.uk'],
    ['me.pages.example', ['example', 'pages.example'], 'me.pages.example'],
    ['localhost', ['localhost'], ''],
    ['127.0.0.1', ['1', '0.1', '0.0.1', '127.0.0.1'], ''],
  ])('%s', (host, suffixes, domain) => check(host, suffixes, domain));
});

test('where there are no locks every name is free, and nothing is held', () => {
  const runs: string[] = [];
  vi.stubGlobal('navigator', {});
  webLock('own', false, () => {
    runs.push('held');
  });
  webLock('other', true, () => {
    runs.push('free');
  });
  expect(runs).toEqual(['free']);
});
