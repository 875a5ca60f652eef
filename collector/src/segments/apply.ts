import type { Event } from '../event.ts';
import { advance, type Outcome, segmentsDue } from './advance.ts';
import type { AccountFacts } from './facts.ts';
import { type Change, judge, type Moment, momentsOf, valueThen } from './judge.ts';
import { addAll, perceive } from './perceive.ts';
import type { CompiledSegment, Plan } from './plan.ts';
import { candidatesKey } from './ranking.ts';
import { add, NOTHING, type Recency } from './recency.ts';
import { type History, replay, withoutDue } from './replay.ts';
import { combineStates, inheritStandings, isCut, type State } from './state.ts';

/** An outcome that {@link replay} has to complete, since only the whole history tells the rest. */
export interface Open extends Outcome {
  readonly needsReplay: boolean;
}

/** What shows that two persons are one. */
export interface Meeting {
  readonly atMs: number;
  /** The event's; 0 where none does. */
  readonly id: number;
  /** The company of both as it is with them as one; the newer copy unless given. */
  readonly account?: AccountFacts;
}

/** What two persons that turn out to be one become. */
export interface Joined extends Open {
  /** Changes that belong to the person who is no more: every membership of theirs ends. */
  readonly changesOfFrom: readonly Change[];
}

/**
 * Takes in one event. Time first passes up to the event; a late event is judged at the instant that
 * is already settled, since what was answered before it arrived cannot be taken back.
 *
 * @param id - The event's id, unique per person: events of one instant are told apart by it.
 * @param account - The person's company as it is after the event, where that differs from before.
 */
export function observe(
  plan: Plan,
  state: State,
  event: Event,
  id: number,
  account?: AccountFacts,
): Open {
  const late = event.atMs < state.settledMs;
  const atMs = Math.max(event.atMs, state.settledMs);
  // What time brings in this very instant is judged together with the event, for both have happened.
  const before = advance(plan, state, atMs - 1);
  const { state: perceived, touched } = perceive(plan, before.state, event, id);
  const seen = account === undefined ? perceived : { ...perceived, account };
  if (account !== undefined) addAll(touched, plan.onAccount);
  // Whose past begins earlier than was known may have been somewhere in between.
  if (late && event.atMs < state.firstSeenMs) addAll(touched, plan.historic);
  const due = segmentsDue(plan, seen, atMs);
  const moment = { atMs, cause: late ? 'late' : 'event', event: id, announced: true } as const;
  // Two events of one instant have no order, so what depends on one takes both together.
  const skips = event.atMs <= state.settledMs;
  const after = judge(plan, { ...seen, settledMs: atMs }, [...touched, ...due], moment, skips);
  const byTime = new Set(due.filter((segment) => !touched.has(segment)));
  const { event: _, ...time } = { ...moment, cause: 'time' as const };
  const changes = after.changes.map((change) =>
    byTime.has(change.segment) ? { ...time, ...segmentOf(change) } : change,
  );
  return { ...after, changes: [...before.changes, ...changes] };
}

/**
 * Takes in that a person's company is not what it was: its traits, or what holds of its people.
 *
 * @param skips - Leaves out what {@link CompiledSegment.isShared}, to be gone through again.
 */
export function adopt(
  plan: Plan,
  state: State,
  account: AccountFacts,
  moment: Moment,
  skips = false,
): Outcome {
  const atMs = Math.max(moment.atMs, state.settledMs);
  const before = advance(plan, state, atMs - 1);
  const due = segmentsDue(plan, before.state, atMs);
  const current = { ...before.state, account, settledMs: atMs };
  const asked = [...plan.onAccount, ...due].filter(({ isShared }) => !(skips && isShared));
  const after = judge(plan, current, asked, { ...moment, atMs });
  return { state: after.state, changes: [...before.changes, ...after.changes] };
}

/** Takes in whether a person is among the first of a segment that ranks people. */
export function rank(
  plan: Plan,
  state: State,
  { key, isFirst }: { readonly key: number; readonly isFirst: boolean },
  nowMs: number,
): Outcome {
  const before = advance(plan, state, nowMs);
  const segment = plan.segments.get(key);
  const was = before.state.standings[key] ?? {};
  const isCandidate = before.state.standings[candidatesKey(key)]?.enteredMs !== undefined;
  const isIn = isFirst && isCandidate;
  if (segment === undefined || isIn === (was.enteredMs !== undefined)) return before;
  const enteredMs = isIn ? nowMs : undefined;
  const standing = {
    ...momentsOf(segment, was, enteredMs, nowMs),
    ...(isIn && { enteredMs: nowMs }),
  };
  const standings = { ...before.state.standings, [key]: standing };
  const moment = { atMs: nowMs, cause: 'rank', announced: true } as const;
  const readers = plan.dependents.get(key) ?? [];
  const after = judge(plan, { ...before.state, standings, settledMs: nowMs }, readers, moment);
  const change: Change = { ...moment, segment, direction: isIn ? 'entered' : 'left' };
  return { state: after.state, changes: [...before.changes, change, ...after.changes] };
}

/** Must the log be read to bring this state up to the plan's revision? */
export function needsHistory(plan: Plan, state: State): boolean {
  if (Object.keys(state.cuts).some((id) => isCut(plan, state, id))) return true;
  if (plan.revision === state.revision) return false;
  const isNew = ({ revision, isHistoric }: CompiledSegment) =>
    isHistoric && revision > state.revision;
  return (
    [...plan.matchers.values()].some(({ sinceRevision }) => sinceRevision > state.revision) ||
    [...plan.segments.values()].some(isNew)
  );
}

/**
 * Brings a state up to the plan's revision: lists that a new or hungrier condition needs, or that
 * were too long to be stored, are read again from the log, and the segments that changed are judged.
 * Those that ask about a person's company are left to {@link adopt}, which has to follow.
 *
 * @param history - Everything this person did so far, in any order, with the events' ids.
 */
export function upgrade(plan: Plan, state: State, history: History, nowMs: number): Outcome {
  const kept = Object.entries(state.standings).filter(([key]) => plan.segments.has(Number(key)));
  const rebuilt: State = {
    ...state,
    lists: rebuildLists(plan, state, history),
    cuts: {},
    standings: Object.fromEntries(kept),
  };
  const awaiting = new Set(state.account === undefined ? [] : plan.onAccount);
  const isChanged = (segment: CompiledSegment) =>
    segment.revision > state.revision && !awaiting.has(segment);
  const changed = [...plan.segments.values()].filter(isChanged);
  if (changed.length === 0) return { state: { ...rebuilt, revision: plan.revision }, changes: [] };

  const atMs = Math.max(nowMs, state.settledMs);
  const unchanged = advance(plan, withoutDue(rebuilt, changed), atMs);
  const moment = { atMs, cause: 'definition', announced: false } as const;
  const current = { ...unchanged.state, revision: plan.revision, settledMs: atMs };
  const judged = judge(plan, current, changed, moment, true);
  const outcome = judged.needsReplay
    ? replay(plan, judged.state, history, moment)
    : { state: judged.state, changes: [] };
  return {
    state: outcome.state,
    changes: [...unchanged.changes, ...judged.changes, ...outcome.changes],
  };
}

/**
 * Two persons turn out to be one. Both states must be at the plan's revision. Whoever was a member
 * as either stays one without entering again; only what both histories together change is announced.
 */
export function join(
  plan: Plan,
  into: State,
  from: State,
  { atMs: eventAtMs, id, account }: Meeting,
): Joined {
  const atMs = Math.max(eventAtMs, into.settledMs, from.settledMs);
  const a = advance(plan, into, atMs);
  const b = advance(plan, from, atMs);
  const standings = inheritStandings(a.state.standings, b.state.standings);
  const combined = {
    ...combineStates(plan, a.state, b.state),
    settledMs: atMs,
    standings,
    ...(account && { account }),
  };
  const moment = { atMs, cause: 'merge', event: id, announced: true } as const;
  const judged = judge(plan, combined, plan.segments.values(), moment, true);

  const changes: Change[] = [];
  const changesOfFrom: Change[] = [];
  for (const segment of plan.segments.values()) {
    const wasInto = a.state.standings[segment.key]?.enteredMs !== undefined;
    const wasFrom = b.state.standings[segment.key]?.enteredMs !== undefined;
    const is = judged.state.standings[segment.key]?.enteredMs !== undefined;
    if (is !== wasInto) {
      const direction = is ? 'entered' : 'left';
      const then = valueThen(segment, judged.state, atMs);
      changes.push({ ...moment, ...then, segment, direction, announced: !wasFrom || !is });
    }
    if (wasFrom) {
      const lost = !is && !wasInto;
      changesOfFrom.push({ ...moment, segment, direction: 'left', announced: lost });
    }
  }
  return {
    state: judged.state,
    needsReplay: judged.needsReplay,
    changes: [...a.changes, ...changes],
    changesOfFrom: [...b.changes, ...changesOfFrom],
  };
}

function rebuildLists(plan: Plan, state: State, history: History): State['lists'] {
  const stale = new Set<string>();
  const lists: Record<string, Recency> = {};
  for (const [id, { sinceRevision }] of plan.matchers) {
    const list = state.lists[id];
    if (sinceRevision > state.revision || isCut(plan, state, id)) stale.add(id);
    else if (list !== undefined) lists[id] = list;
  }
  for (const [event, id] of stale.size > 0 ? history : []) {
    for (const matcher of plan.index(event)) {
      const entry = stale.has(matcher.id) ? matcher.entryOf(event, id, state.self) : undefined;
      const memory = plan.matchers.get(matcher.id)?.memory;
      if (entry && memory) lists[matcher.id] = add(lists[matcher.id] ?? NOTHING, entry, memory);
    }
  }
  return lists;
}

function segmentOf(change: Change): Pick<Change, 'segment' | 'direction' | 'value'> {
  const { segment, direction, value } = change;
  return { segment, direction, ...(value !== undefined && { value }) };
}
