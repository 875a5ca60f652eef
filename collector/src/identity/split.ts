import { type Identity, mapSpans } from './identity.ts';
import { type Profile, withoutName } from './profile.ts';

/** What becomes of a person and of one of their ids when the two are taken apart. */
export interface Split {
  /** The person without the id; their state is still the old one. */
  readonly rest: Profile;
  /** The number of the person whom the id stands for from now on. */
  readonly profile: number;
  /** The strands of history that go with the id. */
  readonly parts: readonly number[];
  readonly identity: Identity;
}

/**
 * Takes an id with all that was filed under it out of a person. Events that named the person
 * themselves stay theirs. Its past is never merged again; what binds it anew is an event after `nowMs`.
 *
 * @returns `undefined` where the id is not the person's, or is the one that they began with: taking
 * that out would leave the others without it, so these have to be taken out instead.
 */
export function splitOff(person: Profile, identity: Identity, nowMs: number): Split | undefined {
  const own = identity.spans.filter((span) => span.profile === person.id);
  const parts = [...new Set(own.map((span) => span.part))];
  const [profile] = parts;
  if (profile === undefined || parts.includes(person.id)) return undefined;
  const rest = withoutName(person, identity);
  return {
    rest: { ...rest, parts: person.parts.filter((part) => !parts.includes(part)) },
    profile,
    parts,
    identity: mapSpans(identity, (span) => {
      if (span.profile !== person.id) return span;
      const { fromMs, part } = span;
      return { fromMs, profile, part, ...(identity.kind === 'anonymous' && { apartMs: nowMs }) };
    }),
  };
}

/**
 * The split of an id under which nothing was ever filed: it stands for somebody of whom nothing is
 * known until it acts, and then under one strand.
 */
export function withoutHistory({ identity, profile }: Split): Identity {
  return mapSpans(identity, (span) =>
    span.profile === profile ? { ...span, part: profile } : span,
  );
}
