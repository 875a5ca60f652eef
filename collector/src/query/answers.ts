/**
 * What the query API answers, as its readers see it. Times are ISO 8601 UTC with milliseconds, ids
 * opaque strings. The dashboard imports these types, so a drift does not compile.
 */
import type { Json, JsonObject } from '@inkling/sdk/protocol';
import type { EventFlag } from '../event.ts';
import type { IdentityKind } from '../identity/identity.ts';
import type { Condition, SegmentKind, Who } from '../segments/definition.ts';

/** A page of a list. `next` is the cursor of the following page, `null` at the end. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly next: string | null;
}

/** `GET /v1/segments/:id`; `GET /v1/segments` is a {@link Page} of them. */
export interface SegmentAnswer {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly kind: SegmentKind;
  readonly who: Who;
  readonly if: Condition;
  readonly tags: readonly string[];
  readonly version: number;
  /** `building` until every profile was looked at once. */
  readonly status: 'building' | 'live';
  /** Share of profiles looked at, 0 to 1. */
  readonly progress: number;
  /** Members now. */
  readonly size: number;
  /** The definition in plain words. */
  readonly words: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** `GET /v1/segments/:id/count` */
export interface CountAnswer {
  readonly count: number;
  readonly at: string;
}

/** An element of `GET /v1/segments/:id/members`, newest entry first. */
export interface MemberAnswer {
  /** The profile's id. */
  readonly id: string;
  readonly userId?: string;
  readonly anonymousIds: readonly string[];
  readonly traits: JsonObject;
  readonly enteredAt: string;
  /** When membership lapses if nothing more happens; absent if it does not. */
  readonly leavesAt?: string;
}

/** `GET /v1/profiles/:id`; `GET /v1/profiles?q=` is a {@link Page} of them, latest activity first. */
export interface ProfileAnswer {
  readonly id: string;
  readonly userId?: string;
  readonly anonymousIds: readonly string[];
  readonly traits: JsonObject;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly segments: readonly MembershipAnswer[];
}

/** An element of `GET /v1/profiles/:id/segments`. */
export interface MembershipAnswer {
  readonly id: string;
  readonly name: string;
  readonly enteredAt: string;
  readonly leavesAt?: string;
}

/** `GET /v1/profiles/:id/identities`: a user's own ids first, and their merges, the oldest first. */
export interface IdentitiesAnswer extends Page<IdentityAnswer> {
  readonly merges: readonly MergeAnswer[];
}

export interface IdentityAnswer {
  readonly kind: IdentityKind;
  readonly value: string;
  /** The first that the person is credited with by this id; absent where no event is left of it. */
  readonly since?: string;
}

/** One time that two people became one, or that it was undone. */
export interface MergeAnswer {
  readonly id: string;
  /** `merge`: `from` became `into`. `unmerge`: the id left `from` and is `into`'s since. */
  readonly action: 'merge' | 'unmerge';
  /** When what told it happened. */
  readonly at: string;
  readonly recordedAt: string;
  /** Profile ids, also of who is somebody else by now. */
  readonly into: string;
  readonly from: string;
  /** The id that told it, or that was taken out. */
  readonly identity: { readonly kind: IdentityKind; readonly value: string };
  readonly by: 'event' | 'api';
  /** The event that told it; absent where it was done by the API. */
  readonly event?: string;
}

/** `POST /v1/profiles/:id/unmerge` */
export interface UnmergeAnswer {
  readonly profile: ProfileAnswer;
  /** Whose the id is now; `null` while nothing is filed under it. */
  readonly split: ProfileAnswer | null;
}

/** `GET|PUT /v1/sites/current`: the site that the key names. */
export interface SiteAnswer {
  readonly id: string;
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Does the trait `email` of an identify name a person, beside the ids? */
  readonly identifyByEmail: boolean;
}

/** An element of `GET /v1/profiles/:id/events` (newest first) and of `GET /v1/events`. */
export interface EventAnswer {
  readonly id: string;
  readonly messageId: string;
  readonly type: string;
  readonly name?: string;
  /** The profile's id. */
  readonly profile: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly timestamp: string;
  readonly receivedAt: string;
  readonly properties: JsonObject;
  readonly context: JsonObject;
  readonly traits?: JsonObject;
  /** What a reader should know of it, such as `placeholder_id` or `clock_skew`; absent if nothing. */
  readonly flags?: readonly EventFlag[];
}

/** `GET /v1/profiles/:id/explain/:segment` */
export interface ExplainAnswer {
  readonly segment: { readonly id: string; readonly name: string; readonly version: number };
  readonly profile: string;
  readonly at: string;
  readonly member: boolean;
  readonly enteredAt?: string;
  /** When this answer changes by itself if nothing more happens. */
  readonly changesAt?: string;
  readonly tree: ExplainNode;
}

/** One condition of the tree, judged for one person. */
export type ExplainNode =
  | {
      readonly op: 'all' | 'any' | 'not';
      readonly true: boolean;
      readonly words: string;
      readonly changesAt?: string;
      readonly children: readonly ExplainNode[];
    }
  | {
      readonly op: 'did';
      readonly true: boolean;
      readonly words: string;
      /** When this condition alone changes if nothing more happens. */
      readonly changesAt?: string;
      /** How many count now, as far as the answer needs: `atLeast` says that there may be more. */
      readonly count: number;
      readonly atLeast: boolean;
      /** What is missing, in words; absent where the condition holds. */
      readonly missing?: string;
      /** The events that count, newest first. */
      readonly evidence: readonly Evidence[];
    }
  | {
      readonly op: 'who';
      readonly true: boolean;
      readonly words: string;
      readonly changesAt?: string;
    };

export interface Evidence {
  readonly event: string;
  readonly timestamp: string;
  /** The event in a few words: "Viewed /pricing". */
  readonly words: string;
  /** The distinct value that it stands for, where the condition counts values. */
  readonly value?: Json;
}

/** `GET /v1/session`: who is signed in to the dashboard, and what they need to install the script. */
export interface SessionAnswer {
  readonly role: 'read' | 'admin';
  readonly writeKey: string;
  /** The address at which browsers reach this collector, without a trailing slash. */
  readonly host: string;
  /** The lines to paste, ready-filled. */
  readonly snippet: string;
}

/** An element of `GET /v1/catalogue`. */
export interface CatalogueAnswer {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: SegmentKind;
  readonly parameters: readonly CatalogueParameter[];
  /** The condition with the parameters' defaults. */
  readonly if: Condition;
  readonly words: string;
  readonly installed: boolean;
}

export interface CatalogueParameter {
  readonly name: string;
  readonly description: string;
  readonly default: string | number;
}

/** Every answer that is not 2xx, as `application/problem+json` (RFC 9457). */
export interface ProblemAnswer {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly limit?: number;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** A message of `GET /v1/stream` (server-sent events; the SSE event name is `type`). */
export type StreamMessage =
  | { readonly type: 'event'; readonly event: EventAnswer }
  | {
      readonly type: 'segment.entered' | 'segment.left';
      readonly id: string;
      readonly occurredAt: string;
      readonly segment: { readonly id: string; readonly name: string; readonly version: number };
      readonly profile: {
        readonly id: string;
        readonly userId?: string;
        readonly anonymousIds: readonly string[];
        readonly traits: JsonObject;
      };
      readonly cause: string;
      readonly evidence: readonly string[];
    };
