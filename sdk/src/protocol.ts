/**
 * The wire contract between every client and the collector: the shape of the Segment HTTP API
 * (https://segment.com/docs/connections/spec/) and the limits both sides keep.
 * It imports nothing and costs the script no bytes but the limits that it uses.
 */

/** A value that survives `JSON.stringify` unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** The facts of the page on which a call was made. */
export interface WirePageContext {
  readonly path?: string;
  readonly url?: string;
  readonly title?: string;
  readonly referrer?: string;
  /** The query string with its `?`, cleaned. */
  readonly search?: string;
}

/** Circumstances of an event. Clients may add fields of their own. */
export interface WireContext extends JsonObject {
  /** Names one visit: all events of a visit carry the same one. */
  readonly sessionId?: string;
  /** Number of the event in its visit, from 1: a gap between those that arrive is a loss. */
  readonly sequence?: number;
  readonly page?: WirePageContext & JsonObject;
  /** The five `utm_*` parameters: name, source, medium, term, content. */
  readonly campaign?: JsonObject;
  readonly library?: { readonly name: string; readonly version: string };
  /** BCP 47, as `navigator.language` gives it. */
  readonly locale?: string;
  /** IANA name, as `Intl` gives it. */
  readonly timezone?: string;
  readonly userAgent?: string;
  /** Traits may travel here too; `traits` beside the event wins. */
  readonly traits?: JsonObject;
}

/** What all events share. At least one of `anonymousId` and `userId` names somebody. */
interface WireBase {
  /** Unique per site, at most {@link MESSAGE_ID_CHARS_MAX} characters. The key of deduplication. */
  readonly messageId: string;
  readonly anonymousId?: string;
  readonly userId?: string;
  /** When it happened by the client's clock, ISO 8601. The collector corrects it by `sentAt`. */
  readonly timestamp: string;
  readonly context?: WireContext;
}

export interface WirePage extends WireBase {
  readonly type: 'page';
  readonly name?: string;
  readonly properties?: JsonObject;
}
export interface WireScreen extends WireBase {
  readonly type: 'screen';
  readonly name?: string;
  readonly properties?: JsonObject;
}
export interface WireTrack extends WireBase {
  readonly type: 'track';
  readonly event: string;
  readonly properties?: JsonObject;
}
export interface WireIdentify extends WireBase {
  readonly type: 'identify';
  readonly traits?: JsonObject;
}
export interface WireGroup extends WireBase {
  readonly type: 'group';
  readonly groupId: string;
  readonly traits?: JsonObject;
}
export interface WireAlias extends WireBase {
  readonly type: 'alias';
  readonly userId: string;
  /** The id that `userId` is to replace. */
  readonly previousId: string;
}

export type WireEvent = WirePage | WireScreen | WireTrack | WireIdentify | WireGroup | WireAlias;

/** Why a client lost events: its queue overflowed, an event was too large, or it was refused. */
export type LossReason = 'overflow' | 'too_large' | 'refused';

/** The body of `POST /v1/batch`. */
export interface WireBatch {
  readonly writeKey: string;
  /** The client's clock when this body left, ISO 8601; with it the collector corrects `timestamp`. */
  readonly sentAt: string;
  readonly batch: readonly WireEvent[];
  /** Events lost on the client since its last accepted batch, by reason. */
  readonly lost?: { readonly [reason in LossReason]?: number };
}

/** What became of an event that was not accepted. */
export interface WireResult {
  /** Position in `batch`. */
  readonly index: number;
  readonly messageId?: string;
  readonly status: 'duplicate' | 'rejected' | 'dropped';
  /** Why, for programs. Values do not change. */
  readonly code?: string;
  /** Why, for people: what was wrong, where, and what to do. */
  readonly detail?: string;
}

/** A membership that a request changed; listed when it asked with `?debug=1`. */
export interface WireMembershipChange {
  readonly type: 'segment.entered' | 'segment.left';
  readonly segment: string;
  readonly profile: string;
  readonly occurredAt: string;
}

/** The answer to a batch that was decided: always status 200. */
export interface WireAnswer {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly dropped: number;
  /** Only events that were not accepted, in order of `index`. */
  readonly results: readonly WireResult[];
  readonly memberships?: readonly WireMembershipChange[];
}

/** Largest request body, inflated. */
export const BODY_BYTES_MAX: number = 500 * 1024;
/** Most events of one batch. */
export const EVENTS_PER_BATCH_MAX = 500;
/** Largest single event, as JSON. */
export const EVENT_BYTES_MAX: number = 32 * 1024;
/** How deep properties and traits may nest. */
export const DEPTH_MAX = 10;
/** Most keys of one object of properties or traits, nested ones included. */
export const PROPERTIES_MAX = 255;
export const KEY_BYTES_MAX = 200;
export const EVENT_NAME_CHARS_MAX = 200;
/** `userId`, `anonymousId`, `groupId`, `previousId`, `sessionId`. */
export const ID_CHARS_MAX = 256;
export const MESSAGE_ID_CHARS_MAX = 100;
/** Longer URLs and referrers are cut. */
export const URL_CHARS_MAX = 2048;
/** Longer titles and user agents are cut. */
export const TEXT_CHARS_MAX = 512;
