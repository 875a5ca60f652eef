import type { Event } from '../event.ts';
import { bucketOf } from './bucket.ts';

export type IdentityKind = 'user' | 'anonymous';

/** From `fromMs` on, what an id does belongs to `profile` and is filed under `part`. */
export interface Span {
  readonly fromMs: number;
  /** The person credited. */
  readonly profile: number;
  /**
   * The strand of history in which this id's own events are filed; it lives in the id's bucket and
   * never changes, so that a merge can be undone. An anonymous person is their own part.
   */
  readonly part: number;
  /** Since when this device's events name their user; silence after that means logged out. */
  readonly namedMs?: number;
}

/** An id that a client sent and the people it stood for, oldest span first, at least one. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
  readonly spans: readonly [Span, ...Span[]];
}

/** What one event says about who is who. */
export interface Resolution {
  /** The person credited with the event. */
  readonly profile: number;
  /** Where the event is filed. */
  readonly part: number;
  /** People seen for the first time. */
  readonly created: readonly { readonly id: number; readonly userId?: string }[];
  /** Identities that are new or changed. */
  readonly identities: readonly Identity[];
  /** Strands of history that now belong to `profile`; `joins` where they were a person till now. */
  readonly linked: readonly {
    readonly anonymousId: string;
    readonly part: number;
    readonly joins: boolean;
  }[];
}

export interface Known {
  readonly identity: (kind: IdentityKind, value: string) => Identity | undefined;
  /** May this person take on one more id? */
  readonly hasRoom: (profile: number) => boolean;
  /** A new id of our own in this bucket. */
  readonly newId: (bucket: number) => number;
}

/** Most ids that one person is known by. Past it new devices stay apart from them. */
export const IDS_PER_PROFILE_MAX = 1_000;

/** Spans that a device remembers; past it the oldest are forgotten, which only late events notice. */
export const SPANS_MAX = 32;

/**
 * Decides whose event this is.
 *
 * An anonymous id merges once, into the first user that it is seen with; another user on the same
 * device starts a new span from that moment on, and two users are never joined. A device whose
 * events name their user is logged out when they stop to: what it does from then on is a new
 * anonymous person's.
 */
export function resolve(site: number, event: Event, known: Known): Resolution {
  const { userId, anonymousId } = event;
  if (userId === undefined) {
    if (anonymousId === undefined) throw new Error('Invariant broken: an event names somebody');
    return resolveAnonymous(site, anonymousId, event.atMs, known);
  }
  const present = known.identity('user', userId);
  const profile = present?.spans[0].profile ?? known.newId(bucketOf(site, userId));
  const fresh: Identity = {
    kind: 'user',
    value: userId,
    spans: [{ fromMs: 0, profile, part: profile }],
  };
  const links = devicesOf(event).flatMap((value) => {
    const link = linkDevice(site, value, profile, event, known);
    return link === undefined ? [] : [link];
  });
  return {
    profile,
    part: profile,
    created: present === undefined ? [{ id: profile, userId }] : [],
    identities: [
      ...(present === undefined ? [fresh] : []),
      ...links.map(({ identity }) => identity),
    ],
    linked: links.flatMap(({ linked }) => linked ?? []),
  };
}

/** The anonymous ids that an event of a known user speaks of; an alias to oneself speaks of none. */
function devicesOf({ userId, anonymousId, previousId }: Event): readonly string[] {
  const named = [anonymousId, previousId].filter((id) => id !== undefined && id !== userId);
  return [...new Set(named.filter((id) => id !== undefined))];
}

function resolveAnonymous(site: number, value: string, atMs: number, known: Known): Resolution {
  const identity = known.identity('anonymous', value);
  const span = identity && spanAt(identity, atMs);
  const loggedOut = span?.namedMs !== undefined && atMs >= span.namedMs;
  if (span && !loggedOut) {
    return { profile: span.profile, part: span.part, created: [], identities: [], linked: [] };
  }
  const id = known.newId(bucketOf(site, value));
  const strange: Span = { fromMs: identity ? atMs : 0, profile: id, part: id };
  return {
    profile: id,
    part: id,
    created: [{ id }],
    identities: [identity ? withSpan(identity, strange) : newIdentity(value, strange)],
    linked: [],
  };
}

function linkDevice(
  site: number,
  value: string,
  profile: number,
  event: Event,
  known: Known,
): { identity: Identity; linked?: Resolution['linked'][number] } | undefined {
  // An alias names no device of its own: whether it names its user is not to be learnt from it.
  const names = event.type !== 'identify' && event.type !== 'alias';
  const named = names ? { namedMs: event.atMs } : {};
  const identity = known.identity('anonymous', value);
  const span = identity && spanAt(identity, event.atMs);
  if (identity && span?.profile === profile) {
    if (!names || (span.namedMs ?? Number.POSITIVE_INFINITY) <= event.atMs) return undefined;
    return { identity: replaceSpan(identity, span, { ...span, ...named }) };
  }
  if (!known.hasRoom(profile)) return undefined;
  if (identity && span && identity.spans.length === 1 && span.profile === span.part) {
    const linked = { anonymousId: value, part: span.part, joins: true };
    return { identity: replaceSpan(identity, span, { ...span, profile, ...named }), linked };
  }
  const part = known.newId(bucketOf(site, value));
  const fresh: Span = { fromMs: identity ? event.atMs : 0, profile, part, ...named };
  return {
    identity: identity ? withSpan(identity, fresh) : newIdentity(value, fresh),
    linked: { anonymousId: value, part, joins: false },
  };
}

function newIdentity(value: string, span: Span): Identity {
  return { kind: 'anonymous', value, spans: [span] };
}

function spanAt({ spans }: Identity, atMs: number): Span {
  return spans.findLast((span) => span.fromMs <= atMs) ?? spans[0];
}

function withSpan(identity: Identity, span: Span): Identity {
  const [first, ...rest] = identity.spans;
  const spans = [...rest, span].sort((a, b) => a.fromMs - b.fromMs);
  return { ...identity, spans: [first, ...spans.slice(1 - SPANS_MAX)] };
}

function replaceSpan(identity: Identity, old: Span, by: Span): Identity {
  const [first, ...rest] = identity.spans.map((span) => (span === old ? by : span));
  return { ...identity, spans: [first ?? by, ...rest] };
}
