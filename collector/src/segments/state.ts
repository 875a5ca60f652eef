import type { Json, JsonObject } from '@inkling/sdk/protocol';
import type { Plan } from './plan.ts';
import { combine, type Recency } from './recency.ts';

/** How one person stands to one segment. Absent: neither a member nor about to change by time. */
export interface Standing {
  /** Since when they are a member. */
  readonly enteredMs?: number;
  /** When the answer changes by time alone. */
  readonly dueMs?: number;
}

/** A trait's value and the event that set it, by which the newest wins. */
export interface Trait {
  readonly value: Json;
  readonly atMs: number;
  readonly messageId: string;
}

/**
 * All that the engine remembers of one person. It is complete up to `revision`, its memberships are
 * settled up to `settledMs`, and two states of one person's separate histories combine.
 */
export interface State {
  readonly revision: number;
  readonly settledMs: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly known: boolean;
  readonly lists: Readonly<Record<string, Recency>>;
  readonly standings: Readonly<Record<number, Standing>>;
  readonly traits: Readonly<Record<string, Trait>>;
}

/** A person of whom nothing is known yet; nothing happens to them before an event does. */
export function newState(revision: number): State {
  return {
    revision,
    settledMs: Number.NEGATIVE_INFINITY,
    firstSeenMs: Number.POSITIVE_INFINITY,
    lastSeenMs: Number.NEGATIVE_INFINITY,
    known: false,
    lists: {},
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

/** Sets the traits that are newer than what is known. */
export function mergeTraits(
  known: State['traits'],
  traits: JsonObject,
  source: { readonly atMs: number; readonly messageId: string },
): State['traits'] {
  const fresh = Object.entries(traits).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const trait = { value, atMs: source.atMs, messageId: source.messageId };
    const present = Object.hasOwn(known, name) ? known[name] : undefined;
    return present === undefined || isNewer(trait, present) ? [[name, trait] as const] : [];
  });
  return fresh.length === 0 ? known : fromEntries([...Object.entries(known), ...fresh]);
}

/**
 * What both histories together leave behind, memberships aside: those are judged anew by the caller.
 * Both states must be at the plan's revision.
 */
export function combineStates(plan: Plan, a: State, b: State): State {
  const ids = new Set([...Object.keys(a.lists), ...Object.keys(b.lists)]);
  const lists = [...ids].map((id): [string, Recency] => {
    const capacity = plan.matchers.get(id)?.capacity ?? 0;
    return [id, combine(a.lists[id] ?? [], b.lists[id] ?? [], capacity)];
  });
  return {
    revision: plan.revision,
    settledMs: Math.max(a.settledMs, b.settledMs),
    firstSeenMs: Math.min(a.firstSeenMs, b.firstSeenMs),
    lastSeenMs: Math.max(a.lastSeenMs, b.lastSeenMs),
    known: a.known || b.known,
    lists: Object.fromEntries(lists.filter(([, list]) => list.length > 0)),
    standings: a.standings,
    traits: combineTraits(a.traits, b.traits),
  };
}

function combineTraits(a: State['traits'], b: State['traits']): State['traits'] {
  const newer = Object.entries(b).filter(([name, trait]) => {
    const other = Object.hasOwn(a, name) ? a[name] : undefined;
    return other === undefined || isNewer(trait, other);
  });
  return fromEntries([...Object.entries(a), ...newer]);
}

/** Event time decides, equal times the messageId: the same winner in any order of arrival. */
function isNewer(a: Trait, b: Trait): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.messageId > b.messageId);
}

/** `Object.fromEntries` defines properties, so that a trait named `__proto__` stays a trait. */
function fromEntries(entries: readonly (readonly [string, Trait])[]): State['traits'] {
  return Object.fromEntries(entries);
}
