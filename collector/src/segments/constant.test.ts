import type { Json } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constantOf, holdsOfStrangers, neverPasses } from './constant.ts';
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
    [{ ...never, sum: 'p', is: { lte: 0 } }, true],
    [{ ...never, sum: 'p', is: 1 }, false],
    [{ ...never, avg: 'p', is: { lte: 0 } }, false],
    [{ did: 'A', sum: 'p', is: { lte: 0 } }, undefined],
    [{ ...never, first: true, is: { p: 1 } }, false],
    [{ did: 'A', latest: true, is: { p: { gt: 2, lt: 1 } } }, false],
    [{ did: 'A', latest: true, is: { p: 1 } }, undefined],
    [{ seq: [{ did: 'A' }, { did: 'A', where: { p: { gt: 2, lt: 1 } } }] }, false],
    [{ seq: [{ did: 'A' }, { no: 'A', where: { p: { gt: 2, lt: 1 } }, for: '1d' }] }, undefined],
    [{ idle: '1d', of: 'A', where: { p: { gt: 2, lt: 1 } }, never: 'exclude' }, false],
    [{ idle: '1d', of: 'A', where: { p: { gt: 2, lt: 1 } }, never: 'include' }, true],
    [{ idle: '1d', of: 'A', where: { p: { gt: 2, lt: 1 } } }, undefined],
    [{ idle: '1d', never: 'exclude' }, undefined],
    [{ trait: 't', is: { gt: 2, lt: 1 } }, false],
    [{ account: 't', is: { gt: 2, lt: 1 } }, false],
    [{ trait: 't', is: 1 }, undefined],
    [{ account: { did: 'A', times: 0 } }, undefined],
    [{ bucket: { salt: 's', from: 0, to: 100 } }, true],
    [{ bucket: { salt: 's', from: 0, to: 99 } }, undefined],
    [{ segment: 's' }, undefined],
    [{ all: [{ segment: 's' }, { not: { segment: 's' } }] }, false],
    [{ list: 'l' }, undefined],
    [{ score: 'lead', is: 0 }, undefined],
  ])('%j is %s', (condition, expected) => expect(constantOf(condition)).toBe(expected));
});

describe('holdsOfStrangers', () => {
  test.each<[Condition, boolean | undefined]>([
    [{ did: 'A' }, false],
    [{ did: 'A', times: { lte: 2 } }, true],
    [{ did: 'A', sum: 'p', is: { lt: 5 } }, true],
    [{ did: 'A', max: 'p', is: { lt: 5 } }, false],
    [{ did: 'A', first: true, is: { p: { ne: 1 } } }, false],
    [{ not: { seq: [{ did: 'A' }, { did: 'B' }] } }, true],
    [{ idle: '1d' }, false],
    [{ trait: 't', is: { ne: 1 } }, true],
    [{ trait: 't', is: { ne: 1, before: '2026-01-01' } }, false],
    [{ trait: 't', is: { olderThan: '1d' } }, false],
    [{ account: { did: 'A', times: 0 } }, undefined],
    [{ not: { list: 'l' } }, true],
    [{ segment: 's' }, undefined],
    [{ all: [{ segment: 's' }, { did: 'A' }] }, false],
    [{ any: [{ segment: 's' }, { not: { did: 'A' } }] }, true],
    [{ any: [{ segment: 's' }, { did: 'A' }] }, undefined],
  ])('%j: %s', (condition, expected) => expect(holdsOfStrangers(condition)).toBe(expected));
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
    [{ before: '2026-01-01' }, false],
    [{ before: '2026-01-01', after: '2026-01-01' }, true],
    [{ before: '2026-01-02', after: '2026-01-01' }, false],
    [{ before: '2026-01-01', eq: '2026-01-01' }, true],
    [{ after: '2026-01-01', eq: '2026-01-01' }, false],
    [{ after: '2026-01-01', in: ['2025-12-31', 'x', null] }, true],
    [{ after: '2026-01-01', in: ['x', 1_800_000_000] }, false],
    [{ before: '2026-01-01', exists: false }, true],
    [{ last: '1d', next: '1d' }, true],
    [{ last: '1d', olderThan: '1d' }, true],
    [{ last: '2d', olderThan: '1d' }, false],
    [{ next: '2d', olderThan: '1d' }, true],
    [{ next: '1d', eq: '1999-01-01' }, false],
    [{ next: '1d', eq: 'soon' }, true],
    [{ next: '1d', startsWith: '2026' }, false],
    [{ next: '1d', size: 1 }, true],
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
