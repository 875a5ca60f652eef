import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationMs, durationWords, readDuration } from './duration.ts';

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
    ['2mo', 'calendar months, which are not available yet'],
    ['1y', 'calendar years, which are not available yet'],
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

describe('durationWords', () => {
  test.each([
    ['1h', '1 hour'],
    ['14d', '14 days'],
    ['2w', '2 weeks'],
    ['36h', '36 hours'],
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
