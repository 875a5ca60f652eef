import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, INSTANT_MS_MAX, parseInstant } from './instant.ts';

function check(written: string | number, expected: string | undefined): void {
  const atMs = parseInstant(written);
  expect(atMs === undefined ? undefined : formatInstant(atMs)).toBe(expected);
}

describe('what clients send is read', () => {
  test.each([
    ['2024-02-29T12:34:56.789Z', '2024-02-29T12:34:56.789Z'],
    ['2024-02-29T12:34:56.789123456Z', '2024-02-29T12:34:56.789Z'],
    ['2024-02-29T12:34:56.7Z', '2024-02-29T12:34:56.700Z'],
    ['2024-02-29T12:34:56,789Z', '2024-02-29T12:34:56.789Z'],
    ['2024-02-29T12:34:56Z', '2024-02-29T12:34:56.000Z'],
    ['2024-02-29T12:34Z', '2024-02-29T12:34:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2024-02-29T12:34:56', '2024-02-29T12:34:56.000Z'],
    ['2024-02-29 12:34:56+00:00', '2024-02-29T12:34:56.000Z'],
    ['2024-02-29T12:34:56.000001+02:00', '2024-02-29T10:34:56.000Z'],
    ['2024-02-29T12:34:56-0530', '2024-02-29T18:04:56.000Z'],
    ['2024-02-29T12:34:56+02', '2024-02-29T10:34:56.000Z'],
    ['2024-02-29 12:34:56 +0200', '2024-02-29T10:34:56.000Z'],
    ['2024-02-29t12:34:56z', '2024-02-29T12:34:56.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    [1_709_210_096, '2024-02-29T12:34:56.000Z'],
    [1_709_210_096.789, '2024-02-29T12:34:56.789Z'],
    [1_709_210_096_789, '2024-02-29T12:34:56.789Z'],
    [1_709_210_096_789.9, '2024-02-29T12:34:56.789Z'],
  ])('%j → %s', check);
});

describe('nonsense is refused', () => {
  test.each([
    '',
    'yesterday',
    '2024',
    '2024-02',
    '2023-02-29',
    '2024-04-31',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-01-01T24:00:00Z',
    '2024-01-01T12:60:00Z',
    '2024-01-01T12:00:61Z',
    '2024-01-01T12:00:00+24:00',
    '2024-01-01T12:00:00+02:60',
    '2024-01-01T12:00:00.Z',
    '2024-01-01T12Z',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00+00:01',
    '0000-01-01',
    '0070-01-01',
    '9999-12-31T23:59:59-00:01',
    ' 2024-01-01',
    '2024-01-01\n',
    '01/02/2024',
    'Thu, 29 Feb 2024 12:34:56 GMT',
    '1709210096789',
    `2024-01-01T00:00:00.${'0'.repeat(100_000)}Z`,
    0,
    -1,
    20_240_229,
    999_999_999,
    INSTANT_MS_MAX + 1,
    1e300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ])('%j', (written) => check(written, undefined));
});

const instants = fc.integer({ min: 0, max: INSTANT_MS_MAX });

test('what is written is read back', () => {
  fc.assert(
    fc.property(instants, (atMs) => {
      expect(parseInstant(formatInstant(atMs))).toBe(atMs);
    }),
  );
});

test('an offset names the same instant', () => {
  const offsets = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  const roomy = fc.integer({ min: 86_400_000, max: INSTANT_MS_MAX - 86_400_000 });
  fc.assert(
    fc.property(roomy, offsets, (atMs, offset) => {
      const local = formatInstant(atMs + offset * 60_000).slice(0, -1);
      const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
      const pad = (n: number) => String(n).padStart(2, '0');
      const zone = `${offset < 0 ? '-' : '+'}${pad(hours)}:${pad(minutes)}`;
      expect(parseInstant(`${local}${zone}`)).toBe(atMs);
    }),
  );
});

test('any text and any number give an instant in range or nothing', () => {
  const written = fc.oneof(fc.string(), fc.double(), fc.stringMatching(/^[0-9T:.Z+-]{0,30}$/));
  fc.assert(
    fc.property(written, (each) => {
      const atMs = parseInstant(each) ?? 0;
      expect(Number.isInteger(atMs) && atMs >= 0 && atMs <= INSTANT_MS_MAX).toBe(true);
    }),
  );
});
