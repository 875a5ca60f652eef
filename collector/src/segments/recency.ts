/**
 * A recency list: of everything that one person did that one matcher accepts, the newest entries,
 * one per key. "At least n within w" is decided by the n-th newest; nothing older can change an
 * answer. So the list is bounded, takes events in any order, and two lists of disjoint histories
 * combine by keeping the newest of both.
 */

/** One remembered occurrence. */
export interface Entry {
  readonly atMs: number;
  /** The event, as evidence; also the key where events themselves are counted. */
  readonly event: number;
  /** What is counted once, where distinct values are counted. */
  readonly key?: string;
}

/** Newest first; entries of one instant by descending event id. */
export type Recency = readonly Entry[];

export const NOTHING: Recency = [];

/** Adds one occurrence and keeps the `capacity` newest keys. Adding the same one twice changes nothing. */
export function add(list: Recency, entry: Entry, capacity: number): Recency {
  const same = list.findIndex((other) => sameKey(other, entry));
  if (same >= 0) {
    const kept = list[same];
    if (kept !== undefined && !isNewer(entry, kept)) return list;
    return insert(list.toSpliced(same, 1), entry, capacity);
  }
  return insert(list, entry, capacity);
}

/** The list of both histories together. Commutative, associative, idempotent. */
export function combine(a: Recency, b: Recency, capacity: number): Recency {
  let list: Recency = a.slice(0, capacity);
  for (const entry of b) list = add(list, entry, capacity);
  return list;
}

/** How many entries lie in the half-open window (nowMs − windowMs, nowMs]. */
export function countWithin(list: Recency, windowMs: number, nowMs: number): number {
  let count = 0;
  for (const { atMs } of list) {
    if (atMs <= nowMs - windowMs) break;
    if (atMs <= nowMs) count += 1;
  }
  return count;
}

function insert(list: Recency, entry: Entry, capacity: number): Recency {
  const position = list.findIndex((other) => isNewer(entry, other));
  const grown = list.toSpliced(position < 0 ? list.length : position, 0, entry);
  return grown.length > capacity ? grown.slice(0, capacity) : grown;
}

function isNewer(a: Entry, b: Entry): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.event > b.event);
}

function sameKey(a: Entry, b: Entry): boolean {
  return a.key === undefined ? a.event === b.event : a.key === b.key;
}
