import type { Json } from '@inkling/sdk/protocol';
import type { Recency } from './recency.ts';

/** How one person stands to one segment. Absent: never a member, nor about to change by time. */
export interface Standing {
  /** Since when they are a member. */
  readonly enteredMs?: number;
  /** When the answer is to be judged again although nothing happened. */
  readonly dueMs?: number;
  /** When they last entered and left, kept of segments whose past other segments ask about. */
  readonly lastEnteredMs?: number;
  readonly lastLeftMs?: number;
}

/** A trait's value and the event that set it, by which the newest wins. */
export interface Trait {
  readonly value: Json;
  readonly atMs: number;
  readonly messageId: string;
}

export type Traits = Readonly<Record<string, Trait>>;

/** The company that a person was last grouped into, as far as the person's conditions ask about it. */
export interface AccountFacts {
  readonly id: string;
  /** Of the grouping; the newest wins, of one instant the one with the greater messageId. */
  readonly atMs: number;
  readonly messageId: string;
  readonly traits: Readonly<Record<string, Json>>;
  /** Conditions on all of its people together, by the condition's id, that hold. */
  readonly holds: readonly string[];
  /**
   * The company itself, where somebody looks: conditions on all of its people then are judged by it
   * and tell what they rest on and what time brings. It is never stored with a person.
   */
  readonly itself?: Facts;
}

/** What conditions read of one person. */
export interface Facts {
  /** The person's internal number: whom a bucket draws by. */
  readonly self: number;
  readonly known: boolean;
  /** The earliest event; `Infinity` before there is one. */
  readonly firstSeenMs: number;
  /** The latest event; `-Infinity` before there is one. */
  readonly lastSeenMs: number;
  /** By the matcher's id. */
  readonly lists: Readonly<Record<string, Recency>>;
  readonly traits: Traits;
  readonly account?: AccountFacts;
  /** By the segment's key. */
  readonly standings: Readonly<Record<number, Standing>>;
}
