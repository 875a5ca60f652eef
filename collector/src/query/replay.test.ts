import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../event.ts';
import type { Condition, Definition, Who } from '../segments/definition.ts';
import { recompute } from '../segments/recompute.ts';
import { newState } from '../segments/state.ts';
import { planOf, replay } from './replay.ts';

const DEFINITION_PARTS: readonly Condition[] = [
  { did: 'page', within: '3s' },
  { did: 'page', times: 2, distinct: 'session', within: '5s' },
  { not: { did: 'page', within: '2s' } },
  { did: 'page', times: { eq: 1 }, within: '4s' },
];

const condition = fc.oneof(
  fc.constantFrom(...DEFINITION_PARTS),
  fc
    .tuple(fc.constantFrom(...DEFINITION_PARTS), fc.constantFrom(...DEFINITION_PARTS))
    .map(([a, b]): Condition => ({ all: [a, b] })),
);

const told = fc.record({
  atMs: fc.nat(10_000),
  sessionId: fc.constantFrom('a', 'b'),
  userId: fc.option(fc.constant('ann'), { nil: undefined }),
});

const eventOf = ({
  atMs,
  sessionId,
  userId,
}: typeof told extends fc.Arbitrary<infer T> ? T : never) =>
  ({
    ...{ messageId: 'm', type: 'page', anonymousId: 'a', sessionId, atMs, receivedAtMs: atMs },
    ...{ properties: {}, context: {}, traits: {}, flags: [] },
    ...(userId !== undefined && { userId }),
  }) satisfies Event;

test('a replay ends where a recomputation does, at every instant, and its changes lead there', () => {
  const who = fc.constantFrom<Who>('all', 'known', 'anonymous');
  fc.assert(
    fc.property(condition, who, fc.array(told), fc.nat(15_000), (part, whose, all, nowMs) => {
      const definition: Definition = {
        ...{ id: 's', name: 's', kind: 'implicit', who: whose },
        if: part,
      };
      const history = all
        .map(eventOf)
        .toSorted((a, b) => a.atMs - b.atMs)
        .map((event, id): [Event, number] => [event, id]);
      const { state, changes } = replay(planOf([definition], 'UTC'), newState(1), history, nowMs);
      const events = history.map(([event]) => event).filter(({ atMs }) => atMs <= nowMs);
      const known = events.some(({ userId }) => userId !== undefined);
      const is = recompute(definition, { events, known }, nowMs);
      expect(state.standings[1]?.enteredMs !== undefined).toBe(is);

      let inside = false;
      for (const { direction } of changes) {
        expect(direction).toBe(inside ? 'left' : 'entered');
        inside = !inside;
      }
      expect(inside).toBe(is);
      const instants = changes.map(({ atMs }) => atMs);
      expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    }),
    { numRuns: 1_000 },
  );
});
