import fc from 'fast-check';
import type { Condition, Definition } from '../src/segments/definition.ts';

/** Segments of every kind, with windows so short that what is random meets their edges. */
export const LAW_SEGMENTS: readonly Definition[] = [
  segment('often', { did: 'page', times: 3, within: '20s' }),
  segment('seldom', { did: 'page', times: { lte: 1 }, within: '10s' }),
  segment('visits', { did: 'page', distinct: 'session', times: 2, within: '30s' }),
  segment('before', { did: 'Viewed', times: 2, within: { from: '30s', to: '10s' } }),
  segment('sum', { did: 'Viewed', sum: 'n', is: { gt: 3 }, within: '30s' }),
  segment('first', { did: 'page', first: true, is: { path: '/a' } }),
  segment('latest', { did: 'page', latest: true, is: { path: '/b' } }),
  segment('path', {
    seq: [{ did: 'page' }, { no: 'Viewed', where: { n: 2 } }, { did: 'page', within: '10s' }],
    same: ['session'],
    within: '40s',
  }),
  segment('silent', { seq: [{ did: 'Viewed' }, { no: 'page', for: '5s' }], within: '1m' }),
  segment('idle', { idle: '10s' }),
  segment('pro', { trait: 'plan', is: 'pro' }),
  segment('fresh', { trait: 'seen_at', is: { last: '20s' } }),
  segment('kept', { did: 'Viewed', within: '3s' }, { minStay: '10s' }),
  segment('until', { did: 'page' }, { leaveIf: { did: 'Viewed', times: 2, within: '10s' } }),
  segment('entered', { segment: 'often', state: 'entered', within: '10s' }),
  segment('never', { not: { segment: 'kept', state: 'ever' } }),
];

/** When what happens happens at the earliest, and when it is over and answers are compared. */
export const LAW_START_MS = 1_800_000_000_000;
export const LAW_END_MS: number = LAW_START_MS + 75_000;

/** Something that somebody did; whole seconds, so that many things happen in one instant. */
export interface LawDeed {
  readonly person: number;
  readonly atMs: number;
  readonly name: 'page' | 'Viewed' | 'identify';
  readonly path: string;
  readonly session: number;
}

export const lawDeeds = (length: number, people: number): fc.Arbitrary<readonly LawDeed[]> =>
  fc.array(
    fc.record({
      person: fc.nat(people - 1),
      atMs: fc.nat(60).map((s) => LAW_START_MS + s * 1_000),
      name: fc.oneof(
        { weight: 5, arbitrary: fc.constant('page' as const) },
        { weight: 3, arbitrary: fc.constant('Viewed' as const) },
        { weight: 1, arbitrary: fc.constant('identify' as const) },
      ),
      path: fc.constantFrom('/a', '/b'),
      session: fc.nat(3),
    }),
    { minLength: length, maxLength: length },
  );

/** The facts of a deed, the same whoever tells of it. */
export function factsOf({ atMs, name, path, session }: LawDeed) {
  const isIdentify = name === 'identify';
  return {
    ...{ atMs, sessionId: `s${session}` },
    type: isIdentify
      ? ('identify' as const)
      : name === 'page'
        ? ('page' as const)
        : ('track' as const),
    ...(name === 'Viewed' && { name }),
    properties: isIdentify ? {} : { path, n: session },
    traits: isIdentify
      ? { plan: session > 1 ? 'pro' : 'free', seen_at: new Date(atMs).toISOString() }
      : {},
  };
}

function segment(
  id: string,
  condition: Condition,
  rest: Pick<Definition, 'minStay' | 'leaveIf'> = {},
): Definition {
  return { id, name: id, kind: 'implicit', if: condition, ...rest };
}
