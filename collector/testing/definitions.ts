import fc from 'fast-check';
import type {
  Compare,
  Condition,
  Definition,
  Seq,
  SeqStep,
  Test,
  Where,
  Window,
} from '../src/segments/definition.ts';
import { parseConditionOnly } from '../src/segments/parse-definition.ts';

/**
 * Every form of the language, over alphabets so small that conditions meet: the same events, values
 * and ids come again, so that two of them share what they count and refer to each other.
 */

/** Groups within groups. With three members each they hold at most 40 conditions, so that an exit has room. */
const LEVELS = 3;

export const SEGMENT_IDS = ['a', 'b', 'c'] as const;
export const SCORE_IDS = ['lead', 'fit'] as const;
export const LIST_IDS = ['fair', 'Spring fair'] as const;
export const EVENT_NAMES = ['page', 'screen', 'group', 'A', 'B'] as const;
export const PATHS = ['path', 'p', 'deep.q', 'context.r'] as const;
export const TRAITS = ['plan', 'seen_at', 'deep.age'] as const;
export const VALUES = ['x', '/a', 'X y', 1, 2, true, null, '2026-01-02'] as const;

const segmentId = fc.constantFrom(...SEGMENT_IDS);
const scoreId = fc.constantFrom(...SCORE_IDS);
const path = fc.constantFrom(...PATHS);
const value = fc.constantFrom(...VALUES);
const values = fc.array(value, { minLength: 1, maxLength: 3 });
const part = fc.constantFrom('x', '/', 'X');
const name = fc.constantFrom(...EVENT_NAMES);
const event = fc.oneof(
  { weight: 3, arbitrary: name },
  { weight: 1, arbitrary: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }) },
);

/** Lengths of time, from seconds to months. */
export const durations: fc.Arbitrary<string> = fc.constantFrom(
  '2s',
  '10s',
  '1m',
  '3h',
  '1d',
  '2w',
  '1mo',
  '1y',
);

/** Every kind of window. */
export const windows: fc.Arbitrary<Window> = fc.oneof(
  { weight: 4, arbitrary: durations },
  fc.constantFrom<Window>(
    { from: '10s', to: '2s' },
    { from: '2w', to: '1d' },
    { from: '1y', to: '1mo' },
    { after: '2026-01-01' },
    { before: '2026-01-02T00:00:00.5+01:00' },
    { after: '2026-01-01T00:00:00Z', before: '2026-03-01' },
    { calendar: 'today' },
    { calendar: 'thisWeek', zone: 'America/New_York' },
    { calendar: 'lastMonth', zone: 'UTC' },
    { calendar: 'thisQuarter' },
    { calendar: 'lastYear' },
  ),
);

const low = { min: 0, max: 4 };

/** Comparisons of small counts, each satisfied by some count. */
export const counts: fc.Arbitrary<Compare> = fc.oneof(
  { weight: 3, arbitrary: fc.integer(low) },
  fc.record({ eq: fc.integer(low) }),
  fc.record({ lte: fc.integer(low) }),
  fc.record({ gte: fc.integer(low), ne: fc.integer(low) }),
  fc.record({ gt: fc.integer(low), lt: fc.integer({ min: 6, max: 9 }) }),
  fc.tuple(fc.integer(low), fc.integer({ min: 4, max: 6 })).map((between) => ({ between })),
);

/** Comparisons of figures, negative and broken ones too. */
export const figures: fc.Arbitrary<Compare> = fc.oneof(
  counts,
  fc.constantFrom<Compare>(-1, 0.5, { gt: -2.5 }, { lt: 1e9 }, { between: [-1, 1.5] }, { ne: 0 }),
);

const propertyOperators: Record<string, fc.Arbitrary<unknown>> = {
  eq: value,
  ne: value,
  in: values,
  nin: values,
  contains: part,
  startsWith: part,
  endsWith: part,
  glob: fc.constantFrom('*', '/a*', 'x?', ['/a*', '*x*']),
  ignoreCase: fc.boolean(),
  gt: fc.integer(low),
  gte: fc.integer(low),
  lt: fc.integer(low),
  lte: fc.integer(low),
  between: fc.constantFrom([0, 1], [1, 1], [-1, 2.5]),
  has: value,
  hasAny: values,
  hasAll: values,
  size: counts,
  exists: fc.boolean(),
  before: fc.constantFrom('2026-01-02', '2026-01-02T12:00:00Z'),
  after: fc.constantFrom('2026-01-01', '2026-01-02T12:00:00+02:00'),
};

/** Up to three operators side by side, at least one of which tests something. */
function operators(known: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Test> {
  const keys = Object.keys(known);
  return fc
    .subarray(keys, { minLength: 1, maxLength: 3 })
    .filter((chosen) => chosen.some((key) => key !== 'ignoreCase'))
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map((key) => [key, known[key] ?? fc.constant(0)]))),
    )
    .map((made) => made as Test);
}

/** Tests of properties, which do not age. */
export const propertyTests: fc.Arbitrary<Test> = fc.oneof(value, operators(propertyOperators));

/** Tests of traits, which may. */
export const traitTests: fc.Arbitrary<Test> = fc.oneof(
  propertyTests,
  operators({ ...propertyOperators, last: durations, next: durations, olderThan: durations }),
);

/** At least one path. */
export const wheres: fc.Arbitrary<Where> = fc
  .uniqueArray(path, { minLength: 1, maxLength: 2 })
  .chain((paths) => fc.record(Object.fromEntries(paths.map((each) => [each, propertyTests]))));

function partly(
  members: Record<string, fc.Arbitrary<unknown>>,
  requiredKeys: readonly string[],
): fc.Arbitrary<Condition> {
  return fc
    .record(members, { requiredKeys: [...requiredKeys] })
    .map((made) => made as unknown as Condition);
}

const base = { did: event, where: wheres };
const distinct = fc.constantFrom('session', 'day', 'path', 'p');

const times = partly({ ...base, within: windows, distinct, times: counts }, ['did']);
const aggregates = fc
  .constantFrom('sum', 'avg', 'min', 'max')
  .chain((figure) =>
    partly({ ...base, within: windows, [figure]: path, is: figures }, ['did', figure, 'is']),
  );
const touches = fc
  .constantFrom('first', 'latest')
  .chain((which) =>
    partly({ ...base, [which]: fc.constant(true), is: wheres }, ['did', which, 'is']),
  );

const noStep: fc.Arbitrary<SeqStep> = fc
  .record({ no: event, where: wheres }, { requiredKeys: ['no'] })
  .map((made) => made as SeqStep);
const firstStep: fc.Arbitrary<SeqStep> = fc
  .record(base, { requiredKeys: ['did'] })
  .map((made) => made as SeqStep);
const nextStep: fc.Arbitrary<SeqStep> = fc
  .record({ ...base, within: durations }, { requiredKeys: ['did'] })
  .map((made) => made as SeqStep);
const silence: fc.Arbitrary<SeqStep> = fc
  .record({ no: event, where: wheres, for: durations }, { requiredKeys: ['no', 'for'] })
  .map((made) => made as SeqStep);

/** Sequences that can match; what the language refuses of them is left out. */
export const sequences: fc.Arbitrary<Seq> = fc
  .record({
    first: firstStep,
    middle: fc.array(
      fc.oneof(
        nextStep.map((step) => [step]),
        fc.tuple(noStep, nextStep),
      ),
      { maxLength: 2 },
    ),
    last: fc.option(silence),
    within: fc.option(windows),
    same: fc.option(fc.uniqueArray(path, { minLength: 1, maxLength: 2 })),
  })
  .map(({ first, middle, last, within, same }) => ({
    seq: [first, ...middle.flat(), ...(last === null ? [] : [last])],
    ...(within !== null && { within }),
    ...(same !== null && { same }),
  }))
  .filter((seq) => parseConditionOnly(seq).ok);

const idles = fc.oneof(
  partly({ idle: durations, never: fc.constantFrom('sinceFirstSeen', 'include', 'exclude') }, [
    'idle',
  ]),
  partly(
    {
      idle: durations,
      of: event,
      where: wheres,
      never: fc.constantFrom('sinceFirstSeen', 'include', 'exclude'),
    },
    ['idle', 'of'],
  ),
);
const traits = partly({ trait: fc.constantFrom(...TRAITS), is: traitTests }, ['trait', 'is']);
const accounts = fc.oneof(
  partly({ account: fc.constantFrom(...TRAITS), is: traitTests }, ['account', 'is']),
  partly(
    {
      account: fc.record(
        {
          ...base,
          within: windows,
          distinct: fc.oneof(fc.constant('person'), distinct),
          times: counts,
        },
        { requiredKeys: ['did'] },
      ),
    },
    ['account'],
  ),
);
const scores = fc.oneof(
  partly({ score: scoreId, is: figures }, ['score', 'is']),
  partly({ score: scoreId, none: fc.constant(true) }, ['score', 'none']),
  fc
    .constantFrom('rose', 'fell', 'peak')
    .chain((move) =>
      partly({ score: scoreId, [move]: figures, within: durations }, ['score', move, 'within']),
    ),
);
const segments = fc.oneof(
  partly({ segment: segmentId, state: fc.constantFrom('in', 'out', 'ever') }, ['segment']),
  partly({ segment: segmentId, state: fc.constantFrom('entered', 'left'), within: durations }, [
    'segment',
    'state',
  ]),
);
const lists = fc.constantFrom(...LIST_IDS).map((list) => ({ list }));
const buckets = fc.constantFrom<Condition>(
  { bucket: { salt: 's', from: 0, to: 50 } },
  { bucket: { salt: 's', from: 50, to: 100 } },
  { bucket: { salt: 'other', from: 12.5, to: 13 } },
);

/** Each kind of condition that holds no others, by its name. */
export const leaves = {
  times,
  aggregates,
  touches,
  sequences,
  idles,
  traits,
  accounts,
  scores,
  segments,
  lists,
  buckets,
} satisfies Record<string, fc.Arbitrary<Condition>>;

/** Conditions of the whole language, or of some kinds of it, up to four levels deep. */
export function conditionsOf(
  ...kinds: readonly fc.Arbitrary<Condition>[]
): fc.Arbitrary<Condition> {
  const leaf = fc.oneof(...kinds);
  let level: fc.Arbitrary<Condition> = leaf;
  for (let depth = 0; depth < LEVELS; depth += 1) {
    const below = level;
    const list = fc.array(below, { minLength: 1, maxLength: 3 });
    level = fc.oneof(
      { weight: 3, arbitrary: leaf },
      { weight: 1, arbitrary: list.map((all) => ({ all })) },
      { weight: 1, arbitrary: list.map((any) => ({ any })) },
      { weight: 1, arbitrary: below.map((not) => ({ not })) },
    );
  }
  return level;
}

export const conditions: fc.Arbitrary<Condition> = conditionsOf(...Object.values(leaves));

const rankings = fc
  .tuple(
    fc.oneof(
      fc.record({ score: scoreId, what: fc.constant('value') }),
      fc.record({ score: scoreId, what: fc.constantFrom('rise', 'peak'), within: durations }),
    ),
    fc.oneof(
      fc.record({ n: fc.constantFrom(1, 10) }),
      fc.record({ percent: fc.constantFrom(0.5, 10, 100) }),
    ),
  )
  .map(([by, share]) => ({ by, ...share }));

/** Whole definitions with some of `SEGMENT_IDS` as ids. They may refer to themselves. */
export const definitions: fc.Arbitrary<Definition> = fc
  .record(
    {
      id: segmentId,
      name: fc.constantFrom('A', 'Näme 😀'),
      description: fc.constantFrom('', 'What it is.'),
      kind: fc.constantFrom('implicit', 'explicit'),
      who: fc.constantFrom('all', 'known', 'anonymous'),
      if: conditions,
      leaveIf: fc.oneof(...Object.values(leaves)),
      minStay: durations,
      top: rankings,
      tags: fc.constantFrom([], ['t', 'u']),
    },
    { requiredKeys: ['id', 'name', 'kind', 'if'] },
  )
  .map((made) => made as Definition);
