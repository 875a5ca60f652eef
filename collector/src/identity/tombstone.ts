import type { Event } from '../event.ts';
import type { Identity, IdentityKind } from './identity.ts';
import { namesOf, type Profile } from './profile.ts';

/** What an erased person was known by: their ids, the numbers that we gave them, their messages. */
export interface TombstoneName {
  readonly kind: IdentityKind | 'profile' | 'message';
  readonly value: string;
}

/** From an instant, or since ever, up to and including another. */
export type ErasedSpan = readonly [fromMs: number | null, untilMs: number];

/** When an id was an erased person's. */
export interface Tombstone {
  readonly name: TombstoneName;
  readonly spans: readonly ErasedSpan[];
  /** When they were erased last. */
  readonly erasedAtMs: number;
}

/** A text that is different for every name of a site. */
export function textOfTombstone({ kind, value }: TombstoneName): string {
  return `${kind} ${value}`;
}

/** The ids that an event gives of whoever did it. */
export function namesIn(event: Event, email: string | undefined): readonly TombstoneName[] {
  return [
    ...(event.userId === undefined ? [] : [{ kind: 'user', value: event.userId } as const]),
    ...devicesIn(event).map((value) => ({ kind: 'anonymous', value }) as const),
    ...(email === undefined ? [] : [{ kind: 'email', value: email } as const]),
  ];
}

/**
 * Is an event one of an erased person's, from before their erasure? A user who is known is who they
 * say they are, whosever device it was; of anybody else the device and the e-mail tell as well. What
 * happens after an erasure is somebody's who came back.
 *
 * @param stones - By {@link textOfTombstone}; of the event's ids and its message.
 */
export function isErased(
  event: Event,
  email: string | undefined,
  stones: ReadonlyMap<string, Tombstone>,
  isKnownUser: (userId: string) => boolean,
): boolean {
  const names = namesIn(event, email);
  if (!names.some((name) => stones.has(textOfTombstone(name)))) return false;
  if (stones.has(textOfTombstone({ kind: 'message', value: event.messageId }))) return true;
  const covered = names.filter((name) => covers(stones.get(textOfTombstone(name)), event.atMs));
  if (covered.some(({ kind }) => kind === 'user')) return true;
  const speaksForItself = event.userId !== undefined && isKnownUser(event.userId);
  return covered.length > 0 && !speaksForItself;
}

/** What remains of a person's ids: when each was theirs. */
export function tombstonesOf(
  person: Profile,
  identities: readonly Identity[],
  nowMs: number,
): readonly Tombstone[] {
  const ids = namesOf(person).map((name): Tombstone => {
    const identity = identities.find(
      ({ kind, value }) => kind === name.kind && value === name.value,
    );
    return { name, spans: identity ? spansOf(identity, person.id, nowMs) : [], erasedAtMs: nowMs };
  });
  const numbers = [...new Set([person.id, ...person.parts])].map((part): Tombstone => {
    const name = { kind: 'profile', value: String(part) } as const;
    return { name, spans: [], erasedAtMs: nowMs };
  });
  return [...ids, ...numbers];
}

/** An id without the time in which it was a person's; `undefined` if it never was anybody else's. */
export function withoutPerson(identity: Identity, profile: number): Identity | undefined {
  const [first, ...rest] = identity.spans.filter((span) => span.profile !== profile);
  return first && { ...identity, spans: [first, ...rest] };
}

function devicesIn({ anonymousId, previousId }: Event): readonly string[] {
  return [anonymousId, previousId].filter((id) => id !== undefined);
}

function spansOf({ spans }: Identity, profile: number, nowMs: number): readonly ErasedSpan[] {
  return spans.flatMap((span, index): ErasedSpan[] => {
    if (span.profile !== profile) return [];
    const next = spans[index + 1];
    return [[index === 0 ? null : span.fromMs, next === undefined ? nowMs : next.fromMs - 1]];
  });
}

function covers(stone: Tombstone | undefined, atMs: number): boolean {
  return (stone?.spans ?? []).some(
    ([fromMs, untilMs]) => (fromMs === null || fromMs <= atMs) && atMs <= untilMs,
  );
}
