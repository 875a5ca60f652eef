/**
 * What the query API answers, as its readers see it. Times are ISO 8601 UTC with milliseconds, ids
 * opaque strings. The dashboard imports these types, so a drift does not compile.
 */
import type { Json, JsonObject } from '@inkling/sdk/protocol';
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

/** What webhooks are sent, and what `GET /v1/stream` tells beside live events. */
export interface OutgoingMessage {
  readonly type: 'segment.entered' | 'segment.left' | 'score.crossed';
  /** The same whenever and wherever it is told again. */
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
}

/** A message of `GET /v1/stream` (server-sent events; the SSE event name is `type`). */
export type StreamMessage =
  | { readonly type: 'event'; readonly event: EventAnswer }
  | OutgoingMessage;

/** `GET /v1/webhooks/:id`; `GET /v1/webhooks` is a {@link Page} of them, the oldest first. */
export interface WebhookAnswer {
  readonly id: string;
  readonly url: string;
  readonly types: readonly OutgoingMessage['type'][];
  /** Absent: of all segments. */
  readonly segments?: readonly string[];
  readonly enabled: boolean;
  readonly description: string;
  /** Why it was disabled, if its owner did not do it. */
  readonly note?: string;
  /** Until when the secret before the present one signs too. */
  readonly oldSecretUntil?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** `POST /v1/webhooks` and `POST /v1/webhooks/:id/rotate`: the only answers with the secret. */
export interface WebhookSecretAnswer extends WebhookAnswer {
  /** `whsec_…`, as Standard Webhooks has it. */
  readonly secret: string;
}

/** `POST /v1/webhooks/:id/test`; what becomes of it is in the deliveries. */
export interface WebhookTestAnswer {
  /** The delivery's id. */
  readonly delivery: string;
}

/** `POST /v1/webhooks/:id/replay` */
export interface ReplayAnswer {
  /** How many deliveries are made again. */
  readonly replayed: number;
}

/** An element of `GET /v1/webhooks/:id/deliveries`, the newest message first. */
export interface DeliveryAnswer {
  /** The message's id, which is sent as `webhook-id`. */
  readonly id: string;
  readonly type: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly createdAt: string;
  /** Absent once it is done with, and while an earlier message of this profile and segment waits. */
  readonly nextAttemptAt?: string;
  readonly message: OutgoingMessage;
  /** All attempts ever, of which `attempts` has the latest. */
  readonly attemptCount: number;
  /** The oldest first. */
  readonly attempts: readonly AttemptAnswer[];
}

/** What came of sending a message once. */
export interface AttemptAnswer {
  readonly at: string;
  readonly durationMs: number;
  /** HTTP status; absent if there was no answer. */
  readonly status?: number;
  /** Why there was no answer. */
  readonly error?: string;
  /** The first 4 KiB of the answer's body. */
  readonly answer: string;
}
