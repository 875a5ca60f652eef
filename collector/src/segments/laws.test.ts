import fc from 'fast-check';
import { expect, test } from 'vitest';
import { factsOf, LAW_END_MS, LAW_SEGMENTS, type LawDeed, lawDeeds } from '../../testing/laws.ts';
import type { Event } from '../event.ts';
import { advance } from './advance.ts';
import { join, type Open, observe } from './apply.ts';
import { compilePlan } from './plan.ts';
import { pruned } from './recency.ts';
import { type History, replay } from './replay.ts';
import { combineStates, newState, type State } from './state.ts';

const plan = compilePlan(
  LAW_SEGMENTS.map((definition, index) => ({
    ...{ key: index + 1, version: 1, revision: 1, definition },
  })),
  1,
  'UTC',
);
const SELF = 7;
const RUNS = { numRuns: 150, ...(process.env.INKLING_MUTANT && { seed: 7, endOnFailure: true }) };
const deeds = fc.integer({ min: 1, max: 30 }).chain((length) => lawDeeds(length, 1));
const shuffled = deeds.chain((told) =>
  fc
    .shuffledSubarray([...told.keys()], { minLength: told.length })
    .map((order) => ({ told, order })),
);

/** Each with an id of its own, which goes with it wherever it comes. */
function historyOf(told: readonly LawDeed[]): History {
  return told.map((deed, index) => [eventOf(deed, index), index + 1]);
}

function eventOf(deed: LawDeed, index: number): Event {
  const { atMs } = deed;
  return { messageId: `m${index}`, receivedAtMs: atMs, context: {}, flags: [], ...factsOf(deed) };
}

/** What one person becomes to whom these events come in this order; up to the end of the story. */
function fold(history: History, self = SELF): State {
  let state = newState(1, self);
  history.forEach(([event, id], index) => {
    state = completed(observe(plan, state, event, id), history.slice(0, index + 1));
  });
  return advance(plan, state, LAW_END_MS).state;
}

function completed({ state, needsReplay }: Open, history: History): State {
  const moment = { atMs: state.settledMs, cause: 'late', announced: true } as const;
  return needsReplay ? replay(plan, state, history, moment).state : state;
}

/** What is remembered, without what nobody will ask about any more. */
function memoryOf({ lists, traits, firstSeenMs, lastSeenMs }: State) {
  const kept = Object.entries(lists).flatMap(([id, list]) => {
    const memory = plan.matchers.get(id)?.memory;
    const rest = memory === undefined ? list : pruned(list, memory, LAW_END_MS);
    return rest.length > 0 ? [[id, rest] as const] : [];
  });
  return { lists: Object.fromEntries(kept), traits, firstSeenMs, lastSeenMs };
}

/** Who they are now and when time alone will change that; since when, where the past decides. */
function answersOf({ standings }: State) {
  return [...plan.segments.values()].map(({ key, id, isHistoric }) => {
    const { enteredMs, dueMs } = standings[key] ?? {};
    return { id, isIn: enteredMs !== undefined, dueMs, ...(isHistoric && { enteredMs }) };
  });
}

function expectSame(one: State, other: State): void {
  expect(memoryOf(one)).toEqual(memoryOf(other));
  expect(answersOf(one)).toEqual(answersOf(other));
}

test('shuffled = sorted', () => {
  fc.assert(
    fc.property(shuffled, ({ told, order }) => {
      const history = historyOf(told);
      const inOrder = history.toSorted(([a, aId], [b, bId]) => a.atMs - b.atMs || aId - bId);
      const outOfOrder = order.flatMap((index) => history.slice(index, index + 1));
      expectSame(fold(outOfOrder), fold(inOrder));
    }),
    RUNS,
  );
});

test('everything twice = once', () => {
  fc.assert(
    fc.property(shuffled, ({ told, order }) => {
      const history = historyOf(told);
      const again = order.flatMap((index) => history.slice(index, index + 1));
      expectSame(fold([...history, ...again]), fold(history));
    }),
    RUNS,
  );
});

test('fold(A ∪ B) = combine(fold A, fold B)', () => {
  fc.assert(
    fc.property(deeds, fc.infiniteStream(fc.boolean()), (told, sides) => {
      const all = historyOf(told);
      const isA = told.map(() => sides.next().value === true);
      const a = fold(all.filter((_, index) => isA[index]));
      const b = fold(
        all.filter((_, index) => !isA[index]),
        SELF + 1,
      );
      const together = fold(all);
      expect(memoryOf(combineStates(plan, a, b))).toEqual(memoryOf(together));
      expect(memoryOf(combineStates(plan, b, a))).toEqual(memoryOf(together));
      const joined = join(plan, a, b, { atMs: LAW_END_MS, id: 0 });
      expectSame(completed(joined, all), advance(plan, together, LAW_END_MS).state);
    }),
    RUNS,
  );
});
