import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCompare, countRange } from './compare.ts';
import type { Compare } from './definition.ts';

function holdsByDefinition(compare: Compare, count: number): boolean {
  if (typeof compare === 'number') return count >= compare;
  const { eq, ne, gt, gte, lt, lte, between } = compare;
  return (
    (eq === undefined || count === eq) &&
    (ne === undefined || count !== ne) &&
    (gt === undefined || count > gt) &&
    (gte === undefined || count >= gte) &&
    (lt === undefined || count < lt) &&
    (lte === undefined || count <= lte) &&
    (between === undefined || (count >= between[0] && count <= between[1]))
  );
}

const count = fc.nat(6);
const compares: fc.Arbitrary<Compare> = fc.oneof(
  count,
  fc.record(
    {
      eq: count,
      ne: count,
      gt: count,
      gte: count,
      lt: count,
      lte: count,
      between: fc.tuple(count, count),
    },
    { requiredKeys: [] },
  ),
);

describe('countRange', () => {
  test.each<[Compare, ReturnType<typeof countRange>]>([
    [3, { least: 3, most: Infinity }],
    [{ eq: 2 }, { least: 2, most: 2 }],
    [{ ne: 0 }, { least: 1, most: Infinity }],
    [{ ne: 4 }, { least: 0, most: Infinity, except: 4 }],
    [
      { ne: 4, lte: 4 },
      { least: 0, most: 3 },
    ],
    [
      { gt: 1, lt: 4 },
      { least: 2, most: 3 },
    ],
    [{ between: [2, 5] }, { least: 2, most: 5 }],
    [{ lt: 0 }, { least: 0, most: -1 }],
  ])('of %j is %j', (compare, range) => expect(countRange(compare)).toEqual(range));

  test('holds exactly the counts that pass every comparator', () => {
    fc.assert(
      fc.property(compares, fc.nat(10), (compare, count) => {
        expect(compileCompare(compare)(count)).toBe(holdsByDefinition(compare, count));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is empty exactly when no count passes', () => {
    fc.assert(
      fc.property(compares, (compare) => {
        const { least, most } = countRange(compare);
        const some = Array.from({ length: 20 }, (_, n) => n).some((n) =>
          holdsByDefinition(compare, n),
        );
        expect(least <= most).toBe(some);
      }),
      { numRuns: 2_000 },
    );
  });
});
