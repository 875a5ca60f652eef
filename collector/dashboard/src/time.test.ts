import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countdownWords, dayOf, dayWords, exactWords, lengthWords, relativeWords } from './time.ts';

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;
const D = 24 * H;
const NOW = Date.parse('2026-03-04T14:02:31.000Z');

describe('relative time is rounded towards now', () => {
  test.each([
    { offsetMs: 0, words: 'just now' },
    { offsetMs: -4 * S, words: 'just now' },
    { offsetMs: 3 * S, words: 'just now' },
    { offsetMs: -59 * S, words: '59 s ago' },
    { offsetMs: -60 * S, words: '1 min ago' },
    { offsetMs: -119 * MIN, words: '1 h ago' },
    { offsetMs: -47 * H, words: '1 d ago' },
    { offsetMs: -59 * D, words: '59 d ago' },
    { offsetMs: -61 * D, words: '2 months ago' },
    { offsetMs: -800 * D, words: '2 years ago' },
    { offsetMs: 6 * D + 23 * H, words: 'in 6 d' },
  ])('$offsetMs → $words', ({ offsetMs, words }) => {
    expect(relativeWords(NOW + offsetMs, NOW)).toBe(words);
  });
});

describe('a countdown shows its two largest units', () => {
  test.each([
    { leftMs: -D, words: 'now' },
    { leftMs: 999, words: 'now' },
    { leftMs: 42 * S, words: '42 s' },
    { leftMs: 3 * MIN + 5 * S, words: '3 min 5 s' },
    { leftMs: 3 * MIN, words: '3 min' },
    { leftMs: 2 * H + 59 * S, words: '2 h' },
    { leftMs: 6 * D + 23 * H + 59 * MIN, words: '6 d 23 h' },
    { leftMs: 90 * D, words: '2 months' },
  ])('$leftMs → $words', ({ leftMs, words }) => {
    expect(countdownWords(NOW + leftMs, NOW)).toBe(words);
  });

  test('and never claims more time than is left', () => {
    const worth: Record<string, number> = { d: D, h: H, min: MIN, s: S };
    const claimed = (words: string) =>
      [...words.matchAll(/(\d+) (\w+)/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * (worth[unit ?? ''] ?? Number.NaN),
        0,
      );
    fc.assert(
      fc.property(fc.integer({ min: S, max: 60 * D - 1 }), (leftMs) => {
        const ms = claimed(countdownWords(NOW + leftMs, NOW));
        expect(ms).toBeLessThanOrEqual(leftMs);
        // Two units leave out less than the smaller of them.
        expect(leftMs - ms).toBeLessThan(leftMs >= D ? H : leftMs >= H ? MIN : S);
      }),
    );
  });
});

test('a length below a second is no time', () => expect(lengthWords(999)).toBe('0 s'));

describe('a day is the calendar day of the reader', () => {
  test.each([
    { at: '2026-03-04T23:30:00Z', zone: 'UTC', day: '2026-03-04' },
    { at: '2026-03-04T23:30:00Z', zone: 'Europe/Berlin', day: '2026-03-05' },
    { at: '2026-03-04T02:30:00Z', zone: 'America/New_York', day: '2026-03-03' },
  ])('$at in $zone → $day', ({ at, zone, day }) => {
    expect(dayOf(Date.parse(at), zone)).toBe(day);
  });
});

describe('days near to now have names', () => {
  test.each([
    { at: '2026-03-04T00:00:00Z', words: 'Today' },
    { at: '2026-03-03T23:59:59Z', words: 'Yesterday' },
    { at: '2026-03-01T12:00:00Z', words: 'Sunday 1 March' },
    { at: '2025-12-31T12:00:00Z', words: 'Wednesday 31 December 2025' },
  ])('$at → $words', ({ at, words }) => {
    expect(plain(dayWords(Date.parse(at), NOW, 'UTC'))).toBe(words);
  });
});

test('the exact time is there to the second', () => {
  expect(plain(exactWords(NOW, 'UTC'))).toBe('4 March 2026 14:02:31');
});

/** Versions of Unicode's data differ in the commas and the "at" that they put between the parts. */
function plain(words: string): string {
  return words.replace(/,| at/g, '');
}
