/**
 * The definition language, as types. What each form means is written in `collector/docs/segments.md`.
 * Values of these types come from `parseDefinition` alone, so the engine never checks them again.
 */

/** Integer and unit: `s`, `m`, `h`, `d`, `w`. From 1 s to 400 d. */
export type Duration = string;

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
    };

/** Path to test. A bare path reads properties, `context.…` the context. Dots go deeper. */
export type Where = { readonly [path: string]: Test };

/** `page`, `screen`, `group`, or the name of a track event; a list means any of them. */
export type EventName = string | readonly string[];

export interface Did {
  readonly did: EventName;
  readonly where?: Where;
  /** Sliding window that ends now; without it, ever. */
  readonly within?: Duration;
  /** `session`, `day`, or a path: count distinct values instead of events. */
  readonly distinct?: string;
  /** At least 1 unless given. */
  readonly times?: Compare;
}

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | Did;

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
  readonly tags?: readonly string[];
}
