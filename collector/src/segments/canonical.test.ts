import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, hash53 } from './canonical.ts';

describe('canonicalJson', () => {
  test.each([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ a: undefined, b: [null, true, 'x"'] }, '{"b":[null,true,"x\\""]}'],
    [{ b: { d: 1, c: [{ z: 1, y: 2 }] } }, '{"b":{"c":[{"y":2,"z":1}],"d":1}}'],
    [{ B: 1, a: 1, 10: 1, 9: 1 }, '{"10":1,"9":1,"B":1,"a":1}'],
    [-0, '0'],
    [1e21, '1e+21'],
    ['', '""'],
    [JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ])('%j is written %s', (value, text) => expect(canonicalJson(value)).toBe(text));

  test('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('the order in which keys were written does not show', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (object, turn) => {
        const entries = Object.entries(object);
        const at = entries.length === 0 ? 0 : turn % entries.length;
        const turned = Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)]);
        expect(canonicalJson(turned)).toBe(canonicalJson(object));
      }),
    );
  });
});

describe('hash53', () => {
  /** FNV-1a's published 64-bit values, folded to 53 bits. */
  test.each([
    ['', 0xcbf29ce484222325n],
    ['a', 0xaf63dc4c8601ec8cn],
    ['foobar', 0x85944171f73967e8n],
  ])('of %j is the folded published hash', (text, published) => {
    const folded = (published >> 53n) ^ (published & ((1n << 53n) - 1n));
    expect(hash53(text)).toBe(folded.toString(36));
  });

  test.each([
    ['{"did":"page"}', '16rl6yn2uec'],
    ['Größe ✓ 😀', 'sst0zzqo8z'],
  ])('of %j stays %s for ever', (text, hash) => expect(hash53(text)).toBe(hash));

  test('is short and of small letters and digits', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(hash53(text)).toMatch(/^[0-9a-z]{1,11}$/);
      }),
    );
  });

  test('tells a hundred thousand like texts apart', () => {
    const hashes = new Set(Array.from({ length: 100_000 }, (_, n) => hash53(`{"did":"e${n}"}`)));
    expect(hashes.size).toBe(100_000);
  });
});
