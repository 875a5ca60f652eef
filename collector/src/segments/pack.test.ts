import { expect, test } from 'vitest';
import { packState, unpackState } from './pack.ts';
import type { Entry } from './recency.ts';
import { newState, type State } from './state.ts';

/** What the first layout wrote of somebody. */
const FIRST_LAYOUT =
  '[1,3,1000,10,900,1,[["abc",[[900,7],[10,5,"s1"]]]],[[4,900,5000],[6,null,7000]],[["plan","pro",900,"m1"]]]';

test('a state of the first layout reads as it was meant', () => {
  expect(unpackState(FIRST_LAYOUT, 12)).toEqual({
    self: 12,
    revision: 3,
    settledMs: 1_000,
    firstSeenMs: 10,
    lastSeenMs: 900,
    known: true,
    lists: {
      abc: [
        { atMs: 900, event: 7 },
        { atMs: 10, event: 5, key: 's1' },
      ],
    },
    cuts: {},
    standings: { 4: { enteredMs: 900, dueMs: 5_000 }, 6: { dueMs: 7_000 } },
    traits: { plan: { value: 'pro', atMs: 900, messageId: 'm1' } },
  } satisfies State);
});

test('a state of a layout that is not known yet is refused', () => {
  expect(() => unpackState('[99]')).toThrow('layout 99');
});

test('a list that is too long keeps its newest and says up to when the rest is missing', () => {
  const list = Array.from(
    { length: 1_030 },
    (_, index): Entry => ({ atMs: 5_000 - index, event: index }),
  );
  const state: State = { ...newState(1), settledMs: 9_000, lists: { long: list } };
  const back = unpackState(packState(state));
  expect(back.lists.long).toEqual(list.slice(0, 1_024));
  expect(back.cuts).toEqual({ long: 5_000 - 1_024 });
  // What was missing stays missing.
  expect(unpackState(packState(back))).toEqual(back);
});
