import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAccepted, checkRefused, problemsOf } from '../../testing/parsing.ts';
import type { Condition, Definition, Test } from './definition.ts';
import { parseConditionOnly, parseDefinition } from './parse-definition.ts';
import type { Problem } from './pointer.ts';

const FRAME = { id: 'x', name: 'X', kind: 'implicit' };

const nested = (levels: number): unknown =>
  levels === 1 ? { did: 'page' } : { not: nested(levels - 1) };
const repeated = (count: number): unknown[] =>
  Array.from({ length: count }, () => ({ did: 'page' }));

describe('accepts, unchanged', () => {
  test.each<[string, unknown]>([
    ['a page', { did: 'page' }],
    ['a list of events', { did: ['page', 'Product Viewed'] }],
    [
      'the pricing returners',
      {
        did: 'page',
        where: { path: { glob: '/pricing*' } },
        distinct: 'session',
        times: 2,
        within: '14d',
      },
    ],
    [
      'the product comparers',
      {
        any: [
          { did: 'page', where: { path: { glob: '/compare/*' } }, within: '14d' },
          { did: 'Product Viewed', distinct: 'product_id', times: 2, within: '7d' },
        ],
      },
    ],
    [
      'bounces',
      {
        any: [
          { did: 'Email Bounced', where: { kind: 'hard' } },
          { did: 'Email Bounced', where: { kind: 'soft' }, times: 4 },
        ],
      },
    ],
    ['something not done', { not: { did: 'Order Completed', within: '14d' } }],
    [
      'every operator',
      {
        did: 'page',
        where: {
          a: { eq: 'x', ne: null, in: ['x', 1], nin: [false], ignoreCase: true },
          b: { contains: 'x', startsWith: 'x', endsWith: 'x', glob: ['*', 'x?'] },
          c: { gt: 1, gte: 1.5, lt: 9, lte: 8, between: [-1, 1e9] },
          d: { has: 1, hasAny: ['a'], hasAll: ['a'], size: { gte: 1 }, exists: true },
          'context.page.path': '/',
          e: null,
        },
        times: { between: [2, 4] },
      },
    ],
    ['counts at their limits', { did: 'page', times: { gte: 0, lte: 1_000, ne: 500 } }],
    ['the deepest nesting', nested(5)],
    ['the most conditions', { all: repeated(49) }],
    ['the most event names', { did: Array.from({ length: 20 }, (_, n) => `e${n}`) }],
    [
      'the longest list',
      { did: 'page', where: { a: { in: Array.from({ length: 1_000 }, String) } } },
    ],
    ['an empty text to equal', { did: 'page', where: { a: '' } }],
  ])('%s', (_, condition) => checkAccepted(condition));

  test('all members of a definition', () => {
    const definition: Definition = {
      id: 'topic-interest:b2b',
      name: 'Näme 😀',
      description: '',
      kind: 'explicit',
      who: 'known',
      if: { did: 'page' },
      leaveIf: { not: { did: 'page', within: '1d' } },
      minStay: '2h',
      top: { by: { score: 'lead', what: 'rise', within: '1mo' }, percent: 12.5 },
      tags: ['a', 'b'],
    };
    expect(parseDefinition(definition)).toEqual({ ok: true, value: definition });
  });
});

describe('refuses at the very place', () => {
  test.each<[string, unknown, Readonly<Record<string, RegExp>>]>([
    ['text', 'page', { '': /a condition is an object such as \{"did":"page"\}/ }],
    ['null', null, { '': /not null/ }],
    [
      'an empty object',
      {},
      {
        '': /has one of all, any, not, did, seq, idle, trait, account, score, segment, list, bucket$/,
      },
    ],
    ['a kind without a value', { all: undefined }, { '': /says nothing/ }],
    ['an unknown kind', { event: 'page' }, { '/event': /did you mean `did`/ }],
    ['a misspelt kind', { alll: [] }, { '/alll': /did you mean `all`/ }],
    ['a foreign kind', { and: [] }, { '/and': /did you mean `all`/ }],
    ['two kinds', { did: 'page', all: [] }, { '': /`did` and `all` side by side/ }],
    ['an empty all', { all: [] }, { '/all': /empty list/ }],
    ['an all of one', { all: { did: 'page' } }, { '/all': /expected a list of conditions/ }],
    ['a not of a list', { not: [{ did: 'page' }] }, { '/not': /not a list/ }],
    ['a window beside any', { any: [{ did: 'page' }], within: '7d' }, { '/within': /unknown key/ }],
    [
      'a deep window',
      { all: [{ did: 'page' }, { not: { did: 'page', within: '500d' } }] },
      { '/all/1/not/within': /^"500d" is longer than 400 d; use 1s to 400d$/ },
    ],
    ['a number of days', { did: 'page', within: 14 }, { '/within': /such as "14d"/ }],
    ['a misspelt key', { did: 'page', wihtin: '7d' }, { '/wihtin': /did you mean `within`/ }],
    ['a foreign key', { did: 'page', count: 2 }, { '/count': /did you mean `times`/ }],
    ['a far key', { did: 'page', zzz: 2 }, { '/zzz': /a `did` has did, where, within/ }],
    ['an empty event name', { did: '' }, { '/did': /empty/ }],
    ['a long event name', { did: 'x'.repeat(201) }, { '/did': /at most 200/ }],
    ['a NUL', { did: 'a\0b' }, { '/did': /NUL/ }],
    ['half a surrogate pair', { did: 'a\ud800' }, { '/did': /surrogate/ }],
    ['no event names', { did: [] }, { '/did': /at least one of event names/ }],
    ['a number for a name', { did: ['page', 5] }, { '/did/1': /not the number 5/ }],
    ['a name twice', { did: ['page', 'a', 'page'] }, { '/did/2': /"page" is listed twice/ }],
    [
      'too many names',
      { did: Array.from({ length: 21 }, (_, n) => `e${n}`) },
      { '/did': /has 21 event names; at most 20/ },
    ],
    ['an empty distinct', { did: 'page', distinct: '' }, { '/distinct': /empty/ }],
    ['a bare context', { did: 'page', distinct: 'context.' }, { '/distinct': /"context\."/ }],
    ['half a time', { did: 'page', times: 1.5 }, { '/times': /whole number from 0 to 1000/ }],
    ['a negative count', { did: 'page', times: { eq: -1 } }, { '/times/eq': /whole number/ }],
    ['a huge count', { did: 'page', times: { gte: 1001 } }, { '/times/gte': /0 to 1000/ }],
    ['a count in text', { did: 'page', times: '2' }, { '/times': /not the text "2"/ }],
    ['no comparison', { did: 'page', times: {} }, { '/times': /empty comparison/ }],
    ['fewer than none', { did: 'page', times: { lt: 0 } }, { '/times': /can never be true/ }],
    [
      'counts that exclude each other',
      { did: 'page', times: { gte: 3, lt: 3 } },
      { '/times': /can never be true/ },
    ],
    [
      'one count but that',
      { did: 'page', times: { eq: 3, ne: 3 } },
      { '/times': /can never be true/ },
    ],
    [
      'a turned range',
      { did: 'page', times: { between: [4, 2] } },
      { '/times/between': /4 is more than 2/ },
    ],
    ['a foreign comparator', { did: 'page', times: { min: 2 } }, { '/times/min': /`gte`/ }],
    ['where as text', { did: 'page', where: 'path' }, { '/where': /object from path to test/ }],
    ['an empty path', { did: 'page', where: { '': 1 } }, { '/where': /empty path/ }],
    [
      'a long path',
      { did: 'page', where: { ['x'.repeat(1_025)]: 1 } },
      { '/where': /path of 1025 characters/ },
    ],
    [
      'a path that needs escapes',
      { did: 'page', where: { 'a/b~c': { gt: 'x' } } },
      { '/where/a~1b~0c/gt': /expected a number/ },
    ],
    ['a list as test', { did: 'page', where: { a: ['x'] } }, { '/where/a': /\{"in":\[…\]\}/ }],
    ['no operator', { did: 'page', where: { a: {} } }, { '/where/a': /tests nothing/ }],
    [
      'only a modifier',
      { did: 'page', where: { a: { ignoreCase: true } } },
      { '/where/a': /tests nothing/ },
    ],
    [
      'an object as value',
      { did: 'page', where: { a: { eq: {} } } },
      { '/where/a/eq': /not an obj/ },
    ],
    [
      'an empty part',
      { did: 'page', where: { a: { contains: '' } } },
      { '/where/a/contains': /empty/ },
    ],
    ['an infinite number', { did: 'page', where: { a: Infinity } }, { '/where/a': /too large/ }],
    [
      'a long text',
      { did: 'page', where: { a: 'x'.repeat(1_025) } },
      { '/where/a': /1025 characters long; at most 1024/ },
    ],
    [
      'six stars',
      { did: 'page', where: { a: { glob: '*a*b*c*d*e*' } } },
      { '/where/a/glob': /has 6 stars; at most 5/ },
    ],
    [
      'six stars in a list',
      { did: 'page', where: { a: { glob: ['*', '******'] } } },
      { '/where/a/glob/1': /has 6 stars/ },
    ],
    [
      'a regular expression',
      { did: 'page', where: { a: { regex: 'x' } } },
      { '/where/a/regex': /`glob`/ },
    ],
    ['an empty in', { did: 'page', where: { a: { in: [] } } }, { '/where/a/in': /at least one/ }],
    [
      'a thousand and one values',
      { did: 'page', where: { a: { in: Array.from({ length: 1_001 }, String) } } },
      { '/where/a/in': /has 1001 values; at most 1000/ },
    ],
    [
      'a range of one',
      { did: 'page', where: { a: { between: [1] } } },
      { '/where/a/between': /two numbers/ },
    ],
    [
      'a turned range of values',
      { did: 'page', where: { a: { between: [2, 1.5] } } },
      { '/where/a/between': /2 is more than 1\.5/ },
    ],
    [
      'a size that cannot be',
      { did: 'page', where: { a: { size: { lt: 0 } } } },
      { '/where/a/size': /can never be true/ },
    ],
    [
      'too many paths',
      { did: 'page', where: Object.fromEntries(repeated(21).map((_, n) => [`p${n}`, 1])) },
      { '/where': /has 21 paths; at most 20/ },
    ],
    ['a sixth level', nested(6), { '/not/not/not/not/not': /at most 5 levels/ }],
    ['a fifty-first condition', { all: repeated(60) }, { '/all/49': /at most 50/ }],
    [
      'everything at once',
      { all: [{ did: 5, within: 'x', times: 'y' }, { any: [{ zzz: 1 }] }, 7] },
      {
        '/all/0/did': /event name/,
        '/all/0/within': /not a duration/,
        '/all/0/times': /expected a number n/,
        '/all/1/any/0': /says nothing/,
        '/all/2': /not the number 7/,
      },
    ],
  ])('%s', (_, condition, expected) => checkRefused(condition, expected));
});

describe('a definition', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['is an object', [], [': A definition is an object, not a list']],
    [
      'names all that is missing',
      {},
      [
        '/id: `id` is missing; write one such as "pricing-viewers"',
        '/name: `name` is missing; write a name that people can read',
        '/kind: `kind` is missing; write "implicit" for what is read from behaviour, "explicit" for facts that were given',
        '/if: `if` is missing; write a condition such as {"did":"page"}',
      ],
    ],
    [
      'stays for at least so long',
      { ...FRAME, if: { did: 'a' }, minStay: 'long' },
      ['/minStay: "long" is not a duration; write an integer and a unit, such as "14d"'],
    ],
    [
      'is left by a condition',
      { ...FRAME, if: { did: 'a' }, leaveIf: {} },
      [expect.stringMatching(/^\/leaveIf: says nothing to judge/)],
    ],
    [
      'holds fifty conditions with those that end it',
      { ...FRAME, if: { all: repeated(29) }, leaveIf: { any: repeated(20) } },
      ['/leaveIf/any/19: is one condition too many; a segment has at most 50'],
    ],
    [
      'nests both conditions by themselves',
      { ...FRAME, if: nested(5), leaveIf: nested(6) },
      ['/leaveIf/not/not/not/not/not: is nested too deep; conditions nest at most 5 levels'],
    ],
    [
      'helps with spelling',
      { ...FRAME, if: { did: 'a' }, descripton: '' },
      ['/descripton: unknown key "descripton"; did you mean `description`?'],
    ],
    [
      'has one of two kinds',
      { ...FRAME, kind: 'magic', if: { did: 'a' } },
      ['/kind: expected "implicit" or "explicit", not the text "magic"'],
    ],
    [
      'is about known or anonymous people',
      { ...FRAME, who: 'users', if: { did: 'a' } },
      ['/who: expected "all" or "known" or "anonymous", not the text "users"'],
    ],
    [
      'has a name that shows',
      { ...FRAME, name: '  ', if: { did: 'a' } },
      ['/name: is blank; write a name that people can read'],
    ],
    [
      'has a name of at most 200 characters',
      { ...FRAME, name: 'x'.repeat(201), if: { did: 'a' } },
      ['/name: is 201 characters long; at most 200 are allowed'],
    ],
    [
      'has few tags',
      { ...FRAME, if: { did: 'a' }, tags: Array.from({ length: 21 }, String) },
      ['/tags: has 21 tags; at most 20 are allowed'],
    ],
    [
      'has a pointer below /if',
      { ...FRAME, if: { all: [{ did: 'a' }, { did: 'page', within: '500d' }] } },
      ['/if/all/1/within: "500d" is longer than 400 d; use 1s to 400d'],
    ],
  ])('%s', (_, input, expected) => expect(problemsOf(input)).toEqual(expected));

  test.each<[string, unknown, readonly string[]]>([
    ['is of a score', 'lead', ['/top: A `top` is an object, not the text "lead"']],
    [
      'needs an order and a number',
      {},
      [
        '/top/by: `by` is missing; write what orders people, such as {"score":"lead","what":"value"}',
        '/top: says how many by exactly one of `n` (people) and `percent` (of a hundred)',
      ],
    ],
    [
      'counts people or percents',
      { by: { score: 'lead', what: 'value' }, n: 1, percent: 1 },
      ['/top: says how many by exactly one of `n` (people) and `percent` (of a hundred)'],
    ],
    [
      'keeps somebody',
      { by: { score: 'lead', what: 'value' }, n: 0 },
      ['/top/n: expected a whole number from 1 to 100000, not the number 0'],
    ],
    [
      'keeps no more than all',
      { by: { score: 'lead', what: 'value' }, percent: 100.1 },
      ['/top/percent: 100.1 is out of range; write more than 0 and at most 100'],
    ],
    [
      'has no window for what is now',
      { by: { score: 'lead', what: 'value', within: '30d' }, n: 5 },
      ['/top/by/within: the value is of now; a window goes with "rise" and "peak"'],
    ],
    [
      'has one for what took time',
      { by: { score: 'lead', what: 'rise' }, n: 5 },
      ['/top/by/within: "rise" needs a window; write over how long, such as "30d"'],
    ],
    [
      'knows its words',
      { by: { scor: 'lead', what: 'rose', within: '1d' }, n: 5 },
      [
        '/top/by/scor: unknown key "scor"; did you mean `score`?',
        '/top/by/score: `score` is missing; name a score',
        '/top/by/what: expected "value" or "rise" or "peak", not the text "rose"; did you mean "rise"?',
      ],
    ],
  ])('whose ranking %s', (_, top, expected) => {
    expect(problemsOf({ ...FRAME, if: { did: 'a' }, top })).toEqual(expected);
  });

  test.each(['', 'A', '-a', ':a', 'a b', 'ä', 'a_b', 'a\n', 'x'.repeat(65), 5])(
    'refuses the id %j',
    (id) => {
      expect(problemsOf({ ...FRAME, id, if: { did: 'a' } })).toEqual([
        expect.stringMatching(/^\/id: /),
      ]);
    },
  );

  test.each(['a', '7', 'bought-7d', 'topic-interest:b2b', 'x'.repeat(64)])(
    'takes the id %s',
    (id) => expect(problemsOf({ ...FRAME, id, if: { did: 'a' } })).toEqual([]),
  );
});

describe('whatever comes in', () => {
  test('it never throws, and says why it refuses', () => {
    const shaped = fc.letrec((tie) => ({
      condition: fc.oneof(
        { maxDepth: 7 },
        fc.record(
          {
            did: fc.oneof(fc.string(), fc.array(fc.string()), fc.anything()),
            where: fc.oneof(fc.dictionary(fc.string(), fc.anything()), fc.anything()),
            within: fc.oneof(fc.constantFrom('7d', '1y', '0s'), fc.anything()),
            times: fc.oneof(fc.integer(), fc.anything()),
            distinct: fc.anything(),
          },
          { requiredKeys: [] },
        ),
        fc.record({ all: fc.array(tie('condition')) }),
        fc.record({ not: tie('condition') }),
        fc.anything(),
      ),
    })).condition;
    const input = fc.oneof(
      fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
      fc.record({ id: fc.string(), name: fc.string(), kind: fc.string(), if: shaped }),
      fc.record({
        id: fc.constant('a'),
        name: fc.constant('a'),
        kind: fc.constant('implicit'),
        if: shaped,
      }),
    );
    fc.assert(
      fc.property(input, (input) => {
        const parsed = parseDefinition(input);
        if (parsed.ok) return;
        expect(parsed.errors.length).toBeGreaterThan(0);
        const isSound = ({ pointer, detail }: Problem): boolean =>
          /^(\/([^~]|~[01])*)?$/s.test(pointer) && detail !== '';
        expect(parsed.errors.filter((problem) => !isSound(problem))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('what it accepts reads back unchanged from its own JSON, and is accepted again', () => {
    fc.assert(
      fc.property(conditions, (condition) => {
        const parsed = parseConditionOnly(JSON.parse(JSON.stringify(condition)));
        fc.pre(parsed.ok);
        const text = JSON.stringify(parsed.value);
        const again = parseConditionOnly(JSON.parse(text));
        expect(again).toEqual(parsed);
        expect(again.ok && JSON.stringify(again.value)).toBe(text);
        expect(JSON.parse(text)).toEqual(parsed.value);
      }),
    );
  });

  test('it reports at most a hundred problems and says that there are more', () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`wiithin${n}`, 1]));
    const found = problemsOf({ ...FRAME, if: { did: 'a', ...many } });
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toMatch(/more than 100 problems/);
  });

  test('the value shares nothing with the input', () => {
    const input = { ...FRAME, if: { did: ['a'], where: { p: { in: [1] } } }, tags: ['t'] };
    const parsed = parseDefinition(input);
    input.if.did.push('b');
    input.if.where.p.in.push(2);
    input.tags.push('u');
    expect(parsed).toEqual({
      ok: true,
      value: { ...FRAME, if: { did: ['a'], where: { p: { in: [1] } } }, tags: ['t'] },
    });
  });

  test('a path named __proto__ is a path like any other and changes no prototype', () => {
    const text = '{"did":"page","where":{"__proto__":{"eq":"x"},"constructor":1}}';
    const parsed = parseConditionOnly(JSON.parse(text));
    expect(parsed.ok && JSON.stringify(parsed.value)).toBe(text);
    expect(Object.hasOwn(Object.prototype, 'eq')).toBe(false);
  });

  test.each(['{"__proto__":{"did":"page"}}', '{"did":"page","__proto__":{"times":2}}'])(
    'a __proto__ beside the members is an unknown key: %s',
    (text) => expect(parseConditionOnly(JSON.parse(text)).ok).toBe(false),
  );

  test('minus nought is nought', () => {
    const parsed = parseConditionOnly(JSON.parse('{"did":"a","where":{"p":-0},"times":-0}'));
    expect(parsed).toEqual({ ok: true, value: { did: 'a', where: { p: 0 }, times: 0 } });
  });

  test('an empty where is no where', () => {
    expect(parseConditionOnly({ did: 'a', where: {} })).toEqual({ ok: true, value: { did: 'a' } });
  });
});

const scalars = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null));
const tests: fc.Arbitrary<Test> = fc.oneof(
  scalars,
  fc.record(
    {
      eq: scalars,
      in: fc.array(scalars, { minLength: 1, maxLength: 3 }),
      contains: fc.string({ minLength: 1 }),
      glob: fc.string({ minLength: 1 }),
      ignoreCase: fc.boolean(),
      gt: fc.double({ noNaN: true }),
      size: fc.nat(9),
      exists: fc.boolean(),
    },
    { requiredKeys: ['exists'] },
  ),
);
const conditions: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record(
      {
        did: fc.oneof(
          fc.string({ minLength: 1 }),
          fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
        ),
        where: fc.dictionary(fc.string({ minLength: 1 }), tests, { maxKeys: 3 }),
        within: fc.constantFrom('1s', '7d', '400d'),
        distinct: fc.constantFrom('session', 'day', 'product_id'),
        times: fc.oneof(fc.nat(9), fc.record({ lte: fc.nat(9) })),
      },
      { requiredKeys: ['did'] },
    ),
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
})).condition;
