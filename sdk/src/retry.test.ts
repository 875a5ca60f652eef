import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  RETRY_AFTER_MS_MAX,
  RETRY_DELAY_MS_FIRST,
  RETRY_DELAY_MS_MAX,
  retryAfterMs,
  retryDelayMs,
  type Verdict,
  verdictOf,
} from './retry.ts';

test.each<[Verdict, readonly number[]]>([
  ['accepted', [200, 202, 204]],
  ['retry', [401, 403, 408, 429, 500, 502, 503, 504]],
  ['too_large', [413]],
  ['refused', [301, 304, 400, 404, 405, 415, 422, 431]],
])('%s is the verdict of %j', (verdict, statuses) => {
  expect(statuses.map(verdictOf)).toEqual(statuses.map(() => verdict));
});

test('each retry waits at most twice as long as the one before, and none a minute', () => {
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.nat(2_000), unit, (attempt, random) => {
      const delayMs = retryDelayMs(attempt, random);
      const ceilingMs = Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_FIRST * 2 ** attempt);
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThan(ceilingMs);
      expect(delayMs / ceilingMs).toBeCloseTo(random);
    }),
  );
});

describe('a server that answers', () => {
  const nowMs = Date.UTC(2026, 0, 1);
  test.each<[string, number, string | null, number]>([
    ['nothing is asked again when we please', 503, null, 0],
    ['7 is asked in 7 s', 429, '7', 7_000],
    ['0 is asked when we please', 429, '0', 0],
    ['a date is asked then', 503, 'Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    ['a date gone by is asked when we please', 503, 'Thu, 01 Jan 1970 00:00:05 GMT', 0],
    ['nonsense is asked when we please', 503, 'soon', 0],
    ['less than nothing is asked when we please', 503, '-8', 0],
    ['a year is asked in an hour', 503, '31536000', RETRY_AFTER_MS_MAX],
    ['that the key is unknown is not asked again', 401, '7', Number.POSITIVE_INFINITY],
    ['that the origin may not send is not asked again', 403, null, Number.POSITIVE_INFINITY],
  ])('%s', (_, status, header, expected) => {
    expect(retryAfterMs(status, header, Date.parse(header ?? ''), nowMs)).toBe(expected);
  });
});
