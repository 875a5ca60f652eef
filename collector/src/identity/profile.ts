import type { State } from '../segments/state.ts';
import type { IdentityName } from './identity.ts';

/** One person: the ids they are known by, the strands of their history, what the engine remembers. */
export interface Profile {
  readonly id: number;
  readonly site: number;
  readonly userId?: string;
  readonly anonymousIds: readonly string[];
  /** User ids of people whom the owner has joined to this one; not empty if present. */
  readonly otherUserIds?: readonly string[];
  /** E-mails that name them, where the site lets e-mails do so; not empty if present. */
  readonly emails?: readonly string[];
  /** The strands under which their events are filed; the bucket of each is part of its number. */
  readonly parts: readonly number[];
  readonly state: State;
}

/** Most ids that one person is known by. Past it new ones stay apart from them. */
export const IDS_PER_PROFILE_MAX = 1_000;

/** How much of {@link IDS_PER_PROFILE_MAX} a person takes: a strand for each id that acts, and e-mails. */
export function sizeOf({ parts, emails = [] }: Profile): number {
  return parts.length + emails.length;
}

/** Every id that names a person, a user's own first. */
export function namesOf(person: Profile): readonly IdentityName[] {
  const { userId, otherUserIds = [], anonymousIds, emails = [] } = person;
  const users = userId === undefined ? otherUserIds : [userId, ...otherUserIds];
  return [
    ...users.map((value) => ({ kind: 'user', value }) as const),
    ...anonymousIds.map((value) => ({ kind: 'anonymous', value }) as const),
    ...emails.map((value) => ({ kind: 'email', value }) as const),
  ];
}

/** A person known by one more id. */
export function withName(person: Profile, { kind, value }: IdentityName): Profile {
  switch (kind) {
    case 'anonymous':
      return { ...person, anonymousIds: union(person.anonymousIds, [value]) };
    case 'email':
      return { ...person, emails: union(person.emails ?? [], [value]) };
    case 'user':
      return person.userId === undefined
        ? { ...person, userId: value }
        : { ...person, otherUserIds: union(person.otherUserIds ?? [], [value]) };
  }
}

/** A person without one of their further ids; nobody loses the user id that is their own. */
export function withoutName(person: Profile, { kind, value }: IdentityName): Profile {
  const without = (values: readonly string[] = []) => values.filter((each) => each !== value);
  const { otherUserIds, emails, ...rest } = person;
  const users = kind === 'user' ? without(otherUserIds) : (otherUserIds ?? []);
  const addresses = kind === 'email' ? without(emails) : (emails ?? []);
  return {
    ...rest,
    ...(kind === 'anonymous' && { anonymousIds: without(rest.anonymousIds) }),
    ...(users.length > 0 && { otherUserIds: users }),
    ...(addresses.length > 0 && { emails: addresses }),
  };
}

/** The ids and strands of two people who turn out to be `into`. */
export function withIdsOf(into: Profile, from: Profile): Profile {
  const named = namesOf(from).reduce(withName, into);
  return { ...named, parts: union(into.parts, from.parts) };
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])];
}
