import type { Json } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constantOf, neverPasses } from './constant.ts';
import type { Condition, Test } from './definition.ts';
import { compileTest } from './where.ts';

describe('constantOf', () => {
  const A: Condition = { did: 'A' };
  const B: Condition = { did: 'B' };
  const always: Condition = { did: 'A', times: 0 };
  const never: Condition = { did: 'A', where: { p: { gt: 2, lt: 1 } } };

  test.each<[Condition, boolean | undefined]>([
    [A, undefined],
    [{ not: A }, undefined],
    [always, true],
    [{ did: 'A', times: { gte: 0 } }, true],
    [{ did: 'A', times: { lte: 0 } }, undefined],
    [{ did: 'A', times: { ne: 2 } }, undefined],
    [never, false],
    [{ ...never, times: { eq: 0 } }, true],
    [{ ...never, times: { lte: 3 } }, true],
    [{ ...never, times: { gte: 3 } }, false],
    [{ not: always }, false],
    [{ not: { not: never } }, false],
    [{ all: [A, never] }, false],
    [{ all: [A, always] }, undefined],
    [{ all: [always, always] }, true],
    [{ any: [A, always] }, true],
    [{ any: [A, never] }, undefined],
    [{ any: [never, never] }, false],
    [{ all: [A, { not: A }] }, false],
    [{ all: [{ not: { did: 'A', within: '1d' } }, { within: '1d', did: 'A' }] }, false],
    [{ all: [A, { not: B }] }, undefined],
    [{ any: [A, { not: A }] }, true],
    [{ any: [A, { not: B }] }, undefined],
    [{ any: [{ all: [A, { not: A }] }, never] }, false],
  ])('%j is %s', (condition, expected) => expect(constantOf(condition)).toBe(expected));
});

describe('neverPasses', () => {
  test.each<[Test, boolean]>([
    ['a', false],
    [{ eq: 'a', ne: 'a' }, true],
    [{ eq: 'a', contains: 'b' }, true],
    [{ eq: 'a', contains: 'A', ignoreCase: true }, false],
    [{ eq: 5, startsWith: '5' }, true],
    [{ in: ['a', 'b'], startsWith: 'c' }, true],
    [{ in: ['a', 'b'], nin: ['a'] }, false],
    [{ in: ['a', 'b'], nin: ['a', 'b'] }, true],
    [{ exists: false, eq: 'a' }, true],
    [{ exists: false, ne: 'a' }, false],
    [{ gt: 1, contains: 'a' }, true],
    [{ has: 'a', contains: 'a' }, true],
    [{ has: 'a', size: 1 }, false],
    [{ gt: 5, lt: 5 }, true],
    [{ gte: 5, lte: 5 }, false],
    [{ gte: 5, lt: 5 }, true],
    [{ gt: 5, lte: 5 }, true],
    [{ between: [1, 2], gt: 2 }, true],
    [{ between: [1, 2], gte: 2 }, false],
  ])('%j: %s', (test, expected) => expect(neverPasses(test)).toBe(expected));

  test('a value that passes disproves it', () => {
    const values: readonly (Json | undefined)[] = [
      undefined,
      'a',
      'b',
      1,
      2,
      true,
      null,
      ['a'],
      [],
    ];
    const scalar = fc.constantFrom('a', 'b', 1, 2, null);
    const number = fc.constantFrom(1, 2, 3);
    const text = fc.constantFrom('a', 'b');
    const tests: fc.Arbitrary<Test> = fc.record(
      {
        eq: scalar,
        in: fc.array(scalar, { minLength: 1 }),
        ne: scalar,
        nin: fc.array(scalar, { minLength: 1 }),
        exists: fc.boolean(),
        gt: number,
        gte: number,
        lt: number,
        lte: number,
        contains: text,
        has: scalar,
        size: number,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(tests, (test) => {
        if (values.some(compileTest(test))) expect(neverPasses(test)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
