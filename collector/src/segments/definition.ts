/**
 * The definition language, as types. What each form means is written in `collector/docs/segments.md`.
 * Values of these types come from `parseDefinition` alone, so the engine never checks them again.
 */

/** Integer and unit: `s`, `m`, `h`, `d`, `w`, and `mo`, `y` by the calendar. From 1 s to 400 d. */
export type Duration = string;

/** An instant: ISO 8601, a date alone (its first millisecond in UTC) or with time and offset. */
export type Instant = string;

/** A plain number n means "at least n". */
export type Compare =
  | number
  | {
      readonly eq?: number;
      readonly ne?: number;
      readonly gt?: number;
      readonly gte?: number;
      readonly lt?: number;
      readonly lte?: number;
      /** Both ends included. */
      readonly between?: readonly [number, number];
    };

export type Scalar = string | number | boolean | null;

/** Several operators in one test must all hold. */
export type Test =
  | Scalar
  | {
      readonly eq?: Scalar;
      readonly ne?: Scalar;
      readonly in?: readonly Scalar[];
      readonly nin?: readonly Scalar[];
      readonly contains?: string;
      readonly startsWith?: string;
      readonly endsWith?: string;
      /** `*` any run, `?` one character, at most five stars. A list means any of them. */
      readonly glob?: string | readonly string[];
      /** Makes every string operator beside it ignore case. */
      readonly ignoreCase?: boolean;
      readonly gt?: number;
      readonly gte?: number;
      readonly lt?: number;
      readonly lte?: number;
      readonly between?: readonly [number, number];
      /** The list has this value. */
      readonly has?: Scalar;
      readonly hasAny?: readonly Scalar[];
      readonly hasAll?: readonly Scalar[];
      /** How many values the list has. */
      readonly size?: Compare;
      readonly exists?: boolean;
      /** The value is an instant before this one; `after`: at or after it. */
      readonly before?: Instant;
      readonly after?: Instant;
      /** At x: the value v is an instant with x − d < v ≤ x. Of traits alone. */
      readonly last?: Duration;
      /** At x: x < v ≤ x + d. Of traits alone. */
      readonly next?: Duration;
      /** At x: v ≤ x − d. Of traits alone. */
      readonly olderThan?: Duration;
    };

/** Path to test. A bare path reads properties, `context.…` the context. Dots go deeper. */
export type Where = { readonly [path: string]: Test };

/** `page`, `screen`, `group`, or the name of a track event; a list means any of them. */
export type EventName = string | readonly string[];

export const CALENDAR_SPANS = [
  'today',
  'thisWeek',
  'thisMonth',
  'thisQuarter',
  'thisYear',
  'yesterday',
  'lastWeek',
  'lastMonth',
  'lastQuarter',
  'lastYear',
] as const;
export type CalendarSpan = (typeof CALENDAR_SPANS)[number];

/**
 * When an event has to lie to count, at the instant x: within a duration before x; between `from` and
 * `to` before x (x − from < t ≤ x − to); from `after` on and before `before`; or in a span of the
 * calendar, weeks beginning on Monday.
 */
export type Window =
  | Duration
  | { readonly from: Duration; readonly to: Duration }
  | { readonly after?: Instant; readonly before?: Instant }
  /** `zone` is an IANA name; the site's own unless given. */
  | { readonly calendar: CalendarSpan; readonly zone?: string };

interface DidBase {
  readonly did: EventName;
  readonly where?: Where;
}

/** How often something was done, or with how many different values. */
export interface DidTimes extends DidBase {
  /** Without it, ever. */
  readonly within?: Window;
  /** `session`, `day`, `person` (of an account), or a path: count distinct values instead of events. */
  readonly distinct?: string;
  /** At least 1 unless given. */
  readonly times?: Compare;
}

export const AGGREGATES = ['sum', 'avg', 'min', 'max'] as const;
export type AggregateName = (typeof AGGREGATES)[number];

/** A figure over the values at one path. Values that are not numbers are passed over. */
export type DidAggregate = DidBase & {
  readonly within?: Window;
  readonly is: Compare;
} & (
    | { readonly sum: string }
    | { readonly avg: string }
    | { readonly min: string }
    | { readonly max: string }
  );

/** The first or the latest such event ever, and what it must be like. */
export type DidTouch = DidBase & { readonly is: Where } & (
    | { readonly first: true }
    | { readonly latest: true }
  );

export type Did = DidTimes | DidAggregate | DidTouch;

/** Something done, strictly after the step before it, which lies in the window `within` before it. */
export interface SeqDid {
  readonly did: EventName;
  readonly where?: Where;
  readonly within?: Duration;
}

/** Nothing of the kind between its neighbours; at the end, for so long after the step before it. */
export interface SeqNo {
  readonly no: EventName;
  readonly where?: Where;
  /** Given exactly where it is the last step. */
  readonly for?: Duration;
}

export type SeqStep = SeqDid | SeqNo;

export interface Seq {
  /** The first is a `did`; two `no` never stand side by side; at most ten. */
  readonly seq: readonly SeqStep[];
  /** The first step lies in this window. */
  readonly within?: Window;
  /** Paths that have the same value in every step; a step without a value matches nothing. */
  readonly same?: readonly string[];
}

/** Nothing for so long. True at x when the last match t has t ≤ x − idle. */
export interface Idle {
  readonly idle: Duration;
  /** Any activity at all unless given. */
  readonly of?: EventName;
  readonly where?: Where;
  /** What holds for those who never did it; measured from the first event ever unless given. */
  readonly never?: 'sinceFirstSeen' | 'include' | 'exclude';
}

export interface TraitIs {
  readonly trait: string;
  readonly is: Test;
}

/** A trait of the company that the person was last grouped into, or a condition on all of its people together. */
export type Account =
  | { readonly account: string; readonly is: Test }
  | { readonly account: DidTimes };

export type Score =
  | { readonly score: string; readonly is: Compare }
  /** Against the value at the start of the site's calendar day in which the window begins. */
  | { readonly score: string; readonly rose: Compare; readonly within: Duration }
  | { readonly score: string; readonly fell: Compare; readonly within: Duration }
  | { readonly score: string; readonly peak: Compare; readonly within: Duration }
  /** Nothing was ever scored. */
  | { readonly score: string; readonly none: true };

export const SEGMENT_STATES = ['in', 'out', 'ever', 'entered', 'left'] as const;

/** Membership of another segment: now, or as an event of the past. */
export interface InSegment {
  readonly segment: string;
  /** `in` unless given. */
  readonly state?: (typeof SEGMENT_STATES)[number];
  /** Of `entered` and `left`: how long ago at most. */
  readonly within?: Duration;
}

/** On an imported list, by the latest "List Joined" or "List Left" with its `list_id`. */
export interface OnList {
  readonly list: string;
}

/** A fixed share of people, the same for the same salt: `from` ≤ their percentile < `to`, 0 to 100. */
export interface InBucket {
  readonly bucket: { readonly salt: string; readonly from: number; readonly to: number };
}

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | Leaf;

/** A condition that holds no others. */
export type Leaf = Did | Seq | Idle | TraitIs | Account | Score | InSegment | OnList | InBucket;

/** Only the first of those who fulfil the condition, ordered by a score. */
export interface Ranking {
  readonly by: {
    readonly score: string;
    readonly what: 'value' | 'rise' | 'peak';
    /** Of `rise` and `peak`. */
    readonly within?: Duration;
  };
  /** Exactly one of the two: so many people, or so many of a hundred. */
  readonly n?: number;
  readonly percent?: number;
}

export type SegmentKind = 'implicit' | 'explicit';
/** `known` people have a user id. */
export type Who = 'all' | 'known' | 'anonymous';

export interface Definition {
  /** Lower-case letters, digits, hyphens and colons, 1 to 64; the first a letter or digit. */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly kind: SegmentKind;
  readonly who?: Who;
  readonly if: Condition;
  /** Ends membership instead of `if` being false; while it holds nobody enters. */
  readonly leaveIf?: Condition;
  /** Nobody leaves sooner after entering. */
  readonly minStay?: Duration;
  readonly top?: Ranking;
  readonly tags?: readonly string[];
}
