import type { Event } from '../event.ts';
import { advance, type Change, join, observe } from '../segments/apply.ts';
import type { Definition } from '../segments/definition.ts';
import { compilePlan, type Plan } from '../segments/plan.ts';
import { newState, type State } from '../segments/state.ts';

/** What the engine would have made of a history, had the plan been there from the start. */
export interface Replayed {
  readonly state: State;
  /** Entries and leaves in order, each at its exact instant. */
  readonly changes: readonly Pick<Change, 'segment' | 'direction' | 'atMs'>[];
}

/** The revision at which definitions that nobody saved are looked at. */
const REVISION = 1;

/**
 * A plan of definitions that need not be saved.
 *
 * @returns Its segments have the numbers 1, 2, … in the order of the definitions.
 */
export function planOf(definitions: readonly Definition[], timeZone: string): Plan {
  const stored = definitions.map((definition, index) => ({
    ...{ key: index + 1, version: 1, revision: REVISION },
    definition,
  }));
  return compilePlan(stored, REVISION, timeZone);
}

/**
 * Runs a history through the engine as if it had arrived in order, up to and including `untilMs`.
 * Whoever is one person now is taken as one all along; they are known from their first event that
 * names a user.
 *
 * @param history - In the order in which it happened.
 */
export function replay(
  plan: Plan,
  history: readonly (readonly [event: Event, id: number])[],
  untilMs: number,
): Replayed {
  let state = newState(plan.revision);
  const changes: Replayed['changes'][number][] = [];
  for (const [event, id] of history) {
    if (event.atMs > untilMs) break;
    if (event.userId !== undefined && !state.known) {
      const named = becomeKnown(plan, state, event, id);
      state = named.state;
      changes.push(...named.changes);
    }
    const outcome = observe(plan, state, event, id);
    state = outcome.state;
    changes.push(...outcome.changes);
  }
  const settled = advance(plan, state, untilMs);
  return { state: settled.state, changes: [...changes, ...settled.changes] };
}

/** Does what the collector does when an anonymous person gets a name: they join a new, known one. */
function becomeKnown(plan: Plan, anonymous: State, event: Event, id: number): Replayed {
  const known = { ...newState(plan.revision), known: true };
  if (anonymous.lastSeenMs === Number.NEGATIVE_INFINITY) return { state: known, changes: [] };
  const before = advance(plan, anonymous, event.atMs);
  const { state } = join(plan, known, before.state, event.atMs, id);
  const turned = [...plan.segments.values()].flatMap((segment): Replayed['changes'] => {
    const was = before.state.standings[segment.key]?.enteredMs !== undefined;
    const is = state.standings[segment.key]?.enteredMs !== undefined;
    const direction = is ? 'entered' : 'left';
    return was === is ? [] : [{ segment, direction, atMs: event.atMs }];
  });
  return { state, changes: [...before.changes, ...turned] };
}
