import type { Json, JsonObject } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scalar, Test, Where } from './definition.ts';
import { compileTest, compileWhere, exactValue, prefixOf, readPath } from './where.ts';

function check(where: Where, properties: JsonObject, expected: boolean, context: JsonObject = {}) {
  expect(compileWhere(where)({ properties, context })).toBe(expected);
}

describe('readPath', () => {
  const properties: JsonObject = {
    plain: 1,
    a: { b: { c: 2 }, list: [{ d: 3 }] },
    'dotted.key': 4,
    dotted: { key: 5 },
    'half.way': { on: 6 },
    nothing: null,
  };
  const context: JsonObject = { page: { path: '/x' }, 'os.name': 'Plan 9' };

  test.each<[string, Json | undefined]>([
    ['plain', 1],
    ['a.b.c', 2],
    ['a.b', { c: 2 }],
    ['dotted.key', 4],
    ['half.way.on', undefined],
    ['nothing', null],
    ['nothing.deeper', undefined],
    ['plain.deeper', undefined],
    ['a.list.0.d', undefined],
    ['a.list.length', undefined],
    ['missing', undefined],
    ['context.page.path', '/x'],
    ['context.os.name', 'Plan 9'],
    ['page.path', undefined],
    ['context', undefined],
    ['toString', undefined],
    ['constructor.name', undefined],
    ['__proto__', undefined],
    ['a.__proto__', undefined],
    ['context.hasOwnProperty', undefined],
  ])('%s reads %j', (path, expected) => {
    expect(readPath({ properties, context }, path)).toEqual(expected);
  });

  test('sees an own key named __proto__ as any other', () => {
    const properties: JsonObject = JSON.parse('{"__proto__":{"x":1}}');
    expect(readPath({ properties, context: {} }, '__proto__.x')).toBe(1);
  });
});

describe('one test', () => {
  const MISSING = undefined;
  test.each<[Test, Json | undefined, boolean]>([
    ['a', 'a', true],
    ['a', 'A', false],
    [5, '5', false],
    [5, 5, true],
    [0, false, false],
    [null, null, true],
    [null, MISSING, false],
    ['a', ['a'], false],
    [{ eq: 'a' }, ['a'], false],
    [{ eq: 'a' }, MISSING, false],
    [{ eq: 'STRASSE', ignoreCase: true }, 'strasse', true],
    [{ ne: 'a' }, 'b', true],
    [{ ne: 'a' }, 'a', false],
    [{ ne: 'a' }, MISSING, true],
    [{ ne: 'a' }, ['a'], true],
    [{ ne: 5 }, '5', true],
    [{ ne: 'a', ignoreCase: true }, 'A', false],
    [{ in: ['a', 1, null] }, 1, true],
    [{ in: ['a', 1, null] }, null, true],
    [{ in: ['a', 1, null] }, '1', false],
    [{ in: ['a', 1, null] }, MISSING, false],
    [{ in: ['a'] }, ['a'], false],
    [{ in: ['a', 'B'], ignoreCase: true }, 'b', true],
    [{ nin: ['a', 'b'] }, 'c', true],
    [{ nin: ['a', 'b'] }, 'b', false],
    [{ nin: ['a', 'b'] }, MISSING, true],
    [{ nin: ['a', 'b'], ignoreCase: true }, 'B', false],
    [{ contains: 'bc' }, 'abcd', true],
    [{ contains: 'BC' }, 'abcd', false],
    [{ contains: 'BC', ignoreCase: true }, 'aBcd', true],
    [{ contains: 'a' }, ['a'], false],
    [{ contains: '1' }, 1, false],
    [{ contains: 'a' }, MISSING, false],
    [{ startsWith: '/a' }, '/ab', true],
    [{ startsWith: '/a' }, 'x/a', false],
    [{ startsWith: '/A', ignoreCase: true }, '/ab', true],
    [{ endsWith: 'b' }, 'ab', true],
    [{ endsWith: 'b' }, 'ba', false],
    [{ glob: '/a*' }, '/abc', true],
    [{ glob: '/a*' }, 5, false],
    [{ glob: '/A*', ignoreCase: true }, '/abc', true],
    [{ glob: ['/x*', '/a*'] }, '/abc', true],
    [{ glob: ['/x*', '/y*'] }, '/abc', false],
    [{ gt: 5 }, 6, true],
    [{ gt: 5 }, 5, false],
    [{ gt: 5 }, '6', false],
    [{ gt: 5 }, MISSING, false],
    [{ gte: 5 }, 5, true],
    [{ lt: 5 }, 4.9, true],
    [{ lt: 5 }, 5, false],
    [{ lt: 5 }, null, false],
    [{ lte: 5 }, 5, true],
    [{ between: [1, 3] }, 1, true],
    [{ between: [1, 3] }, 3, true],
    [{ between: [1, 3] }, 3.1, false],
    [{ has: 'b' }, ['a', 'b'], true],
    [{ has: 'B' }, ['a', 'b'], false],
    [{ has: 'B', ignoreCase: true }, ['a', 'b'], true],
    [{ has: 'b' }, 'b', false],
    [{ has: 'b' }, MISSING, false],
    [{ has: 1 }, ['1'], false],
    [{ hasAny: ['x', 'b'] }, ['a', 'b'], true],
    [{ hasAny: ['x', 'y'] }, ['a', 'b'], false],
    [{ hasAll: ['a', 'b'] }, ['b', 'c', 'a'], true],
    [{ hasAll: ['a', 'b'] }, ['a'], false],
    [{ size: 2 }, ['a', 'b', 'c'], true],
    [{ size: { eq: 2 } }, ['a', 'b', 'c'], false],
    [{ size: { eq: 0 } }, [], true],
    [{ size: { eq: 0 } }, MISSING, false],
    [{ size: 1 }, 'text', false],
    [{ exists: true }, null, true],
    [{ exists: true }, MISSING, false],
    [{ exists: false }, MISSING, true],
    [{ exists: false }, '', false],
    [{ gte: 1, lt: 5 }, 5, false],
    [{ gte: 1, lt: 5 }, 4, true],
    [{ startsWith: 'a', ne: 'ab' }, 'ab', false],
  ])('%j on %j is %s', (test, value, expected) => {
    expect(compileTest(test)(value)).toBe(expected);
  });
});

describe('compileWhere', () => {
  test('asks that every path passes', () => {
    const where: Where = { path: { glob: '/p*' }, 'context.device.type': 'mobile' };
    check(where, { path: '/p' }, true, { device: { type: 'mobile' } });
    check(where, { path: '/p' }, false, { device: { type: 'desktop' } });
    check(where, { path: '/q' }, false, { device: { type: 'mobile' } });
  });

  test('passes everything when it is empty', () => check({}, {}, true));

  test('never throws, and says no to a missing value unless asked for one', () => {
    const scalar = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean());
    const tests: fc.Arbitrary<Test> = fc.oneof(
      scalar,
      fc.record(
        {
          eq: scalar,
          in: fc.array(scalar, { minLength: 1 }),
          contains: fc.string(),
          glob: fc.string({ unit: fc.constantFrom('a', '*', '?') }),
          ignoreCase: fc.boolean(),
          lt: fc.double({ noNaN: true }),
          hasAll: fc.array(scalar, { minLength: 1 }),
          size: fc.nat(),
        },
        { requiredKeys: ['eq'] },
      ),
    );
    fc.assert(
      fc.property(tests, fc.jsonValue(), (test, value) => {
        const holds = compileTest(test);
        expect([true, false]).toContain(holds(value as Json));
        expect(holds(undefined)).toBe(false);
      }),
    );
  });
});

describe('what an index may know of a test', () => {
  test.each<[Test, Scalar | undefined, string | undefined]>([
    ['a', 'a', undefined],
    [null, null, undefined],
    [{ eq: 0 }, 0, undefined],
    [{ eq: 'a', startsWith: 'a' }, 'a', 'a'],
    [{ eq: 'a', ignoreCase: true }, undefined, undefined],
    [{ eq: 5, ignoreCase: true }, 5, undefined],
    [{ ne: 'a' }, undefined, undefined],
    [{ glob: '/pricing*' }, undefined, '/pricing'],
    [{ glob: '*/pricing' }, undefined, undefined],
    [{ glob: '/p*', startsWith: '/pricing' }, undefined, '/pricing'],
    [{ glob: '/p*', ignoreCase: true }, undefined, undefined],
    [{ glob: ['/docs/a*', '/docs/b*'] }, undefined, '/docs/'],
    [{ glob: ['/docs*', '*/api'] }, undefined, undefined],
  ])('of %j: exactly %j, beginning %j', (test, exact, prefix) => {
    expect(exactValue(test)).toBe(exact);
    expect(prefixOf(test)).toBe(prefix);
  });

  test('never leaves out a value that passes', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 4 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 4 });
    const tests: fc.Arbitrary<Test> = fc.record(
      {
        eq: text,
        startsWith: text,
        glob: fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 })),
        ignoreCase: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(tests, text, (test, value) => {
        fc.pre(compileTest(test)(value));
        expect([undefined, value]).toContain(exactValue(test));
        expect(value.startsWith(prefixOf(test) ?? '')).toBe(true);
      }),
    );
  });
});
