import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW_MS = Date.UTC(2026, 10, 25, 12, 0, 0);

test.each([
  { header: undefined, expected: undefined },
  { header: '', expected: undefined },
  { header: '0', expected: 0 },
  { header: ' 120 ', expected: 120_000 },
  { header: '999999999', expected: 999_999_999_000 },
  { header: '9999999999', expected: undefined },
  { header: '-1', expected: undefined },
  { header: '1.5', expected: undefined },
  { header: 'soon', expected: undefined },
  { header: 'Wed, 25 Nov 2026 12:01:00 GMT', expected: 60_000 },
  { header: 'Wed, 25 Nov 2026 11:59:00 GMT', expected: 0 },
  { header: 'Wed, 99 Nov 2026 11:59:00 GMT', expected: undefined },
  { header: '2026-11-25T12:01:00Z', expected: undefined },
])('"$header" → $expected', ({ header, expected }) => {
  expect(retryAfterMs(header, NOW_MS)).toBe(expected);
});
