import type { Event, EventFlag } from '../event.ts';
import { bucketOf } from './bucket.ts';
import {
  type Identity,
  type IdentityKind,
  type IdentityName,
  interrupt,
  newIdentity,
  replaceSpan,
  type Span,
  spanAt,
  withSpan,
} from './identity.ts';

/** What one event says about who is who. */
export interface Resolution {
  /** The person credited with the event. */
  readonly profile: number;
  /** Where the event is filed. */
  readonly part: number;
  /** People seen for the first time. */
  readonly created: readonly { readonly id: number; readonly userId?: string }[];
  /** Identities that are new or changed, but for those of people who are joined. */
  readonly identities: readonly Identity[];
  /** Ids that were nobody's and now are `profile`'s; those that act bring a new strand of history. */
  readonly linked: readonly { readonly name: IdentityName; readonly part?: number }[];
  /** Anonymous people who turn out to be `profile`, and the id that tells. */
  readonly joined: readonly { readonly profile: number; readonly name: IdentityName }[];
  /** What a reader of the event should know. */
  readonly flags: readonly EventFlag[];
}

export interface Known {
  readonly identity: (kind: IdentityKind, value: string) => Identity | undefined;
  /** `undefined` for a number under which nothing was ever filed. */
  readonly person: (profile: number) => KnownPerson | undefined;
  /** A new id of our own in this bucket. */
  readonly newId: (bucket: number) => number;
  /** Most ids that one person is known by. */
  readonly idsMax: number;
}

export interface KnownPerson {
  readonly isUser: boolean;
  /** By how many ids they are known. */
  readonly size: number;
}

/** A resolution in the making. */
interface Draft {
  readonly profile: number;
  part: number;
  size: number;
  readonly created: Resolution['created'][number][];
  readonly identities: Identity[];
  readonly linked: Resolution['linked'][number][];
  readonly joined: Resolution['joined'][number][];
  readonly flags: EventFlag[];
}

/**
 * Decides whose event this is.
 *
 * An anonymous id merges once, into the first user that it is seen with; another user on the same
 * device starts a new span from that moment on, and two users are never joined. A device whose
 * events name their user is logged out when they stop to: what it does from then on is a new
 * anonymous person's.
 *
 * @param email - The address that names a person, where the site lets addresses do so. It stands in
 * for a user id that is not there, belongs to whoever had it first, and joins no two users.
 */
export function resolve(site: number, event: Event, known: Known, email?: string): Resolution {
  const { userId, anonymousId } = event;
  if (userId !== undefined) return resolveUser(site, userId, event, known, email);
  if (anonymousId === undefined) throw new Error('Invariant broken: an event names somebody');
  return resolveAnonymous(site, anonymousId, event, known, email);
}

function resolveUser(
  site: number,
  userId: string,
  event: Event,
  known: Known,
  email: string | undefined,
): Resolution {
  const span = known.identity('user', userId)?.spans[0];
  const profile = span?.profile ?? known.newId(bucketOf(site, userId));
  const draft = newDraft(profile, span?.part ?? profile, known);
  if (span === undefined) {
    draft.created.push({ id: profile, userId });
    const own: Span = { fromMs: 0, profile, part: profile };
    draft.identities.push(newIdentity({ kind: 'user', value: userId }, own));
  }
  for (const value of devicesOf(event)) linkDevice(draft, site, value, event, known);
  if (email !== undefined) bindEmail(draft, email, known);
  return draft;
}

/** The anonymous ids that an event of a known user speaks of; an alias to oneself speaks of none. */
function devicesOf({ userId, anonymousId, previousId }: Event): readonly string[] {
  const named = [anonymousId, previousId].filter((id) => id !== undefined && id !== userId);
  return [...new Set(named.filter((id) => id !== undefined))];
}

function resolveAnonymous(
  site: number,
  value: string,
  event: Event,
  known: Known,
  email: string | undefined,
): Resolution {
  const { atMs } = event;
  const owner = email && known.identity('email', email)?.spans[0].profile;
  const identity = known.identity('anonymous', value);
  const span = identity && spanAt(identity, atMs);
  const loggedOut = span?.namedMs !== undefined && atMs >= span.namedMs;
  const holder = span && (!loggedOut || span.profile === owner) ? span : undefined;
  const flags: EventFlag[] = [];
  const names = typeof owner === 'number' && namesAnother(owner, holder?.profile, known);
  if (names) {
    const draft = newDraft(owner, owner, known);
    linkDevice(draft, site, value, event, known);
    const linked = draft.identities.find((each) => each.value === value);
    if (linked) return { ...draft, part: spanAt(linked, atMs).part };
    flags.push(...draft.flags);
  }
  const profile = holder?.profile ?? known.newId(bucketOf(site, value));
  const draft = newDraft(profile, holder?.part ?? profile, known);
  draft.flags.push(...flags);
  if (known.person(profile) === undefined) draft.created.push({ id: profile });
  if (holder === undefined) {
    const strange: Span = { fromMs: identity ? atMs : 0, profile, part: profile };
    const name: IdentityName = { kind: 'anonymous', value };
    draft.identities.push(identity ? withSpan(identity, strange) : newIdentity(name, strange));
  }
  if (email !== undefined && !names) bindEmail(draft, email, known);
  return draft;
}

/** Does the owner of an e-mail take over from who has the device? A user does not become a stranger. */
function namesAnother(owner: number, holder: number | undefined, known: Known): boolean {
  if (holder === undefined) return true;
  if (owner === holder) return false;
  return known.person(owner)?.isUser === true || known.person(holder)?.isUser !== true;
}

/** Binds a device to the draft's person, unless that was undone by hand or they have too many ids. */
function linkDevice(draft: Draft, site: number, value: string, event: Event, known: Known): void {
  const { profile } = draft;
  const { atMs } = event;
  const name: IdentityName = { kind: 'anonymous', value };
  // An alias names no device of its own: whether it names its user is not to be learnt from it.
  const names = event.type !== 'identify' && event.type !== 'alias';
  const named = names ? { namedMs: atMs } : {};
  const identity = known.identity('anonymous', value);
  if (identity === undefined) {
    const part = known.newId(bucketOf(site, value));
    if (!takesOn(draft, 1, known)) return;
    const bound = { fromMs: 0, boundMs: atMs };
    draft.identities.push(newIdentity(name, { ...bound, profile, part, ...named }));
    draft.linked.push({ name, part });
    return;
  }
  const span = spanAt(identity, atMs);
  if (span.profile === profile) {
    const isEarliestName = names && atMs < (span.namedMs ?? Number.POSITIVE_INFINITY);
    const isEarliest = span.boundMs !== undefined && atMs < span.boundMs;
    if (!isEarliestName && !isEarliest) return;
    const earlier = {
      ...(isEarliestName && { namedMs: atMs }),
      ...(isEarliest && { boundMs: atMs }),
    };
    draft.identities.push(replaceSpan(identity, span, { ...span, ...earlier }));
  } else if (mergesWhole(identity, known)) {
    if (!join(draft, span.profile, name, known)) return;
    const merged = { ...span, profile, boundMs: atMs, ...named };
    draft.identities.push(replaceSpan(identity, span, merged));
  } else if (span.apartMs === undefined || atMs > span.apartMs) {
    const earlier = identity.spans.find((each) => each.profile === profile);
    if (earlier === undefined && !takesOn(draft, 1, known)) return;
    const part = earlier?.part ?? known.newId(bucketOf(site, value));
    draft.identities.push(interrupt(identity, span, { fromMs: atMs, profile, part, ...named }));
    if (earlier === undefined) draft.linked.push({ name, part });
  }
}

/** A device takes its past along once: while it has stood for one anonymous person alone. */
function mergesWhole({ spans }: Identity, known: Known): boolean {
  const [{ profile, apartMs }] = spans;
  return spans.length === 1 && apartMs === undefined && known.person(profile)?.isUser === false;
}

/** An address belongs to whoever had it first; an anonymous owner turns out to be the draft's person. */
function bindEmail(draft: Draft, value: string, known: Known): void {
  const { profile } = draft;
  const name: IdentityName = { kind: 'email', value };
  const owner = known.identity('email', value)?.spans[0].profile;
  if (owner === undefined) {
    if (!takesOn(draft, 1, known)) return;
    draft.identities.push(newIdentity(name, { fromMs: 0, profile, part: profile }));
    draft.linked.push({ name });
  } else if (owner !== profile && known.person(owner)?.isUser === false) {
    join(draft, owner, name, known);
  }
}

/** @returns Whether they are one person from now on. */
function join(draft: Draft, profile: number, name: IdentityName, known: Known): boolean {
  if (draft.joined.some((joined) => joined.profile === profile)) return true;
  if (!takesOn(draft, known.person(profile)?.size ?? 1, known)) return false;
  draft.joined.push({ profile, name });
  return true;
}

/** May the person take on so many more ids? If not, the event says so. */
function takesOn(draft: Draft, ids: number, { idsMax }: Known): boolean {
  if (draft.size + ids > idsMax) {
    if (!draft.flags.includes('merge_limit')) draft.flags.push('merge_limit');
    return false;
  }
  draft.size += ids;
  return true;
}

function newDraft(profile: number, part: number, known: Known): Draft {
  const size = known.person(profile)?.size ?? 1;
  return {
    ...{ profile, part, size },
    ...{ created: [], identities: [], linked: [], joined: [], flags: [] },
  };
}
