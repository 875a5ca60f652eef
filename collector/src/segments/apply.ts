import type { Event } from '../event.ts';
import { evaluate, nextChangeMs } from './evaluate.ts';
import type { CompiledSegment, Plan } from './plan.ts';
import { add, NOTHING, type Recency } from './recency.ts';
import { combineStates, mergeTraits, nextDueMs, type Standing, type State } from './state.ts';

export type Cause = 'event' | 'late' | 'time' | 'merge' | 'definition';

/** One change of one membership. */
export interface Change {
  readonly segment: CompiledSegment;
  readonly direction: 'entered' | 'left';
  /** The instant from which it holds. */
  readonly atMs: number;
  readonly cause: Cause;
  /** The id of the event that brought it about. */
  readonly event?: number;
  /** Are others told? Not of bookkeeping: a membership that a merge carries over, a new definition. */
  readonly announced: boolean;
}

/** A state and how it came about. */
export interface Outcome {
  readonly state: State;
  readonly changes: readonly Change[];
}

/** What two persons that turn out to be one become. */
export interface Joined extends Outcome {
  /** Changes that belong to the person who is no more: every membership of theirs ends. */
  readonly changesOfFrom: readonly Change[];
}

/** Settles every change that time alone brings up to and including `nowMs`, in order, each at its exact instant. */
export function advance(plan: Plan, state: State, nowMs: number): Outcome {
  const changes: Change[] = [];
  let settled = state;
  for (let dueMs = nextDueMs(settled); dueMs !== undefined && dueMs <= nowMs; ) {
    const due = segmentsWhere(plan, settled, (standing) => standing.dueMs === dueMs);
    const outcome = judge(settled, due, { atMs: dueMs, cause: 'time', announced: true });
    settled = { ...outcome.state, settledMs: Math.max(settled.settledMs, dueMs) };
    changes.push(...outcome.changes);
    dueMs = nextDueMs(settled);
  }
  return { state: settled, changes };
}

/**
 * Takes in one event. Time first passes up to the event; a late event is judged at the instant that
 * is already settled, since what was answered before it arrived cannot be taken back.
 *
 * @param id - The event's id, unique per person: events of one instant are told apart by it.
 */
export function observe(plan: Plan, state: State, event: Event, id: number): Outcome {
  const late = event.atMs < state.settledMs;
  const atMs = Math.max(event.atMs, state.settledMs);
  const before = advance(plan, state, atMs);
  const isNew = state.lastSeenMs === Number.NEGATIVE_INFINITY;
  const touched = new Set<CompiledSegment>(isNew ? plan.bornInto : []);
  const lists = remember(plan, before.state.lists, event, id, touched);
  const seen: State = {
    ...before.state,
    settledMs: atMs,
    firstSeenMs: Math.min(state.firstSeenMs, event.atMs),
    lastSeenMs: Math.max(state.lastSeenMs, event.atMs),
    lists,
    traits:
      event.type === 'identify'
        ? mergeTraits(state.traits, event.traits, event)
        : before.state.traits,
  };
  const cause = late ? 'late' : 'event';
  const after = judge(seen, inOrder(touched), { atMs, cause, event: id, announced: true });
  return { state: after.state, changes: [...before.changes, ...after.changes] };
}

/** Must the log be read to bring this state up to the plan's revision? */
export function needsHistory(plan: Plan, state: State): boolean {
  return [...plan.matchers.values()].some(({ sinceRevision }) => sinceRevision > state.revision);
}

/**
 * Brings a state up to the plan's revision: lists that a new or hungrier condition needs are read
 * again from the log, and the segments that changed are judged.
 *
 * @param history - Everything this person did so far, in any order, with the events' ids.
 */
export function upgrade(
  plan: Plan,
  state: State,
  history: Iterable<readonly [event: Event, id: number]>,
  nowMs: number,
): Outcome {
  const stale = new Set<string>();
  const lists: Record<string, Recency> = {};
  for (const [id, { sinceRevision }] of plan.matchers) {
    const list = state.lists[id];
    if (sinceRevision > state.revision) stale.add(id);
    else if (list !== undefined) lists[id] = list;
  }
  for (const [event, id] of stale.size > 0 ? history : []) {
    for (const matcher of plan.index(event)) {
      const entry = stale.has(matcher.id) ? matcher.entryOf(event, id) : undefined;
      const capacity = plan.matchers.get(matcher.id)?.capacity ?? 0;
      if (entry) lists[matcher.id] = add(lists[matcher.id] ?? NOTHING, entry, capacity);
    }
  }
  const kept = Object.entries(state.standings).filter(([key]) => plan.segments.has(Number(key)));
  const rebuilt: State = { ...state, lists, standings: Object.fromEntries(kept) };
  const isChanged = ({ revision }: CompiledSegment) => revision > state.revision;
  const changed = [...plan.segments.values()].filter(isChanged);

  const atMs = Math.max(nowMs, state.settledMs);
  const unchanged = advance(plan, withoutDue(rebuilt, changed), atMs);
  const outcome = judge({ ...unchanged.state, revision: plan.revision, settledMs: atMs }, changed, {
    atMs,
    cause: 'definition',
    announced: false,
  });
  return { state: outcome.state, changes: [...unchanged.changes, ...outcome.changes] };
}

/**
 * Two persons turn out to be one. Both states must be at the plan's revision. Whoever was a member
 * as either stays one without entering again; only what both histories together change is announced.
 */
export function join(plan: Plan, into: State, from: State, eventAtMs: number, id: number): Joined {
  const atMs = Math.max(eventAtMs, into.settledMs, from.settledMs);
  const a = advance(plan, into, atMs);
  const b = advance(plan, from, atMs);
  const combined = combineStates(plan, a.state, b.state);
  const inherited = inheritStandings(a.state.standings, b.state.standings);
  const moment = { atMs, cause: 'merge', event: id, announced: true } as const;
  const judged = judge(
    { ...combined, settledMs: atMs, standings: inherited },
    [...plan.segments.values()],
    moment,
  );

  const changes: Change[] = [];
  const changesOfFrom: Change[] = [];
  for (const segment of plan.segments.values()) {
    const wasInto = a.state.standings[segment.key]?.enteredMs !== undefined;
    const wasFrom = b.state.standings[segment.key]?.enteredMs !== undefined;
    const is = judged.state.standings[segment.key]?.enteredMs !== undefined;
    if (is !== wasInto) {
      const direction = is ? 'entered' : 'left';
      changes.push({ ...moment, segment, direction, announced: !wasFrom || !is });
    }
    if (wasFrom) {
      const lost = !is && !wasInto;
      changesOfFrom.push({ ...moment, segment, direction: 'left', announced: lost });
    }
  }
  return {
    state: judged.state,
    changes: [...a.changes, ...changes],
    changesOfFrom: [...b.changes, ...changesOfFrom],
  };
}

/** Adds the event to every list that it concerns and notes the segments that read them. */
function remember(
  plan: Plan,
  lists: State['lists'],
  event: Event,
  id: number,
  touched: Set<CompiledSegment>,
): State['lists'] {
  let grown: Record<string, Recency> | undefined;
  for (const matcher of plan.index(event)) {
    const planned = plan.matchers.get(matcher.id);
    const entry = planned && matcher.entryOf(event, id);
    if (!entry) continue;
    grown ??= { ...lists };
    grown[matcher.id] = add(grown[matcher.id] ?? NOTHING, entry, planned.capacity);
    for (const segment of planned.segments) touched.add(segment);
  }
  return grown ?? lists;
}

/** Evaluates segments at one instant and records what differs from how the person stood. */
function judge(
  state: State,
  segments: readonly CompiledSegment[],
  moment: Pick<Change, 'atMs' | 'cause' | 'event' | 'announced'>,
): Outcome {
  const changes: Change[] = [];
  const standings: Record<number, Standing> = { ...state.standings };
  for (const segment of segments) {
    const { is } = evaluate(segment.condition, state, moment.atMs);
    const dueMs = nextChangeMs(segment.condition, state, moment.atMs);
    const enteredMs = standings[segment.key]?.enteredMs;
    if (is !== (enteredMs !== undefined)) {
      changes.push({ ...moment, segment, direction: is ? 'entered' : 'left' });
    }
    delete standings[segment.key];
    if (is || dueMs !== undefined) {
      standings[segment.key] = {
        ...(is && { enteredMs: enteredMs ?? moment.atMs }),
        ...(dueMs !== undefined && { dueMs }),
      };
    }
  }
  return { state: { ...state, standings }, changes };
}

/** A member as either is a member since the earlier entry; due instants are judged anew. */
function inheritStandings(a: State['standings'], b: State['standings']): State['standings'] {
  const inherited: Record<number, Standing> = {};
  for (const [key, { enteredMs }] of [...Object.entries(a), ...Object.entries(b)]) {
    if (enteredMs === undefined) continue;
    const other = inherited[Number(key)]?.enteredMs ?? enteredMs;
    inherited[Number(key)] = { enteredMs: Math.min(enteredMs, other) };
  }
  return inherited;
}

function withoutDue(state: State, segments: readonly CompiledSegment[]): State {
  const standings: Record<number, Standing> = { ...state.standings };
  for (const { key } of segments) {
    const enteredMs = standings[key]?.enteredMs;
    if (enteredMs === undefined) delete standings[key];
    else standings[key] = { enteredMs };
  }
  return { ...state, standings };
}

function segmentsWhere(
  plan: Plan,
  state: State,
  is: (standing: Standing) => boolean,
): readonly CompiledSegment[] {
  return Object.entries(state.standings).flatMap(([key, standing]) => {
    const segment = is(standing) ? plan.segments.get(Number(key)) : undefined;
    return segment ? [segment] : [];
  });
}

function inOrder(segments: ReadonlySet<CompiledSegment>): readonly CompiledSegment[] {
  return [...segments].sort((a, b) => a.key - b.key);
}
