import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUT_MASK, KEEPSAKE_BYTES_MAX, keepsakeOf } from './privacy-keepsake.ts';
import { SECRET_MASK } from './privacy-secrets.ts';

function check(element: unknown, expected: unknown, isCut = false) {
  const keepsake = keepsakeOf(element);
  expect(JSON.parse(keepsake.event)).toEqual(expected);
  expect(keepsake.isCut).toBe(isCut);
}

describe('an event that is clean and short is kept as it came', () => {
  test.each([
    [{ type: 'track', userId: 'ada', properties: { total: 3, list: [1, 'two', null, true] } }],
    [{ type: 7, event: { no: 'name' }, odd: [] }],
    ['not an object'],
    [null],
    [[1, 2]],
  ])('%j', (element) => check(element, element));
});

describe('what is kept of nobody is not kept of a rejected event', () => {
  test('secrets are masked, wherever they are', () => {
    const secrets = { password: 'hunter2', cards: ['4111 1111 1111 1111'], deep: { cvv: 123 } };
    const masked = { password: SECRET_MASK, cards: [SECRET_MASK], deep: { cvv: SECRET_MASK } };
    check(
      { traits: secrets, context: { traits: secrets } },
      {
        ...{ traits: masked, context: { traits: masked } },
      },
    );
    check('4111111111111111', SECRET_MASK);
  });

  test('URLs lose user names, fragments, and what their queries say of people', () => {
    const url = 'https://me:pw@a.example/u/ada@example.com?token=s3cret&utm_source=x#frag';
    const clean = 'https://a.example/u/[email]?utm_source=x';
    check(
      { properties: { url, anyUrl: url, links: [url] } },
      {
        properties: { url: clean, anyUrl: clean, links: [clean] },
      },
    );
    check(
      { context: { page: { path: '/u/ada@example.com', search: '?token=s3cret&ref=y' } } },
      {
        context: { page: { path: '/u/[email]', search: '?ref=y' } },
      },
    );
  });

  test('the address of the network is left out', () => {
    check({ context: { ip: '192.0.2.1', os: 'x' } }, { context: { os: 'x' } });
  });
});

describe('a long event is cut', () => {
  test('its long texts', () => {
    check({ a: 'x'.repeat(1_001), b: 'y' }, { a: `${'x'.repeat(1_000)}${CUT_MASK}`, b: 'y' }, true);
    check({ a: 'x'.repeat(1_000) }, { a: 'x'.repeat(1_000) });
  });

  test('a character is left out as a whole', () => {
    const { event } = keepsakeOf(`${'x'.repeat(999)}😀😀`);
    expect(JSON.parse(event)).toMatch(/^x{999}\uFFFD\[cut\]$/);
  });

  test('a long key, with the value that may be a secret', () => {
    check(
      { [`${'k'.repeat(300)}password`]: 's3cret' },
      {
        [`${'k'.repeat(200)}${CUT_MASK}`]: CUT_MASK,
      },
      true,
    );
  });

  test('what lies too deep', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
    const { event, isCut } = keepsakeOf(deep);
    expect(event).toBe(`${'{"a":'.repeat(12)}"${CUT_MASK}"${'}'.repeat(12)}`);
    expect(isCut).toBe(true);
  });

  test.each<[string, unknown]>([
    ['many keys', Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]))],
    ['many elements', Array.from({ length: 100_000 }, () => 0)],
    ['many empty objects', Array.from({ length: 100_000 }, () => ({}))],
    ['many texts', Array.from({ length: 1_000 }, () => 'x'.repeat(900))],
    ['texts that JSON writes long', Array.from({ length: 50 }, () => '\u0001'.repeat(900))],
    ['one text', 'x@'.repeat(250_000)],
  ])('%s', (_, element) => {
    const { event, isCut } = keepsakeOf(element);
    expect(isCut).toBe(true);
    // The last key and the brackets may lie beyond.
    expect(Buffer.byteLength(event)).toBeLessThan(KEEPSAKE_BYTES_MAX + 1_000);
  });
});

test('whatever came, what is kept is JSON that a database takes', () => {
  const text = fc.string({ unit: 'binary' });
  const json = fc.jsonValue({ stringUnit: 'binary' });
  const odd = fc.oneof(
    json,
    fc.dictionary(text, fc.oneof(text, json)),
    fc.constant(JSON.parse('1e999')),
  );
  fc.assert(
    fc.property(odd, (element) => {
      const { event } = keepsakeOf(element);
      expect(() => JSON.parse(event)).not.toThrow();
      expect(JSON.stringify(JSON.parse(event))).toBe(event);
      expect(event).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      expect(event).not.toMatch(/\p{Surrogate}/u);
    }),
  );
});
