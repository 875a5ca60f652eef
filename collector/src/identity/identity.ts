export type IdentityKind = 'user' | 'anonymous' | 'email';

/** An id that a client sent, without whom it stands for. */
export interface IdentityName {
  readonly kind: IdentityKind;
  readonly value: string;
}

/** A text that is different for every id of a site. */
export function textOfId({ kind, value }: IdentityName): string {
  return `${kind} ${value}`;
}

/** From `fromMs` on, what an id does belongs to `profile` and is filed under `part`. */
export interface Span {
  readonly fromMs: number;
  /** The person credited. */
  readonly profile: number;
  /**
   * The strand of history in which this id's own events are filed; it lives in the id's bucket and
   * never changes, so that a merge can be undone. An anonymous person is their own part. Nothing is
   * filed under an e-mail.
   */
  readonly part: number;
  /** Since when this device's events name their user; silence after that means logged out. */
  readonly namedMs?: number;
  /** Of the first span: the earliest instant known at which the device was seen with its user. */
  readonly boundMs?: number;
  /**
   * When a merge was undone here. This past is never merged again, and an event from before that
   * instant, however late it comes, does not bind the device anew.
   */
  readonly apartMs?: number;
}

/** An id that a client sent and the people it stood for, oldest span first, at least one. */
export interface Identity extends IdentityName {
  readonly spans: readonly [Span, ...Span[]];
}

/** Spans that a device remembers; past it the oldest are forgotten, which only late events notice. */
export const SPANS_MAX = 32;

/** An id that stands for one person since ever. */
export function newIdentity(name: IdentityName, span: Span): Identity {
  const { kind, value } = name;
  return { kind, value, spans: [span] };
}

/** Whom an id stands for at an instant; before the first span whom it stood for first. */
export function spanAt({ spans }: Identity, atMs: number): Span {
  return spans.findLast((span) => span.fromMs <= atMs) ?? spans[0];
}

export function withSpan(identity: Identity, span: Span): Identity {
  const [first, ...rest] = identity.spans;
  const spans = [...rest, span].sort((a, b) => a.fromMs - b.fromMs);
  return { ...identity, spans: [first, ...spans.slice(1 - SPANS_MAX)] };
}

/**
 * Gives a device to somebody from an instant on. If that lies before whoever had it then was first
 * seen on it, that is where their own time begins again: a late word does not end it.
 */
export function interrupt(identity: Identity, old: Span, by: Span): Identity {
  const { boundMs, namedMs, ...rest } = old;
  if (boundMs === undefined || boundMs <= by.fromMs) return withSpan(identity, by);
  const again = { ...rest, fromMs: boundMs, ...(namedMs !== undefined && { namedMs }) };
  return withSpan(withSpan(replaceSpan(identity, old, rest), by), again);
}

export function replaceSpan(identity: Identity, old: Span, by: Span): Identity {
  return mapSpans(identity, (span) => (span === old ? by : span));
}

/** The same id after one person became another. */
export function creditTo(identity: Identity, from: number, into: number): Identity {
  return mapSpans(identity, (span) => (span.profile === from ? { ...span, profile: into } : span));
}

export function mapSpans(identity: Identity, change: (span: Span) => Span): Identity {
  const [first, ...rest] = identity.spans;
  return { ...identity, spans: [change(first), ...rest.map(change)] };
}
