import type { LossReason, WireMembershipChange } from '@inkling/sdk/protocol';
import type { Event } from '../event.ts';
import type { Problem } from '../segments/pointer.ts';

/** Why one event of a request was refused. Values are API and do not change. */
export type RejectionCode =
  | 'invalid'
  | 'placeholder_id'
  | 'quota_cardinality'
  | 'too_large'
  | 'too_old'
  | 'unverified';

/** Why one event of a request is not wanted, though nothing is wrong with it. Values are API. */
export type DropCode = 'bot';

/** An event that is not wanted: it is counted, and nothing of it is kept. */
export interface Dropped {
  /** Position in the request's batch. */
  readonly index: number;
  readonly messageId?: string;
  readonly code: DropCode;
  readonly detail: string;
}

/** An event that was refused, for the quarantine and the counts. */
export interface Rejection {
  /** Position in the request's batch. */
  readonly index: number;
  /** Absent where the event carried none that can be kept. */
  readonly messageId?: string;
  readonly code: RejectionCode;
  /** What was wrong and where, for people. Free of NUL and lone surrogates. */
  readonly detail: string;
  /** Where in the event, as a JSON pointer; empty for the event as a whole. As clean as `detail`. */
  readonly pointer: string;
}

/** A rejected event together with what is kept of it. */
export interface Rejected extends Rejection {
  readonly keepsake: Keepsake;
}

/** What is kept of an event that was rejected. */
export interface Keepsake {
  /** JSON. */
  readonly event: string;
  /** Whether something of it was left out since it is long. */
  readonly isCut: boolean;
}

/** How many events a client lost itself, by reason; each a positive integer. */
export type Lost = { readonly [reason in LossReason]?: number };

/** What the ingest routes hand to the writer for one request. */
export interface WriteRequest {
  /** The id of the site that the write key names. */
  readonly site: number;
  /** The id of that key, never the key itself. */
  readonly key: string;
  /** When it arrived. Milliseconds since 1970. */
  readonly receivedAtMs: number;
  /** The events that were let through, in the batch's order. May be empty, may repeat a messageId. */
  readonly events: readonly Event[];
  /** The events that were not let through, in the batch's order: to be counted and quarantined. */
  readonly rejected: readonly Rejected[];
  /** The events that are not wanted: to be counted. None if absent. */
  readonly dropped?: readonly Dropped[];
  /** What the client says it lost since its last accepted batch; to be counted. */
  readonly lost: Lost;
  /** Whether the answer is to list the memberships that this request changed. */
  readonly debug: boolean;
}

/**
 * What became of a {@link WriteRequest}. `decided` means committed and synced. Trouble with the
 * disk or the database is not an outcome: the writer rejects its promise.
 */
export type WriteOutcome =
  | {
      readonly kind: 'decided';
      /**
       * Positions in `events` of those that changed nothing since their messageId is known: from
       * before, or from earlier in the same `events`.
       */
      readonly duplicates: ReadonlySet<number>;
      /** Positions in `events` of those that are an erased person's: nothing of them is kept. */
      readonly erased: ReadonlySet<number>;
      /** Empty unless the request asked for them. */
      readonly memberships: readonly WireMembershipChange[];
    }
  | {
      readonly kind: 'busy';
      /** Whole seconds, at least 1, after which trying again makes sense. */
      readonly retryAfterS: number;
    }
  /** Nothing is written until the owner decides what becomes of a damaged database. */
  | { readonly kind: 'closed' }
  /** The site was removed since the key was looked at. */
  | { readonly kind: 'removed' };

/** What became of the wish to save a definition. */
export type SaveOutcome =
  | { readonly kind: 'saved' }
  /** Somebody has the id, or nobody has it, and the caller asked for the opposite. */
  | { readonly kind: 'precondition' }
  /** It refers to what the site does not have, or in the end to itself. */
  | { readonly kind: 'wrong'; readonly errors: readonly Problem[] };

/** What became of the wish to save a score's model. */
export type SaveScoreOutcome =
  | { readonly kind: 'saved'; readonly created: boolean }
  /** The site has as many scores as it may. */
  | { readonly kind: 'full' };

/** What became of the wish to delete a definition. */
export type DeleteOutcome =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'missing' }
  /** Other segments refer to it: their names. */
  | { readonly kind: 'needed'; readonly by: readonly string[] };

/** Stores and applies the events of one request; resolves when that is on disk. */
export type Write = (request: WriteRequest) => Promise<WriteOutcome>;
