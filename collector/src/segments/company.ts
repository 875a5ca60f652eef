import type { Event } from '../event.ts';
import { advance, type Outcome, segmentsDue } from './advance.ts';
import type { AccountFacts } from './facts.ts';
import { type Change, judge, type Moment } from './judge.ts';
import { remember } from './perceive.ts';
import type { AccountPlan, CompiledSegment, Plan } from './plan.ts';
import { combine, NOTHING, type Recency } from './recency.ts';
import { withoutDue } from './replay.ts';
import { isCut, newState, type State } from './state.ts';
import { mergeTraits } from './traits.ts';

/**
 * A company is remembered as a state of the plan for companies: its lists are those of all of its
 * people together, its standings say which conditions hold, its traits are what group calls said.
 */

/** What the people of a company are told of it. */
export type Told = Pick<AccountFacts, 'traits' | 'holds'>;

/** A company of which nobody was told anything yet. */
export function newCompany(revision: number, atMs: number): State {
  return { ...newState(revision), settledMs: atMs, firstSeenMs: atMs, lastSeenMs: atMs };
}

/**
 * Somebody who sees their company itself and not only what they were told of it: what time brings to
 * it is then among what time brings to them. For looking ahead; nobody is stored so.
 */
export function seeing(plan: Plan, state: State, company: State | undefined): State {
  const { account } = state;
  if (account === undefined || plan.accounts === undefined || company === undefined) return state;
  // It does not know yet what newer definitions ask.
  if (company.revision !== plan.revision) return state;
  const atMs = Math.max(state.settledMs, company.settledMs);
  const told = { ...account, ...toldOf(plan.accounts, company), itself: company };
  const moment = { atMs, cause: 'time', announced: false } as const;
  return judge(plan, { ...state, account: told, settledMs: atMs }, plan.onAccount, moment).state;
}

/** What of a company's state the segments of the site ask about. */
export function toldOf({ traits: read, plan }: AccountPlan, { traits, standings }: State): Told {
  const named = Object.entries(traits).filter(([name]) => read.has(name));
  const holding = [...plan.segments.values()].filter(
    ({ key }) => standings[key]?.enteredMs !== undefined,
  );
  return {
    traits: Object.fromEntries(named.map(([name, { value }]) => [name, value])),
    holds: holding.map(({ id }) => id).sort(byText),
  };
}

export function isSameTold(a: Told, b: Told): boolean {
  return JSON.stringify([a.traits, a.holds]) === JSON.stringify([b.traits, b.holds]);
}

/**
 * Takes in what one of the people did. Judged like an event of a person: a late one at the instant
 * that is already settled.
 *
 * @param id - The event's.
 * @param person - The number of whoever did it.
 */
export function witness(
  { plan }: AccountPlan,
  state: State,
  event: Event,
  { id, person }: { readonly id: number; readonly person: number },
): Outcome {
  const late = event.atMs < state.settledMs;
  const atMs = Math.max(event.atMs, state.settledMs);
  const before = advance(plan, state, atMs - 1);
  const touched = new Set<CompiledSegment>(segmentsDue(plan, before.state, atMs));
  const lists = remember(plan, before.state, [event, id, person], touched);
  const current = { ...before.state, lists, settledMs: atMs };
  const moment = { atMs, cause: late ? 'late' : 'event', event: id, announced: true } as const;
  const after = judge(plan, current, touched, moment);
  return { state: after.state, changes: [...before.changes, ...after.changes] };
}

/** Can an event of somebody change what holds of a company that they are or were in? */
export function isHeardBy(
  { plan }: AccountPlan,
  event: Event,
  { id, person }: { readonly id: number; readonly person: number },
): boolean {
  if (event.type === 'group') return true;
  return plan.index(event).some((matcher) => matcher.entryOf(event, id, person) !== undefined);
}

/** Sets what a group call says of a company; of each trait the newest counts, whoever said it. */
export function describe(state: State, { traits, atMs, messageId }: Event): State {
  return {
    ...state,
    firstSeenMs: Math.min(state.firstSeenMs, atMs),
    lastSeenMs: Math.max(state.lastSeenMs, atMs),
    traits: mergeTraits(state.traits, traits, { atMs, messageId }),
  };
}

/** A company of which nobody said anything yet. */
export function undescribed(state: State): State {
  const { settledMs: firstSeenMs } = newState(0);
  return { ...state, firstSeenMs: -firstSeenMs, lastSeenMs: firstSeenMs, traits: {} };
}

/** The lists of all of these people together. */
export function gather(
  { plan }: AccountPlan,
  people: Iterable<Pick<State, 'lists'>>,
): State['lists'] {
  const gathered: Record<string, Recency> = {};
  for (const { lists } of people) {
    for (const [id, { memory }] of plan.matchers) {
      const own = lists[id];
      if (own !== undefined) gathered[id] = combine(gathered[id] ?? NOTHING, own, memory);
    }
  }
  return gathered;
}

/** Do any of a company's entries come from this person? If none does, it is the same without them. */
export function owesTo(
  { plan }: AccountPlan,
  company: State,
  person: Pick<State, 'lists'>,
): boolean {
  for (const id of plan.matchers.keys()) {
    const own = new Set((person.lists[id] ?? NOTHING).map(({ event }) => event));
    if ((company.lists[id] ?? NOTHING).some(({ event }) => own.has(event))) return true;
  }
  return false;
}

/** Judges everything that is asked of a company whose people are others than before. */
export function regroup(
  { plan }: AccountPlan,
  state: State,
  lists: State['lists'],
  moment: Moment,
): Outcome {
  const atMs = Math.max(moment.atMs, state.settledMs);
  const before = advance(plan, state, atMs - 1);
  const current = { ...before.state, lists, cuts: {}, settledMs: atMs };
  const after = judge(plan, current, plan.segments.values(), { ...moment, atMs });
  return { state: after.state, changes: [...before.changes, ...after.changes] };
}

/** Do a company's lists have to be made again from those of its people? */
export function needsPeople({ plan }: AccountPlan, state: State): boolean {
  if (Object.keys(state.cuts).some((id) => isCut(plan, state, id))) return true;
  if (state.revision === plan.revision) return false;
  return [...plan.matchers.values()].some(({ sinceRevision }) => sinceRevision > state.revision);
}

/** Brings a company up to the plan's revision. @param lists - Those of its people, all at that revision. */
export function upgradeCompany(
  { plan }: AccountPlan,
  state: State,
  lists: State['lists'],
  nowMs: number,
): Outcome {
  const asked = Object.entries(state.standings).filter(([key]) => plan.segments.has(Number(key)));
  const changed = [...plan.segments.values()].filter(({ revision }) => revision > state.revision);
  const atMs = Math.max(nowMs, state.settledMs);
  const standings = Object.fromEntries(asked);
  const rebuilt = withoutDue({ ...state, lists, cuts: {}, standings }, changed);
  const unchanged = advance(plan, rebuilt, atMs);
  const current = { ...unchanged.state, revision: plan.revision, settledMs: atMs };
  const judged = judge(plan, current, changed, { atMs, cause: 'definition', announced: false });
  return { state: judged.state, changes: [...unchanged.changes, ...judged.changes] };
}

/** What the people of a company are to be told from a moment on. */
export type Turn = Moment & Told;

/**
 * What a company's people have to be told, step by step in order of time.
 *
 * @param moment - When and why what its conditions do not tell, its traits, changed.
 */
export function turnsOf(
  before: Told,
  after: Told,
  { changes, moment }: { readonly changes: readonly Change[]; readonly moment: Moment },
): readonly Turn[] {
  const turns: Turn[] = [];
  const holding = new Set(before.holds);
  for (const { segment, direction, atMs, cause, event, announced } of changes) {
    if (direction === 'entered') holding.add(segment.id);
    else holding.delete(segment.id);
    if (turns.at(-1)?.atMs === atMs) turns.pop();
    const why = { atMs, cause, ...(event !== undefined && { event }), announced };
    turns.push({ ...why, traits: before.traits, holds: [...holding].sort(byText) });
  }
  const last = turns.at(-1);
  if (isSameTold(last ?? before, after)) return turns;
  if (last?.atMs === moment.atMs) return [...turns.slice(0, -1), { ...last, ...after }];
  return [...turns, { ...moment, ...after }];
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
