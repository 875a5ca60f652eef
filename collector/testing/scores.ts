import fc from 'fast-check';
import type { Condition, Duration, Test, Where } from '../src/segments/definition.ts';
import type { ScoreModel, ScoreRule } from '../src/segments/score-model.ts';

/** What random events match, so that models score some of them. */
interface Events {
  readonly name: fc.Arbitrary<string | string[]>;
  readonly where: fc.Arbitrary<Where>;
}

const compare = fc.oneof(
  fc.integer({ min: -2, max: 8 }),
  fc.record({ lt: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ eq: fc.integer({ min: 0, max: 4 }) }),
  fc.constant({ between: [1, 3] as const }),
);

/** Conditions on the score of this name. */
export const scoreCondition = (score: string): fc.Arbitrary<Condition> =>
  fc
    .record({
      is: compare,
      kind: fc.constantFrom('is', 'rose', 'fell', 'peak', 'none'),
      within: fc.constantFrom<Duration>('3s', '1m', '2d', '1mo'),
    })
    .map(({ is, kind, within }) => {
      if (kind === 'none') return { score, none: true };
      const window = kind === 'is' ? {} : { within };
      return { score, [kind]: is, ...window } as Condition;
    });

/** Models of a score of this id: short and long half-lives, caps that bite, points that hold. */
export const scoreModel = (id: string, { name, where }: Events): fc.Arbitrary<ScoreModel> => {
  const rule = fc.record(
    {
      ...{ id: fc.constant('r'), name: fc.constant('R'), did: name, where },
      points: fc.integer({ min: 1, max: 5 }),
      per: fc.constantFrom('event', 'session'),
    },
    { requiredKeys: ['id', 'name', 'did', 'points'] },
  ) as fc.Arbitrary<ScoreRule>;
  const lastingRule = fc
    .record(
      {
        ...{ id: fc.constant('l'), name: fc.constant('L'), did: name },
        points: fc.constantFrom(-4, -1, 3),
        lasts: fc.constantFrom('3s', '10s', '2d'),
        until: fc.constantFrom({ did: 'Other' }),
      },
      { requiredKeys: ['id', 'name', 'did', 'points'] },
    )
    .map((made) => (made.points > 0 ? { lasts: '10s', ...made } : made)) as fc.Arbitrary<ScoreRule>;
  const category = fc.record({
    ...{ id: fc.constant('c'), name: fc.constant('C') },
    halfLife: fc.constantFrom('10s', '1m', '1d', '14d', null),
    cap: fc.constantFrom(3, 8, 50),
    rules: fc.array(fc.oneof({ weight: 3, arbitrary: rule }, lastingRule), { maxLength: 3 }),
  });
  const fitRule = fc.record({
    ...{ id: fc.constant('f'), name: fc.constant('F'), trait: fc.constantFrom('plan', 'due') },
    is: fc.constantFrom<Test>('pro', { next: '10s' }, { last: '10s' }),
    points: fc.constantFrom(3, -2),
  });
  return fc.record({
    ...{ id: fc.constant(id), name: fc.constant('Heat'), max: fc.constantFrom(6, 100) },
    categories: fc.array(category, { minLength: 1, maxLength: 2 }),
    fit: fc.record({
      cap: fc.constantFrom(2, 30),
      rules: fc.array(fitRule, { maxLength: 1 }),
    }),
    bands: fc.constant([
      { id: 'hot', name: 'Hot', gt: 5 },
      { id: 'warm', name: 'Warm', gte: 2 },
      { id: 'cold', name: 'Cold', gte: 0 },
    ]),
  });
};
