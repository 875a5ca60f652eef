import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonBytes } from './parse-bytes.ts';

/** As JSON.stringify writes it: the oracle. */
function writtenBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

test('the size is that of what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // What has been read from a text, since no text reads as −0 in two ways.
      const read: unknown = JSON.parse(JSON.stringify(value));
      expect(jsonBytes(read, Number.POSITIVE_INFINITY)).toBe(writtenBytes(read));
    }),
  );
});

test('every UTF-16 unit is counted as it is written, lone halves as escapes', () => {
  for (let unit = 0; unit <= 0xffff; unit += 1) {
    const text = String.fromCharCode(unit);
    if (jsonBytes(text, 100) !== writtenBytes(text)) expect.fail(`unit ${unit.toString(16)}`);
  }
  expect(jsonBytes('\ud83d\ude00\ud83d', 100)).toBe(writtenBytes('\ud83d\ude00\ud83d'));
});

test('counting stops past the limit', () => {
  const long = Array.from({ length: 100_000 }, () => 'x'.repeat(10));
  const bytes = jsonBytes([long, long, long], 50);
  expect(bytes).toBeGreaterThan(50);
  expect(bytes).toBeLessThan(200_100);
});

test('a value too deep for JSON.stringify is measured', () => {
  const levels = 200_000;
  const deep: unknown = JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  expect(() => JSON.stringify(deep)).toThrow(RangeError);
  expect(jsonBytes(deep, Number.POSITIVE_INFINITY)).toBe(2 * levels);
});
