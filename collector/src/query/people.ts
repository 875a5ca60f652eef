import { and, desc, eq, gte, inArray, lt } from 'drizzle-orm';
import { BUCKETS, bucketOf } from '../identity/bucket.ts';
import { bucketOfId, parsePublicId, publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import type { State } from '../segments/state.ts';
import type { Database } from '../store/open.ts';
import { readIdentity, readProfile } from '../store/rows.ts';
import { event, identity, profile, segment } from '../store/schema.ts';
import type { MembershipAnswer, ProfileAnswer } from './answers.ts';
import { withForesight } from './company-sight.ts';
import { type Foretell, foretelling } from './foresight.ts';

/** Finds a person by any of their ids: our own, the user id, an anonymous id. */
export async function findPerson(
  database: Database,
  site: number,
  id: string,
): Promise<Profile | undefined> {
  const own = parsePublicId('prf', id);
  const numbers = own === undefined ? [] : [own];
  const rows = await database
    .select()
    .from(identity)
    .where(
      and(eq(identity.bucket, bucketOf(site, id)), eq(identity.site, site), eq(identity.value, id)),
    );
  // A user id comes before an anonymous id of the same text; a device stands for its latest person.
  for (const row of rows.sort((a, b) => (a.kind < b.kind ? 1 : -1))) {
    const latest = readIdentity([row.kind, row.value, row.spans]).spans.at(-1);
    if (latest) numbers.push(latest.profile);
  }
  const people = await loadPeople(database, site, numbers);
  return numbers.map((number) => people.get(number)).find((person) => person !== undefined);
}

/**
 * The people behind profile numbers, those who became somebody else under their old number too.
 * Whoever is behind several numbers is the same object under each.
 */
export async function loadPeople(
  database: Database,
  site: number,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, Profile>> {
  const people = new Map<number, Profile>();
  const read = new Map<number, Profile>();
  let wanted = new Map(numbers.map((number) => [number, [number]]));
  while (wanted.size > 0) {
    const keys = [...wanted.keys()];
    const buckets = [...new Set(keys.map(bucketOfId))];
    const rows = await database
      .select()
      .from(profile)
      .where(
        and(inArray(profile.bucket, buckets), inArray(profile.id, keys), eq(profile.site, site)),
      );
    const next = new Map<number, number[]>();
    for (const row of rows) {
      const asked = wanted.get(row.id) ?? [];
      if (row.into !== null) next.set(row.into, [...(next.get(row.into) ?? []), ...asked]);
      else {
        const own = [row.id, row.site, row.userId, row.ids, row.state] as const;
        const person = read.get(row.id) ?? readProfile(own);
        read.set(row.id, person);
        for (const number of asked) people.set(number, person);
      }
    }
    wanted = next;
  }
  return people;
}

const SEARCH_MAX = 50;
/** How many of the latest events are looked through for the people in them. */
const LATEST_EVENTS_MAX = 1_000;

/** People whose user id or anonymous id begins with a text, at most 50. */
export async function searchPeople(
  database: Database,
  site: number,
  text: string,
): Promise<readonly Profile[]> {
  const exact = await findPerson(database, site, text);
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  const rows = await database
    .select()
    .from(identity)
    .where(
      and(
        inArray(identity.bucket, buckets),
        eq(identity.site, site),
        inArray(identity.kind, ['anonymous', 'email', 'user']),
        gte(identity.value, text),
        lt(identity.value, `${text}\u{10ffff}`),
      ),
    )
    .limit(SEARCH_MAX);
  const numbers = rows.flatMap((row) => {
    const latest = readIdentity([row.kind, row.value, row.spans]).spans.at(-1);
    return latest ? [latest.profile] : [];
  });
  const people = await loadPeople(database, site, [...new Set(numbers)]);
  const found = [...(exact ? [exact] : []), ...people.values()];
  return [...new Map(found.map((person) => [person.id, person])).values()].slice(0, SEARCH_MAX);
}

/** The names of a site's segments by their internal number. */
async function segmentNames(
  database: Database,
  site: number,
): Promise<ReadonlyMap<number, { readonly id: string; readonly name: string }>> {
  const rows = await database
    .select({ key: segment.key, id: segment.id, definition: segment.definition })
    .from(segment)
    .where(eq(segment.site, site));
  return new Map(
    rows.map(({ key, id, definition }) => [
      key,
      { id, name: (JSON.parse(definition) as { name: string }).name },
    ]),
  );
}

/** What telling of people needs beside them. */
interface Telling {
  readonly names: Awaited<ReturnType<typeof segmentNames>>;
  readonly leavesMs: Foretell;
  readonly nowMs: number;
}

/** What there is to say of some people of a site at `nowMs`. */
export async function tellPeople(
  database: Database,
  site: number,
  people: readonly Profile[],
  nowMs: number,
): Promise<readonly ProfileAnswer[]> {
  const names = await segmentNames(database, site);
  const leavesMs = await foretelling(database, site);
  const seeing = await withForesight(database, site, people);
  return seeing.map((person) => profileAnswer(person, { names, leavesMs, nowMs }));
}

function profileAnswer(person: Profile, telling: Telling): ProfileAnswer {
  const { id, userId, anonymousIds, state } = person;
  return {
    id: publicId('prf', id),
    ...(userId !== undefined && { userId }),
    anonymousIds,
    traits: plainTraits(state),
    firstSeen: formatInstant(state.firstSeenMs),
    lastSeen: formatInstant(state.lastSeenMs),
    segments: memberships(state, telling),
  };
}

/** What a person is a member of at `nowMs`, the newest entry first. */
function memberships(
  state: State,
  { names, leavesMs, nowMs }: Telling,
): readonly MembershipAnswer[] {
  return Object.entries(state.standings)
    .flatMap(([key, { enteredMs }]) => {
      const named = names.get(Number(key));
      if (enteredMs === undefined || named === undefined) return [];
      const dueMs = leavesMs(state, Number(key));
      return dueMs !== undefined && dueMs <= nowMs ? [] : [{ ...named, enteredMs, dueMs }];
    })
    .sort((a, b) => b.enteredMs - a.enteredMs)
    .map(({ id, name, enteredMs, dueMs }) => ({
      id,
      name,
      enteredAt: formatInstant(enteredMs),
      ...(dueMs !== undefined && { leavesAt: formatInstant(dueMs) }),
    }));
}

export function plainTraits(state: Pick<State, 'traits'>): ProfileAnswer['traits'] {
  return Object.fromEntries(Object.entries(state.traits).map(([name, { value }]) => [name, value]));
}

/** The people of a site who did something last, the latest first. */
export async function latestPeople(database: Database, site: number): Promise<readonly Profile[]> {
  const rows = await database
    .select({ part: event.part })
    .from(event)
    .where(eq(event.site, site))
    .orderBy(desc(event.id))
    .limit(LATEST_EVENTS_MAX);
  const parts = [...new Set(rows.map(({ part }) => part))];
  const people = await loadPeople(database, site, parts.slice(0, SEARCH_MAX));
  return [...new Set(parts.flatMap((part) => people.get(part) ?? []))];
}
