import type { Event } from '../event.ts';
import { advance, type Outcome, segmentsDue } from './advance.ts';
import type { AccountFacts, Standing } from './facts.ts';
import { type Change, judge, type Moment } from './judge.ts';
import { addAll, perceive } from './perceive.ts';
import type { CompiledSegment, Plan } from './plan.ts';
import { newState, type State } from './state.ts';

/** Everything that a person did so far, in any order, with the events' ids. */
export type History = readonly (readonly [event: Event, id: number])[];

/**
 * Judges what depends on the past by going through the whole of it in the order in which it happened,
 * so that the order of arrival makes no difference. Everything else stays as it is.
 *
 * @param moment - When and why; changes are recorded with it.
 */
export function replay(plan: Plan, state: State, history: History, moment: Moment): Outcome {
  const untilMs = Math.max(moment.atMs, state.settledMs);
  const { self, account, known } = state;
  const knownFromMs = known ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const whom = { self, knownFromMs, ...(account && { account }) };
  // Nothing else of that life is asked for.
  const lived = relive(plan.past ?? plan, whom, history, untilMs).state;
  return takeOver(plan, { ...state, settledMs: untilMs }, plan.historic, lived.standings, moment);
}

/**
 * Judges what depends on the past and asks about companies, from a life in which all colleagues' events
 * happened in order.
 *
 * @param lived - How that life ended at `nowMs`; absent where too much happened in a company, so that
 *   what it asks is judged as things stand.
 * @param why - With it changes are recorded, at the newest instant that is settled.
 */
export function rewrite(
  plan: Plan,
  state: State,
  lived: State | undefined,
  why: Omit<Moment, 'atMs'>,
  nowMs: number,
): Outcome {
  const passed = advance(plan, withoutDue(state, plan.shared), nowMs);
  const settledMs = Math.max(passed.state.settledMs, lived?.settledMs ?? Number.NEGATIVE_INFINITY);
  const moment = { ...why, atMs: settledMs };
  const settled = { ...passed.state, settledMs };
  const { state: rewritten, changes } =
    lived === undefined
      ? judge(plan, settled, plan.shared, moment)
      : takeOver(plan, settled, plan.shared, lived.standings, moment);
  return { state: rewritten, changes: [...passed.changes, ...changes] };
}

/** Segments that are judged anew, and not when their old definition or their old past says. */
export function withoutDue(state: State, segments: readonly CompiledSegment[]): State {
  const standings = { ...state.standings };
  for (const { key } of segments) {
    const { dueMs: _, ...rest } = standings[key] ?? {};
    standings[key] = rest;
  }
  return { ...state, standings };
}

/** Lets somebody stand to segments as in a life that was gone through again. */
function takeOver(
  plan: Plan,
  state: State,
  segments: readonly CompiledSegment[],
  lived: State['standings'],
  moment: Moment,
): Outcome {
  const standings: Record<number, Standing> = { ...state.standings };
  const changes: Change[] = [];
  for (const segment of segments) {
    const was = standings[segment.key]?.enteredMs !== undefined;
    const standing = lived[segment.key];
    const is = standing?.enteredMs !== undefined;
    if (standing === undefined) delete standings[segment.key];
    else standings[segment.key] = standing;
    if (was !== is) changes.push({ ...moment, segment, direction: is ? 'entered' : 'left' });
  }
  const replayed = { ...state, standings };
  // What asks about others is never replayed, yet may read what was.
  const readers = segments.flatMap(({ key }) => plan.dependents.get(key) ?? []);
  const awaiting = readers.filter(({ isHistoric, isShared }) => !isHistoric && !isShared);
  if (awaiting.length === 0) return { state: replayed, changes };
  const judged = judge(plan, replayed, awaiting, { ...moment, atMs: state.settledMs });
  return { state: judged.state, changes: [...changes, ...judged.changes] };
}

/** What of a person is no event. */
export interface Whom extends Pick<State, 'self' | 'account'> {
  /** Since when they have a user id: `-Infinity` for always, `Infinity` for never. */
  readonly knownFromMs: number;
  /** What they knew of their company from when on, in order; instead of one `account` all along. */
  readonly copies?: readonly { readonly atMs: number; readonly account: AccountFacts }[];
}

/**
 * The life of a person to whom everything happened in order, up to and including `untilMs`. What
 * happened in one instant is judged together.
 *
 * @param history - None of it after `untilMs`.
 */
export function relive(
  plan: Plan,
  { self, account, knownFromMs, copies = [] }: Whom,
  history: History,
  untilMs: number,
): Outcome {
  const changes: Change[] = [];
  let state: State = { ...newState(plan.revision, self), ...(account && { account }) };
  const pass = (atMs: number) => {
    const passed = advance(plan, state, atMs);
    changes.push(...passed.changes);
    state = passed.state;
  };
  const accounts = new Map(copies.map((copy) => [copy.atMs, copy.account]));
  // Nothing below tells of the company that they have from the beginning.
  let untold = account === undefined ? [] : plan.onAccount;
  for (const [atMs, events] of agendaOf(history, accounts, untilMs)) {
    pass(atMs - 1);
    const touched = new Set([...segmentsDue(plan, state, atMs), ...untold]);
    untold = [];
    const known = atMs >= knownFromMs;
    if (known !== state.known) addAll(touched, plan.segments.values());
    const copy = accounts.get(atMs);
    if (copy !== undefined) addAll(touched, plan.onAccount);
    state = { ...state, settledMs: atMs, known, ...(copy && { account: copy }) };
    for (const [event, id] of events) {
      const perceived = perceive(plan, state, event, id);
      addAll(touched, perceived.touched);
      state = perceived.state;
    }
    const judged = judge(plan, state, touched, { atMs, cause: 'event', announced: false });
    changes.push(...judged.changes);
    state = judged.state;
  }
  pass(untilMs);
  return { state, changes };
}

/** Every instant at which they did something or were told something, in order. */
function agendaOf(
  history: History,
  accounts: ReadonlyMap<number, AccountFacts>,
  untilMs: number,
): Iterable<[number, History[number][]]> {
  const agenda = instantsOf(history, ([{ atMs }]) => atMs);
  for (const atMs of accounts.keys()) {
    if (atMs <= untilMs && !agenda.has(atMs)) agenda.set(atMs, []);
  }
  return accounts.size === 0 ? agenda : [...agenda].sort(([a], [b]) => a - b);
}

/** What belongs to each instant, in order of time. */
export function instantsOf<T>(all: readonly T[], atMsOf: (each: T) => number): Map<number, T[]> {
  const instants = new Map<number, T[]>();
  for (const each of all.toSorted((a, b) => atMsOf(a) - atMsOf(b))) {
    const present = instants.get(atMsOf(each));
    if (present) present.push(each);
    else instants.set(atMsOf(each), [each]);
  }
  return instants;
}
