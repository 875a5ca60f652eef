import type { WriteOutcome, WriteRequest } from './outcome.ts';

/** What became of events, or of a request whose events could not be told apart. */
export type CountedOutcome =
  /** Came in a request that was decided: the sum of the four that follow. */
  | 'received'
  | 'accepted'
  | 'duplicate'
  | 'rejected'
  | 'dropped'
  /** Lost on the client, as it says itself. */
  | 'lost'
  /** Requests, not events: they were turned away whole. */
  | 'refused'
  /** Removed since they became too old. They came through some key or other, so they count for none. */
  | 'expired';

/** What is to be added to a count. */
export interface CountRow {
  readonly site: number;
  /** Days since 1970 in UTC. */
  readonly day: number;
  /** The id of the write key. */
  readonly key: string;
  readonly outcome: CountedOutcome;
  /** A code; empty where the outcome says it all. */
  readonly reason: string;
  /** A positive integer. */
  readonly count: number;
}

const DAY_MS = 86_400_000;

/** The day of an instant in UTC, in days since 1970. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** Adds up what became of events, so that each count is written once however many events there were. */
export class Tally {
  readonly #rows = new Map<string, CountRow>();

  add(
    of: Omit<CountRow, 'outcome' | 'reason' | 'count'>,
    outcome: CountedOutcome,
    count: number,
    reason = '',
  ): void {
    if (count === 0) return;
    const name = JSON.stringify([of.site, of.day, of.key, outcome, reason]);
    const present = this.#rows.get(name)?.count ?? 0;
    this.#rows.set(name, { ...of, outcome, reason, count: present + count });
  }

  /** In the order of their key. */
  rows(): readonly CountRow[] {
    return [...this.#rows.values()].sort(compareRows);
  }
}

/** What there is to count of requests that were decided together. */
export function tallyOf(
  requests: readonly WriteRequest[],
  outcomes: readonly Extract<WriteOutcome, { kind: 'decided' }>[],
): readonly CountRow[] {
  const tally = new Tally();
  requests.forEach(({ site, key, receivedAtMs, events, rejected, dropped = [], lost }, index) => {
    const of = { site, key, day: dayOf(receivedAtMs) };
    const duplicates = outcomes[index]?.duplicates.size ?? 0;
    tally.add(of, 'received', events.length + rejected.length + dropped.length);
    const erased = outcomes[index]?.erased.size ?? 0;
    tally.add(of, 'accepted', events.length - duplicates - erased);
    tally.add(of, 'dropped', erased, 'erased');
    for (const { code } of dropped) tally.add(of, 'dropped', 1, code);
    tally.add(of, 'duplicate', duplicates);
    for (const { code } of rejected) tally.add(of, 'rejected', 1, code);
    // Who sends again what was decided tells the same losses again.
    if (duplicates > 0) return;
    for (const [reason, count = 0] of Object.entries(lost)) tally.add(of, 'lost', count, reason);
  });
  return tally.rows();
}

function compareRows(a: CountRow, b: CountRow): number {
  return (
    a.site - b.site ||
    a.day - b.day ||
    compareTexts(a.key, b.key) ||
    compareTexts(a.outcome, b.outcome) ||
    compareTexts(a.reason, b.reason)
  );
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
