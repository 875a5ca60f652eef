import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationBounds, durationMs, durationWords, isLonger, readDuration } from './duration.ts';

describe('durationMs', () => {
  test.each([
    ['1s', 1_000],
    ['90m', 5_400_000],
    ['1h', 3_600_000],
    ['14d', 1_209_600_000],
    ['2w', 1_209_600_000],
    ['400d', 34_560_000_000],
    ['34560000s', 34_560_000_000],
  ])('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  test.each([
    ['', 'not a duration'],
    ['14', 'not a duration'],
    ['d', 'not a duration'],
    ['-1d', 'not a duration'],
    ['1.5d', 'not a duration'],
    ['1e3s', 'not a duration'],
    ['014d', 'not a duration'],
    ['14 d', 'not a duration'],
    ['14D', 'not a duration'],
    ['١d', 'not a duration'],
    ['14d\n', 'not a duration'],
    ['0mo', 'use 1mo to 13mo, or 1y'],
    ['14mo', 'use 1mo to 13mo, or 1y'],
    ['2y', 'use 1mo to 13mo, or 1y'],
    ['3ms', 'unknown unit'],
    ['0s', 'shorter than 1 s'],
    ['401d', 'longer than 400 d'],
    ['58w', 'longer than 400 d'],
    [`${'9'.repeat(400)}s`, 'longer than 400 d'],
  ])('%j is refused: %s', (text, reason) => {
    expect(durationMs(text)).toBeUndefined();
    expect(readDuration(text)).toMatchObject({ detail: expect.stringContaining(reason) });
  });

  test('a refusal stays short, however long the text', () => {
    const reading = readDuration('x'.repeat(100_000));
    expect(reading.ok ? '' : reading.detail).toMatch(/^.{1,200}$/);
  });
});

describe('months and years', () => {
  test.each([
    ['1mo', 1],
    ['13mo', 13],
    ['1y', 12],
  ])('%s are %d months and no number of milliseconds', (text, months) => {
    expect(readDuration(text)).toEqual({ ok: true, months });
    expect(durationMs(text)).toBeUndefined();
  });

  test('are as short and as long as the calendar makes them', () => {
    const first = fc.integer({ min: 1971 * 12, max: 2100 * 12 });
    const startMs = (month: number) => Date.UTC(Math.floor(month / 12), month % 12, 1);
    fc.assert(
      fc.property(first, fc.integer({ min: 1, max: 13 }), (month, months) => {
        const ms = startMs(month + months) - startMs(month);
        const { leastMs = 0, mostMs = 0 } = durationBounds(`${months}mo`) ?? {};
        expect(ms).toBeGreaterThan(leastMs);
        expect(ms).toBeLessThan(mostMs);
        // An hour for the clocks and three days for what months differ by.
        expect(mostMs - leastMs).toBeLessThanOrEqual(4 * 86_400_000 + 7_200_000);
      }),
    );
  });
});

describe('isLonger', () => {
  test.each([
    ['2d', '1d', true],
    ['1d', '1d', false],
    ['1d', '24h', false],
    ['2mo', '1mo', true],
    ['1y', '12mo', false],
    ['1y', '11mo', true],
    ['32d', '1mo', true],
    ['31d', '1mo', false],
    ['1mo', '27d', true],
    ['1mo', '28d', false],
    ['1mo', '30d', false],
  ])('%s than %s at any time: %s', (a, b, expected) => expect(isLonger(a, b)).toBe(expected));
});

describe('durationWords', () => {
  test.each([
    ['1h', '1 hour'],
    ['14d', '14 days'],
    ['2w', '2 weeks'],
    ['36h', '36 hours'],
    ['1mo', '1 month'],
    ['6mo', '6 months'],
    ['1y', '1 year'],
    ['sometime', 'sometime'],
    [0, '0 seconds'],
    [1_000, '1 second'],
    [90_000, '90 seconds'],
    [5_400_000, '90 minutes'],
    [86_400_000, '1 day'],
    [1_209_600_000, '14 days'],
    [1_500, '1500 milliseconds'],
  ])('%j reads "%s"', (duration, words) => expect(durationWords(duration)).toBe(words));

  test('the words of a length name that very length', () => {
    const unitMs = new Map([
      ['day', 86_400_000],
      ['hour', 3_600_000],
      ['minute', 60_000],
      ['second', 1_000],
      ['millisecond', 1],
    ]);
    fc.assert(
      fc.property(fc.nat(34_560_000_000), (ms) => {
        const [count, word = ''] = durationWords(ms).split(' ');
        expect(Number(count) * (unitMs.get(word.replace(/s$/, '')) ?? Number.NaN)).toBe(ms);
      }),
    );
  });
});
