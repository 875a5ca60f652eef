import type { Event } from '../event.ts';
import { advance, observe } from '../segments/apply.ts';
import type { Plan } from '../segments/plan.ts';
import { newState, type Standing, type State } from '../segments/state.ts';
import type { LedgerChange } from './ledger-rows.ts';

/** A person's full history with the events' ids, in any order. */
export type History = readonly (readonly [event: Event, id: number])[];

/**
 * The state of a person to whom this history and no other happened, settled at `nowMs`: every event
 * is taken in as if it came in its order.
 */
export function replay(plan: Plan, known: boolean, history: History, nowMs: number): State {
  const inOrder = history.toSorted(([a, x], [b, y]) => a.atMs - b.atMs || x - y);
  let state: State = { ...newState(plan.revision), known };
  for (const [event, id] of inOrder) state = observe(plan, state, event, id).state;
  const settled = advance(plan, state, nowMs).state;
  return { ...settled, settledMs: Math.max(settled.settledMs, nowMs) };
}

/**
 * How a person goes on whose state was rebuilt: what they were and still are a member of they never
 * left; what differs changes now.
 */
export function differences(
  plan: Plan,
  before: State,
  rebuilt: State,
  nowMs: number,
): { readonly state: State; readonly changes: readonly LedgerChange[] } {
  const standings: Record<number, Standing> = { ...rebuilt.standings };
  const changes: LedgerChange[] = [];
  for (const segment of plan.segments.values()) {
    const standing = standings[segment.key];
    const isMember = standing?.enteredMs !== undefined;
    const enteredMs = before.standings[segment.key]?.enteredMs;
    if (isMember) standings[segment.key] = { ...standing, enteredMs: enteredMs ?? nowMs };
    if (isMember === (enteredMs !== undefined)) continue;
    const direction = isMember ? 'entered' : 'left';
    changes.push({ segment, direction, atMs: nowMs, cause: 'unmerge', announced: true });
  }
  return { state: { ...rebuilt, standings }, changes };
}

/** What somebody enters as they are told apart from a person: what these were in anyway is no news. */
export function inheritances(
  plan: Plan,
  before: State,
  rebuilt: State,
  nowMs: number,
): readonly LedgerChange[] {
  return [...plan.segments.values()].flatMap((segment): LedgerChange[] => {
    if (rebuilt.standings[segment.key]?.enteredMs === undefined) return [];
    const announced = before.standings[segment.key]?.enteredMs === undefined;
    return [{ segment, direction: 'entered', atMs: nowMs, cause: 'unmerge', announced }];
  });
}
