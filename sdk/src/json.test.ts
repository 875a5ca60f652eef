import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson, toJson } from './json.ts';

test.each<[string, unknown, unknown]>([
  ['NUL', 'a\0b', 'a\ufffdb'],
  ['half a surrogate pair', 'a\ud83db', 'a\ufffdb'],
  ['the other half', '\udc00', '\ufffd'],
  ['a whole pair', '😀', '😀'],
  ['an escape that somebody wrote', '\\u0000 \\ud83d', '\\u0000 \\ud83d'],
  ['a backslash before NUL', '\\\0', '\\\ufffd'],
  ['other control characters', '\x01\n\t"', '\x01\n\t"'],
  ['a key', { 'a\0': 1 }, { 'a\ufffd': 1 }],
])('%s', (_, value, expected) => expect(parseJson(toJson(value))).toEqual(expected));

test('whatever a page says can be kept by any database, and all else is as JSON has it', () => {
  const units = fc.array(fc.nat(0xffff), { maxLength: 20 });
  fc.assert(
    fc.property(units, (units) => {
      const text = String.fromCharCode(...units);
      const kept = parseJson(toJson(text));
      expect(kept).toBe(text.replace(/\0|\p{Surrogate}/gu, '\ufffd'));
    }),
  );
});
