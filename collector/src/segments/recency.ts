/**
 * A recency list: of everything that one person did that one matcher accepts, what answers need. Kept
 * newest first. Which entries those are says the {@link Memory}: the newest or oldest few, one per
 * key, or all of a stretch of time. Lists take events in any order, and two lists of disjoint
 * histories combine into the list of both.
 */

/** One remembered occurrence. */
export interface Entry {
  readonly atMs: number;
  /** The event, as evidence; also the key where events themselves are counted. */
  readonly event: number;
  /** What is counted once, where distinct values are counted; what tells groups apart in a journal. */
  readonly key?: string;
  /** The figure that the event carries, where figures are added up. */
  readonly value?: number;
}

/** Newest first; entries of one instant by descending event id. */
export type Recency = readonly Entry[];

export type Memory =
  /** The `capacity` newest keys. "At least n within w" is decided by the n-th newest. */
  | { readonly kind: 'newest'; readonly capacity: number }
  /** The `capacity` oldest keys. */
  | { readonly kind: 'oldest'; readonly capacity: number }
  /** Every entry that is not older than `horizonMs`. */
  | { readonly kind: 'journal'; readonly horizonMs: number }
  /** Of every key not older than `horizonMs` the oldest entry. */
  | { readonly kind: 'firsts'; readonly horizonMs: number }
  /** Of every key not older than `horizonMs` the newest entry, with the sum of all values. */
  | { readonly kind: 'tally'; readonly horizonMs: number };

/** How far back a memory reaches; `undefined` for those that are bounded by number. */
export function horizonOf(memory: Memory): number | undefined {
  return 'horizonMs' in memory ? memory.horizonMs : undefined;
}

export const NOTHING: Recency = [];

/**
 * Adds one occurrence and keeps what the memory keeps. Adding the same one twice changes nothing but
 * a tally, whose sums are whole numbers, so that their order does not matter.
 */
export function add(list: Recency, entry: Entry, memory: Memory): Recency {
  if (memory.kind === 'journal') {
    return list.some(({ event }) => event === entry.event) ? list : insert(list, entry);
  }
  const isOldest = memory.kind === 'oldest' || memory.kind === 'firsts';
  const same = list.findIndex((other) => sameKey(other, entry));
  const kept = list[same];
  if (kept === undefined) {
    const grown = insert(list, entry);
    return 'capacity' in memory ? bounded(grown, memory.capacity, isOldest) : grown;
  }
  if (memory.kind === 'tally') return insert(list.toSpliced(same, 1), sumOf(kept, entry));
  const replaces = isOldest ? isNewer(kept, entry) : isNewer(entry, kept);
  return replaces ? insert(list.toSpliced(same, 1), entry) : list;
}

/** The list of both histories together. Commutative, associative; idempotent but for tallies. */
export function combine(a: Recency, b: Recency, memory: Memory): Recency {
  let list = a;
  for (const entry of b) list = add(list, entry, memory);
  return 'capacity' in memory ? bounded(list, memory.capacity, memory.kind === 'oldest') : list;
}

/**
 * A list without what lies further back than anybody will ever ask. The newest entry of what is summed
 * up stays: it says that there was something at all.
 */
export function pruned(list: Recency, memory: Memory, settledMs: number): Recency {
  const horizonMs = horizonOf(memory) ?? Number.POSITIVE_INFINITY;
  if (horizonMs === Number.POSITIVE_INFINITY) return list;
  const oldestMs = settledMs - horizonMs;
  const least = memory.kind === 'journal' ? 0 : 1;
  let size = list.length;
  while (size > least && (list[size - 1]?.atMs ?? 0) <= oldestMs) size -= 1;
  return size === list.length ? list : list.slice(0, size);
}

/** How many entries lie in the half-open stretch (lowerMs, upperMs]. */
export function countBetween(list: Recency, lowerMs: number, upperMs: number): number {
  let count = 0;
  for (const { atMs } of list) {
    if (atMs <= lowerMs) break;
    if (atMs <= upperMs) count += 1;
  }
  return count;
}

/** The entries of that stretch, newest first. */
export function entriesBetween(list: Recency, lowerMs: number, upperMs: number): Recency {
  return list.filter(({ atMs }) => lowerMs < atMs && atMs <= upperMs);
}

function sumOf(a: Entry, b: Entry): Entry {
  const value = Math.min(Number.MAX_SAFE_INTEGER, (a.value ?? 0) + (b.value ?? 0));
  return { ...(isNewer(a, b) ? a : b), value };
}

function insert(list: Recency, entry: Entry): Recency {
  const position = list.findIndex((other) => isNewer(entry, other));
  return list.toSpliced(position < 0 ? list.length : position, 0, entry);
}

function bounded(list: Recency, capacity: number, isOldest: boolean): Recency {
  if (list.length <= capacity) return list;
  return isOldest ? list.slice(list.length - capacity) : list.slice(0, capacity);
}

function isNewer(a: Entry, b: Entry): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.event > b.event);
}

function sameKey(a: Entry, b: Entry): boolean {
  return a.key === undefined ? a.event === b.event : a.key === b.key;
}
