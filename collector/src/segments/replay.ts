import type { Event } from '../event.ts';
import { advance, type Outcome, segmentsDue } from './advance.ts';
import type { Standing } from './facts.ts';
import { type Change, judge, type Moment } from './judge.ts';
import { perceive } from './perceive.ts';
import type { CompiledSegment, Plan } from './plan.ts';
import { newState, type State } from './state.ts';

/** Everything that a person did so far, in any order, with the events' ids. */
export type History = Iterable<readonly [event: Event, id: number]>;

/**
 * Judges what depends on the past by going through the whole of it in the order in which it happened,
 * so that the order of arrival makes no difference. Everything else stays as it is.
 *
 * @param moment - When and why; changes are recorded with it.
 */
export function replay(plan: Plan, state: State, history: History, moment: Moment): Outcome {
  const untilMs = Math.max(moment.atMs, state.settledMs);
  const lived = relive(plan, state, history, untilMs);
  const standings: Record<number, Standing> = { ...state.standings };
  const changes: Change[] = [];
  for (const segment of plan.historic) {
    const was = standings[segment.key]?.enteredMs !== undefined;
    const standing = lived.standings[segment.key];
    const is = standing?.enteredMs !== undefined;
    if (standing === undefined) delete standings[segment.key];
    else standings[segment.key] = standing;
    if (was !== is) changes.push({ ...moment, segment, direction: is ? 'entered' : 'left' });
  }
  return { state: { ...state, standings, settledMs: untilMs }, changes };
}

/** The state of a person to whom everything happened in order. What happened in one instant is judged together. */
function relive(plan: Plan, { self, known, account }: State, history: History, untilMs: number) {
  let state: State = { ...newState(plan.revision, self), known, ...(account && { account }) };
  for (const [atMs, events] of instantsOf(history)) {
    state = { ...advance(plan, state, atMs - 1).state, settledMs: atMs };
    const touched = new Set<CompiledSegment>(segmentsDue(plan, state, atMs));
    for (const [event, id] of events) {
      const perceived = perceive(plan, state, event, id);
      state = perceived.state;
      for (const segment of perceived.touched) touched.add(segment);
    }
    state = judge(plan, state, touched, { atMs, cause: 'event', announced: false }).state;
  }
  return advance(plan, state, untilMs).state;
}

function instantsOf(history: History): Iterable<[number, (readonly [Event, number])[]]> {
  const instants = new Map<number, (readonly [Event, number])[]>();
  for (const each of [...history].sort(([a], [b]) => a.atMs - b.atMs)) {
    const [{ atMs }] = each;
    const present = instants.get(atMs);
    if (present) present.push(each);
    else instants.set(atMs, [each]);
  }
  return instants;
}
