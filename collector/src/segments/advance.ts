import { leavesOf } from './condition.ts';
import { type Change, judge } from './judge.ts';
import type { CompiledSegment, Plan } from './plan.ts';
import { nextDueMs, type State } from './state.ts';

/** A state and how it came about. */
export interface Outcome {
  readonly state: State;
  readonly changes: readonly Change[];
}

/** Settles every change that time alone brings up to and including `nowMs`, in order, each at its exact instant. */
export function advance(plan: Plan, state: State, nowMs: number): Outcome {
  const changes: Change[] = [];
  let settled = withoutRemoved(plan, state);
  for (let dueMs = nextDueMs(settled); dueMs !== undefined && dueMs <= nowMs; ) {
    const due = segmentsDue(plan, settled, dueMs);
    const outcome = judge(plan, settled, due, { atMs: dueMs, cause: 'time', announced: true });
    settled = { ...outcome.state, settledMs: Math.max(settled.settledMs, dueMs) };
    changes.push(...outcome.changes);
    dueMs = nextDueMs(settled);
  }
  return { state: settled, changes };
}

/** Without what is left of segments that are no more: it would come due and never be settled. */
function withoutRemoved(plan: Plan, state: State): State {
  for (const key in state.standings) {
    if (plan.segments.has(Number(key))) continue;
    const all = Object.entries(state.standings);
    const kept = all.filter(([each]) => plan.segments.has(Number(each)));
    return { ...state, standings: Object.fromEntries(kept) };
  }
  return state;
}

/** The segments that are to be judged again at an instant. */
export function segmentsDue(plan: Plan, state: State, dueMs: number): readonly CompiledSegment[] {
  return Object.entries(state.standings).flatMap(([key, standing]) => {
    const segment = standing.dueMs === dueMs ? plan.segments.get(Number(key)) : undefined;
    return segment ? [segment] : [];
  });
}

/**
 * When somebody leaves a segment that they are in if nothing more happens. Most segments know their next
 * change themselves; for one that leans on others, or on what fades, time is let pass.
 */
export function leavesMs(plan: Plan, state: State, key: number): number | undefined {
  const segment = plan.segments.get(key);
  if (segment === undefined) return undefined;
  const leans =
    segment.fades || leavesOf(segment.leaves).some(({ reads }) => reads.segments !== undefined);
  return leans ? nextChangeOf(plan, state, key) : state.standings[key]?.dueMs;
}

/**
 * When somebody enters or leaves a segment if nothing more happens; `undefined` if they never do.
 * Time is let pass for all segments, since those that this one reads may change before it.
 */
export function nextChangeOf(plan: Plan, state: State, segment: number): number | undefined {
  const isIn = (of: State) => of.standings[segment]?.enteredMs !== undefined;
  let later = advance(plan, state, state.settledMs).state;
  for (let dueMs = nextDueMs(later); dueMs !== undefined; dueMs = nextDueMs(later)) {
    later = advance(plan, later, dueMs).state;
    if (isIn(later) !== isIn(state)) return dueMs;
  }
  return undefined;
}
