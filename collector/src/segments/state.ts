import type { Facts, Standing } from './facts.ts';
import type { Plan } from './plan.ts';
import { combine, horizonOf, NOTHING, type Recency } from './recency.ts';
import { combineTraits } from './traits.ts';

/**
 * All that the engine remembers of one person. It is complete up to `revision`, its memberships are
 * settled up to `settledMs`, and two states of one person's separate histories combine.
 */
export interface State extends Facts {
  readonly revision: number;
  readonly settledMs: number;
  /** Of lists that were too long to be stored whole: the newest instant that was left out. */
  readonly cuts: Readonly<Record<string, number>>;
}

/**
 * A person of whom nothing is known yet; nothing happens to them before an event does.
 *
 * @param self - The person's internal number.
 */
export function newState(revision: number, self = 0): State {
  return {
    self,
    revision,
    settledMs: Number.NEGATIVE_INFINITY,
    firstSeenMs: Number.POSITIVE_INFINITY,
    lastSeenMs: Number.NEGATIVE_INFINITY,
    known: false,
    lists: {},
    cuts: {},
    standings: {},
    traits: {},
  };
}

/** The earliest instant at which time alone changes a membership; `undefined` if none does. */
export function nextDueMs(state: State): number | undefined {
  let next: number | undefined;
  for (const { dueMs } of Object.values(state.standings)) {
    if (dueMs !== undefined && (next === undefined || dueMs < next)) next = dueMs;
  }
  return next;
}

/** Was anything cut from a list that answers may still need? Then the log has to be read. */
export function isCut(plan: Plan, { cuts, settledMs }: State, matcher: string): boolean {
  const cutMs = cuts[matcher];
  const memory = plan.matchers.get(matcher)?.memory;
  const horizonMs = memory && horizonOf(memory);
  return cutMs !== undefined && horizonMs !== undefined && cutMs > settledMs - horizonMs;
}

/**
 * What both histories together leave behind, memberships aside: those are judged anew by the caller.
 * Both states must be at the plan's revision and have no cuts.
 */
export function combineStates(plan: Plan, a: State, b: State): State {
  const ids = new Set([...Object.keys(a.lists), ...Object.keys(b.lists)]);
  const lists = [...ids].map((id): [string, Recency] => {
    const memory = plan.matchers.get(id)?.memory;
    if (memory === undefined) return [id, NOTHING];
    const fromB = b.lists[id] ?? NOTHING;
    const renamed = plan.matchers.get(id)?.matcher.countsPeople ? inNameOf(a.self, fromB) : fromB;
    return [id, combine(a.lists[id] ?? NOTHING, renamed, memory)];
  });
  const account = newerAccount(a.account, b.account);
  return {
    self: a.self,
    revision: plan.revision,
    settledMs: Math.max(a.settledMs, b.settledMs),
    firstSeenMs: Math.min(a.firstSeenMs, b.firstSeenMs),
    lastSeenMs: Math.max(a.lastSeenMs, b.lastSeenMs),
    known: a.known || b.known,
    lists: Object.fromEntries(lists.filter(([, list]) => list.length > 0)),
    cuts: {},
    standings: a.standings,
    traits: combineTraits(a.traits, b.traits),
    ...(account && { account }),
  };
}

/** A member as either is a member since the earlier entry; due instants are judged anew. */
export function inheritStandings(a: State['standings'], b: State['standings']): State['standings'] {
  const inherited: Record<number, Standing> = {};
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)].map(Number))) {
    const enteredMs = pick(Math.min, a[key]?.enteredMs, b[key]?.enteredMs);
    const lastEnteredMs = pick(Math.max, a[key]?.lastEnteredMs, b[key]?.lastEnteredMs);
    const lastLeftMs = pick(Math.max, a[key]?.lastLeftMs, b[key]?.lastLeftMs);
    inherited[key] = {
      ...(enteredMs !== undefined && { enteredMs }),
      ...(lastEnteredMs !== undefined && { lastEnteredMs }),
      ...(lastLeftMs !== undefined && { lastLeftMs }),
    };
  }
  return inherited;
}

/** What somebody did under another number. */
function inNameOf(self: number, list: Recency): Recency {
  return list.map((entry) => ({ ...entry, key: String(self) }));
}

function pick(
  of: (a: number, b: number) => number,
  a: number | undefined,
  b: number | undefined,
): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return of(a, b);
}

function newerAccount(a: State['account'], b: State['account']): State['account'] {
  if (a === undefined || b === undefined) return a ?? b;
  const isB = b.atMs > a.atMs || (b.atMs === a.atMs && b.messageId > a.messageId);
  return isB ? b : a;
}
