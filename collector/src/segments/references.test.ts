import { expect, test } from 'vitest';
import type { Condition, Definition } from './definition.ts';
import { checkReferences, dependentsOf, referencesOf } from './references.ts';

const segment = (id: string, condition: Condition, rest: Partial<Definition> = {}): Definition => ({
  ...{ id, name: id, kind: 'implicit', if: condition },
  ...rest,
});
const within = (...ids: readonly string[]): Condition => ({
  all: ids.map((id) => ({ segment: id })),
});

test('everything that a definition names is found, at its place', () => {
  const definition = segment(
    'x',
    {
      any: [
        { did: 'page' },
        { not: { segment: 'a' } },
        { all: [{ list: 'l' }, { score: 's', is: 1 }] },
      ],
    },
    {
      leaveIf: { segment: 'b', state: 'left' },
      top: { by: { score: 't', what: 'value' }, n: 5 },
    },
  );
  expect(referencesOf(definition)).toEqual([
    { kind: 'segment', id: 'a', pointer: '/if/any/1/not/segment' },
    { kind: 'list', id: 'l', pointer: '/if/any/2/all/0/list' },
    { kind: 'score', id: 's', pointer: '/if/any/2/all/1/score' },
    { kind: 'segment', id: 'b', pointer: '/leaveIf/segment' },
    { kind: 'score', id: 't', pointer: '/top/by/score' },
  ]);
});

const SITE = {
  segments: [
    segment('buyers', { did: 'Order Completed' }),
    segment('hot', within('warm')),
    segment('warm', within('buyers', 'seen')),
    segment('seen', { did: 'page' }, { leaveIf: { segment: 'buyers' } }),
  ],
  scores: ['lead', 'fit'],
};

test.each<[string, Definition, readonly string[]]>([
  ['that knows its site', segment('x', within('hot', 'buyers', 'hot')), []],
  ['that has a score', segment('x', { score: 'fit', is: 1 }), []],
  ['on any list', segment('x', { list: 'nobody knows' }), []],
  [
    'with a misspelt segment',
    segment('x', within('buyer')),
    ['/if/all/0/segment: there is no segment "buyer"; did you mean "buyers"?'],
  ],
  [
    'with a foreign segment',
    segment('x', within('vip')),
    ['/if/all/0/segment: there is no segment "vip"; make the segment first or name another'],
  ],
  [
    'with a misspelt score',
    segment('x', { score: 'laed', is: 1 }, { top: { by: { score: 'x', what: 'value' }, n: 1 } }),
    [
      '/if/score: there is no score "laed"; did you mean "lead"?',
      '/top/by/score: there is no score "x"; make the score first or name another',
    ],
  ],
  [
    'of itself',
    segment('x', { did: 'page' }, { leaveIf: { segment: 'x', state: 'ever' } }),
    ['/leaveIf/segment: a segment cannot depend on itself: "x" asks "x"'],
  ],
  [
    'of what depends on it',
    segment('buyers', { any: [{ did: 'page' }, { segment: 'hot' }] }),
    [
      '/if/any/1/segment: a segment cannot depend on itself: "buyers" asks "hot" asks "warm" asks "buyers"',
    ],
  ],
  ['that no longer depends on what now depends on it', segment('hot', { did: 'page' }), []],
])('a definition %s', (_, definition, expected) => {
  const problems = checkReferences(definition, SITE);
  expect(problems.map(({ pointer, detail }) => `${pointer}: ${detail}`)).toEqual(expected);
});

test.each([
  ['segment', 'buyers', ['warm', 'seen']],
  ['segment', 'hot', []],
  ['score', 'buyers', []],
] as const)('on the %s %s depend %j', (kind, id, expected) => {
  const dependents = dependentsOf({ kind, id }, SITE.segments);
  expect(dependents.map((each) => each.id)).toEqual(expected);
});

test('a large site with many ways to everything is checked at once', () => {
  const ids = Array.from({ length: 2_000 }, (_, n) => `s${n}`);
  const segments = ids.map((id, n) =>
    n === 0
      ? segment(id, { did: 'page' })
      : segment(id, within(...ids.slice(Math.max(0, n - 40), n))),
  );
  const problems = checkReferences(segment('s0', within('s1999')), { segments, scores: [] });
  expect(problems).toEqual([
    {
      pointer: '/if/all/0/segment',
      detail: expect.stringMatching(/"s0" asks "s1999" asks .*"s0"$/),
    },
  ]);
});
