import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isForbidden,
  isPutOff,
  RETRY_AFTER_MS_MAX,
  RETRY_DELAY_MS_FIRST,
  RETRY_DELAY_MS_MAX,
  retryAfterMs,
  retryDelayMs,
} from './retry.ts';

const kindOf = (status: number) =>
  isForbidden(status) ? 'forbidden' : isPutOff(status) ? 'put off' : 'decided';

test.each<[string, readonly number[]]>([
  ['forbidden', [401, 403]],
  ['put off', [408, 429, 500, 502, 503, 504]],
  ['decided', [200, 202, 204, 301, 304, 400, 404, 405, 413, 415, 422, 431]],
])('%s is what %j is', (kind, statuses) => {
  expect(statuses.map(kindOf)).toEqual(statuses.map(() => kind));
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
  test.each<[string, string | null, number]>([
    ['nothing is asked again when we please', null, 0],
    ['7 is asked in 7 s', '7', 7_000],
    ['a date is asked then', 'Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    ['nonsense is asked when we please', 'soon', 0],
    ['a year is asked in an hour', '31536000', RETRY_AFTER_MS_MAX],
  ])('%s', (_, header, expected) => {
    expect(retryAfterMs(header, Date.parse(header ?? ''), nowMs)).toBe(expected);
  });

  test.each(['0', 'Thu, 01 Jan 1970 00:00:05 GMT', '-8'])(
    '%s is asked when we please',
    (header) => {
      expect(retryAfterMs(header, Date.parse(header), nowMs)).toBeLessThanOrEqual(0);
    },
  );
});
