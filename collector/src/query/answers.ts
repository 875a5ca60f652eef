/**
 * What the query API answers, as its readers see it. Times are ISO 8601 UTC with milliseconds, ids
 * opaque strings. The dashboard imports these types, so a drift does not compile.
 */
import type { Json, JsonObject } from '@inkling/sdk/protocol';
import type { EventFlag } from '../event.ts';
import type { IdentityKind } from '../identity/identity.ts';
import type { ScorePart } from '../segments/compiled.ts';
import type { Condition, Duration, Ranking, SegmentKind, Who } from '../segments/definition.ts';
import type { ScoreBand, ScoreModel } from '../segments/score-model.ts';

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
  readonly leaveIf?: Condition;
  readonly minStay?: Duration;
  readonly top?: Ranking;
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

/** A page of a list that is found by looking at people one by one. It may hold none and not be the last. */
export interface ScannedPage<T> extends Page<T> {
  /** How many people were looked at for this page. */
  readonly scanned: number;
  readonly companiesLeftOut?: number;
}

/** Not everybody was looked at: whole buckets of people, always the same ones. Counts are of these alone. */
export interface SampledAnswer {
  /** How many people were looked at. */
  readonly of: number;
  /** The share of the site that these stand for, above 0 and below 1: divide counts by it. */
  readonly fraction: number;
}

/** How a question about the past is meant: as it was known then, or as it is known now to have been. */
export type PastMode = 'known' | 'true';

/** `GET /v1/segments/:id/count` */
export interface CountAnswer {
  readonly count: number;
  readonly at: string;
  readonly mode?: PastMode;
  readonly sampled?: SampledAnswer;
  readonly companiesLeftOut?: number;
}

/** Somebody, as lists of people show them. */
export interface PersonAnswer {
  /** The profile's id. */
  readonly id: string;
  readonly userId?: string;
  readonly anonymousIds: readonly string[];
  readonly traits: JsonObject;
}

/** An element of `GET /v1/segments/:id/members`, newest entry first, and of `POST /v1/query`. */
export interface MemberAnswer extends PersonAnswer {
  readonly enteredAt: string;
  /** When membership lapses if nothing more happens; absent if it does not. */
  readonly leavesAt?: string;
}

/** `GET /v1/scores/:id`; `GET /v1/scores` is a {@link Page} of them. The model is what `PUT` takes. */
export interface ScoreAnswer extends Omit<ScoreModel, 'bands'> {
  readonly bands: readonly ScoreBandAnswer[];
  readonly version: number;
  /** `building` until every profile was looked at once. */
  readonly status: 'building' | 'live';
  /** Share of profiles looked at, 0 to 1. */
  readonly progress: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ScoreBandAnswer extends ScoreBand {
  /** How many people are in it now. */
  readonly size: number;
}

/** An element of `GET /v1/scores/:id/versions`, the newest first. */
export interface ScoreVersionAnswer extends ScoreModel {
  readonly version: number;
  readonly savedAt: string;
}

/** An element of `GET /v1/profiles/:id/scores`. Values are in points, to a millionth. */
export interface ProfileScoreAnswer {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly value: number;
  readonly max: number;
  /** "none" for whoever was never scored. */
  readonly band: { readonly id: string; readonly name: string };
  /** When the band may change if nothing more happens; absent if it does not. */
  readonly changesAt?: string;
  /** The categories, and `fit` where the model has such rules. */
  readonly parts: readonly ScorePartAnswer[];
  /** The values with which days ended, the oldest first; the last one is that of now. */
  readonly days: readonly ScoreDay[];
}

export interface ScorePartAnswer extends ScorePart {
  readonly cap: number;
  readonly halfLife?: string | null;
  /** The rules that give something, with the newest events that they give it for. */
  readonly rules: readonly {
    readonly id: string;
    readonly name: string;
    readonly points: number;
    /** Of how many events. */
    readonly count: number;
    readonly events: readonly (Evidence & { readonly points: number })[];
  }[];
}

export interface ScoreDay {
  /** `YYYY-MM-DD` in the site's time zone. */
  readonly day: string;
  readonly value: number;
}

/** `GET /v1/scores/:id/movers`, whoever moved most first. */
export interface MoversAnswer extends Page<MoverAnswer> {
  readonly sampled?: SampledAnswer;
}

export interface MoverAnswer extends PersonAnswer {
  readonly value: number;
  /** With which the day began that holds the start of the window. */
  readonly before: number;
  readonly change: number;
}

/** An element of `GET /v1/segments/:id/versions`, the newest first. */
export interface VersionAnswer {
  readonly version: number;
  readonly name: string;
  readonly description?: string;
  readonly kind: SegmentKind;
  readonly who: Who;
  readonly if: Condition;
  readonly leaveIf?: Condition;
  readonly minStay?: Duration;
  readonly top?: Ranking;
  readonly tags: readonly string[];
  readonly words: string;
  readonly savedAt: string;
  /** When the segment was removed; one saved later under the same id is another segment. */
  readonly removedAt?: string;
}

/** An element of `GET /v1/segments/:id/changes`, the last recorded first. */
export interface ChangeAnswer {
  /** Also the id of the message that tells others of this change. */
  readonly id: string;
  readonly profile: Pick<PersonAnswer, 'id' | 'userId' | 'anonymousIds'>;
  readonly direction: 'entered' | 'left';
  /** The instant from which it holds. */
  readonly effectiveAt: string;
  /** When it became known here. */
  readonly recordedAt: string;
  readonly cause: string;
  readonly version: number;
  /** The event that brought it about. */
  readonly event?: string;
}

/** One calendar day of a segment. */
export interface DayAnswer {
  /** `YYYY-MM-DD` in the site's time zone. */
  readonly day: string;
  /** Members as the day ends. */
  readonly size: number;
  readonly entered: number;
  readonly left: number;
}

/** `GET /v1/segments/:id/history`: every day asked for, the oldest first. */
export interface HistoryAnswer extends Page<DayAnswer> {
  readonly timeZone: string;
}

/** `GET /v1/segments/:id/near`: people whom one more event now would make members. */
export interface NearAnswer extends ScannedPage<NearPerson> {
  /** How many of those looked at each kind of event would bring in. */
  readonly totals: readonly { readonly missing: string; readonly people: number }[];
}

export interface NearPerson extends PersonAnswer {
  readonly lastSeen: string;
  /** Any one of these, in words, is enough. */
  readonly missing: readonly string[];
}

/** `GET /v1/segments/overlap?a=&b=` */
export interface OverlapAnswer {
  readonly onlyA: number;
  readonly onlyB: number;
  readonly both: number;
}

/** `GET /v1/segments/:id/forecast`: the size if nobody does anything more. */
export interface ForecastAnswer {
  readonly at: string;
  readonly size: number;
  /** While a definition is looked through, people who were not looked at yet are missing. */
  readonly status: 'building' | 'live';
  /** In 1 to 7 times 24 hours. */
  readonly data: readonly { readonly at: string; readonly size: number }[];
  /** Given where so many people change that only a part was looked at: sizes are then estimates. */
  readonly sampled?: SampledAnswer;
}

/** A member found by running a definition over the history. */
export interface SampleMember extends MemberAnswer {
  /** What they did that makes them one, newest first, in words. */
  readonly why: readonly string[];
}

/** `POST /v1/segments/preview`: a definition run over the history; nothing is saved. */
export interface PreviewAnswer {
  readonly words: string;
  readonly warnings: readonly WarningAnswer[];
  readonly size: number;
  /** How many people were looked at. */
  readonly people: number;
  readonly sample: readonly SampleMember[];
  /** From the first entry on, at most 400 days; the oldest first. */
  readonly days: readonly DayAnswer[];
  readonly timeZone: string;
  readonly sampled?: SampledAnswer;
  /**
   * How many companies did more than one answer reads. What is asked of them counts as not so, for their
   * people alone; absent where there are none.
   */
  readonly companiesLeftOut?: number;
}

/** `POST /v1/segments/:id/diff`: what saving this definition would change. */
export interface DiffAnswer {
  readonly words: string;
  readonly warnings: readonly WarningAnswer[];
  readonly enter: { readonly count: number; readonly sample: readonly SampleMember[] };
  readonly leave: { readonly count: number; readonly sample: readonly SampleMember[] };
  readonly stay: number;
  readonly sampled?: SampledAnswer;
  readonly companiesLeftOut?: number;
}

/** Something worth knowing of a definition that is right. */
export interface WarningAnswer {
  /** JSON pointer to the place in the definition. */
  readonly pointer: string;
  readonly detail: string;
}

/** `POST /v1/audit`: the member table held against the full log. */
export interface AuditAnswer {
  /** Memberships that were compared. */
  readonly checked: number;
  readonly people: number;
  /** How many differ; the list below may be shorter. */
  readonly different: number;
  readonly differing: readonly {
    readonly profile: string;
    readonly segment: string;
    readonly member: boolean;
    readonly recomputed: boolean;
  }[];
  /** Of segments and bands: whether as many members are there as are said to be. */
  readonly sizes: {
    readonly checked: number;
    readonly differing: readonly {
      readonly segment: string;
      readonly size: number;
      readonly members: number;
    }[];
  };
}

/** What the values at a path are. */
export type ValueType = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'null';

/** Something that was seen in the events of a site. */
export interface SeenAnswer {
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface SeenPath extends SeenAnswer {
  /** Keys joined by dots. */
  readonly path: string;
  readonly types: readonly ValueType[];
  /** A few values, masked where they may name somebody. */
  readonly examples: readonly (string | number | boolean)[];
}

/** `GET /v1/schema`: names, properties, traits and contexts seen, each list by name. Up to a second behind. */
export interface SchemaAnswer {
  readonly events: readonly (SeenAnswer & {
    /** As a segment's `did` names it. */
    readonly name: string;
    readonly properties: readonly SeenPath[];
  })[];
  readonly traits: readonly SeenPath[];
  /** Of any event; paths as `where` reads them, such as `context.location.country`. */
  readonly context: readonly SeenPath[];
  /** Names or paths past the limits were not noted. */
  readonly truncated: boolean;
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

/** `GET|PUT /v1/sites/current`: the site that the key names; an element of `GET /v1/sites`. */
export interface SiteAnswer {
  readonly id: string;
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Does the trait `email` of an identify name a person, beside the ids? */
  readonly identifyByEmail: boolean;
  /** Does an event name a user only with a proof from the site's own server? */
  readonly verifyIdentity: boolean;
}

/** `POST /v1/sites`. The secret key is shown here and never again. */
export interface NewSiteAnswer extends SiteAnswer {
  readonly writeKey: string;
  readonly secretKey: string;
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

/** What became of events. `received` is the sum of the four that follow it. */
export interface CountsAnswer {
  readonly received: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly reasons: {
    readonly rejected: Readonly<Record<string, number>>;
    readonly dropped: Readonly<Record<string, number>>;
  };
  /** Events that clients lost, as they say, by reason. */
  readonly lost: Readonly<Record<string, number>>;
  /** Requests that were turned away whole, by the code of the problem. */
  readonly refused: Readonly<Record<string, number>>;
  /** Events that were removed since they became too old. */
  readonly expired: number;
}

/** One write key on one day. */
export interface StatsRowAnswer extends CountsAnswer {
  /** In UTC. */
  readonly day: string;
  /** The key's id. */
  readonly key: string;
}

/** `GET /v1/stats`: the newest day first, without days on which nothing came. */
export interface StatsAnswer extends Page<StatsRowAnswer> {
  readonly from: string;
  readonly to: string;
  readonly total: CountsAnswer;
}

/** An element of `GET /v1/quarantine`, the newest first. */
export interface QuarantineAnswer {
  readonly id: string;
  readonly receivedAt: string;
  /** The id of the write key. */
  readonly key: string;
  readonly code: string;
  /** JSON pointer into the event; empty for the event as a whole. */
  readonly pointer: string;
  readonly detail: string;
  readonly messageId?: string;
  readonly event: Json;
  /** Something of the event was left out since it is long. */
  readonly cut: boolean;
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
  /** Of a member whom a condition of its own lets leave: that condition. */
  readonly leaves?: ExplainNode;
  /** Of a segment that keeps only the first: whose figure is compared with those of others. */
  readonly ranking?: {
    /** Fulfils the condition, and so is one of those who are compared. */
    readonly candidate: boolean;
    readonly figure: number;
  };
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
      /** The kind of condition: its first member; `who` for a definition's `who`. */
      readonly op: LeafOp;
      readonly true: boolean;
      readonly words: string;
      /** When this condition alone changes if nothing more happens. */
      readonly changesAt?: string;
      /** How many count now, as far as the answer needs: `atLeast` says that there may be more. */
      readonly count?: number;
      readonly atLeast?: boolean;
      /** What a score is made of: the points of each category, before and after its cap. */
      readonly parts?: readonly ScorePart[];
      /** The trait or figure that was tested. */
      readonly value?: Json;
      /** What is missing, in words; absent where the condition holds. */
      readonly missing?: string;
      /** The events that count, newest first. */
      readonly evidence: readonly Evidence[];
    };

export type LeafOp =
  | 'did'
  | 'seq'
  | 'idle'
  | 'trait'
  | 'account'
  | 'score'
  | 'segment'
  | 'list'
  | 'bucket'
  | 'who';

export interface Evidence {
  readonly event: string;
  readonly timestamp: string;
  /** The event in a few words: "Viewed /pricing". */
  readonly words: string;
  /** The distinct value that it stands for, where the condition counts values. */
  readonly value?: Json;
  /** Whose it is, where a colleague did it: a condition on all people of a company counts theirs. */
  readonly profile?: string;
}

/** What a secret key is good for: `read` asks, `admin` also changes. */
export type Role = 'read' | 'admin';

/** An element of `GET /v1/keys`, the oldest first. */
export interface KeyAnswer {
  readonly id: string;
  readonly name: string;
  /** `write` adds events and is public; the others are secret. `identity` proves who a user is. */
  readonly role: 'write' | 'identity' | Role;
  readonly createdAt: string;
  /** The key itself, of a write key alone: the others are secret. */
  readonly value?: string;
  /** Was it given with this request, or when the browser signed in? */
  readonly current: boolean;
}

/** `POST /v1/keys`: the only answer that shows a secret key. */
export interface NewKeyAnswer extends KeyAnswer {
  readonly value: string;
}

/** `GET /v1/session`: who is signed in to the dashboard, and what they need to install the script. */
export interface SessionAnswer {
  readonly role: Role;
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

/** `POST /v1/import`: what became of a file; its four counts add up to `rows`. */
export interface ImportAnswer {
  /** Nothing was stored. */
  readonly dryRun: boolean;
  readonly rows: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly dropped: number;
  /** The first rows that were rejected. */
  readonly errors: readonly ImportError[];
  /** Where the file cannot be read on; the rows before are decided. */
  readonly stopped?: { readonly line: number; readonly detail: string };
}

/** A row that was rejected. */
export interface ImportError {
  readonly line: number;
  /** Absent where it is about the row as a whole. */
  readonly column?: string;
  readonly code: string;
  readonly detail: string;
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
export type OutgoingMessage = SegmentMessage | ScoreMessage;

/** Somebody entered a segment or left it. */
export interface SegmentMessage extends Moment {
  readonly type: 'segment.entered' | 'segment.left';
  readonly segment: Versioned;
}

/** Somebody's score went from one band into another. */
export interface ScoreMessage extends Moment {
  readonly type: 'score.crossed';
  readonly score: Versioned;
  /** Ids of bands; "none" for whoever was never scored, before or after. */
  readonly from: string;
  readonly to: string;
  /** In points, after it. */
  readonly value: number;
}

interface Versioned {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

/** What all moments tell: whose they are, when they were, and why. */
interface Moment {
  /** The same whenever and wherever it is told again. */
  readonly id: string;
  readonly occurredAt: string;
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
