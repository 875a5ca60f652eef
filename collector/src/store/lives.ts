import type { Client } from '@libsql/client';
import type { Event } from '../event.ts';
import { bucketOfId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { bind } from './bind.ts';
import { readEvent, readProfile } from './rows.ts';

/** One person as the database knows them at one instant: what is remembered, what they did, where they are. */
export interface Life {
  readonly person: Profile;
  /** In the order in which it happened; events of one instant by id. Empty where it was not asked for. */
  readonly history: readonly (readonly [event: Event, id: number])[];
  /** The segments, of those asked for, in whose member table they stand. */
  readonly memberOf: ReadonlySet<number>;
}

export interface LivesAsked {
  readonly site: number;
  /** The last person passed, 0 at the start. */
  readonly afterId: number;
  readonly limit: number;
  readonly history: boolean;
  /** Internal numbers of the segments whose member rows are wanted. */
  readonly segments: readonly number[];
}

const PAGE = `
  WITH page AS (SELECT bucket, id, site, user_id, ids, state FROM profile
    WHERE (bucket, id) > (?, ?) AND site = ? AND "into" IS NULL ORDER BY bucket, id LIMIT ?)`;

const SELECT_PAGE = `${PAGE} SELECT id, site, user_id, ids, state FROM page ORDER BY bucket, id`;

/** The second list of a profile's ids are its strands of history; each number says its bucket. */
const SELECT_EVENTS = `${PAGE}
  SELECT page.id, event.id, event.at, event.received_at, event.type, event.name, event.user_id,
    event.anonymous_id, event.message_id, event.body
  FROM page CROSS JOIN json_each(page.ids, '$[1]') AS strand CROSS JOIN event
  ON event.bucket = strand.value % 1024 AND event.part = strand.value`;

const SELECT_MEMBERSHIPS = `${PAGE}
  SELECT page.id, member.segment FROM page CROSS JOIN json_each(?) AS asked CROSS JOIN member
  ON member.bucket = page.bucket AND member.segment = asked.value AND member.profile = page.id`;

/**
 * The next people of a site in the order of their place. All that is told of them was read in one
 * transaction, so that it belongs together whatever is written meanwhile.
 */
export async function readLives(client: Client, asked: LivesAsked): Promise<readonly Life[]> {
  const { site, afterId, limit, segments } = asked;
  const page = [bucketOfId(afterId), afterId, site, limit];
  const nobody = page.with(3, 0);
  const [people, events, memberships] = await client.batch(
    [
      { sql: SELECT_PAGE, args: bind(...page) },
      { sql: SELECT_EVENTS, args: bind(...(asked.history ? page : nobody)) },
      {
        sql: SELECT_MEMBERSHIPS,
        args: bind(...(segments.length > 0 ? page : nobody), JSON.stringify(segments)),
      },
    ],
    'read',
  );
  const histories = new Map<number, (readonly [Event, number])[]>();
  for (const row of events?.rows ?? []) {
    const [profile, ...columns] = Array.from(row);
    const own = histories.get(Number(profile)) ?? [];
    own.push(readEvent(columns));
    histories.set(Number(profile), own);
  }
  const memberOf = new Map<number, Set<number>>();
  for (const row of memberships?.rows ?? []) {
    const own = memberOf.get(Number(row[0])) ?? new Set();
    memberOf.set(Number(row[0]), own.add(Number(row[1])));
  }
  return (people?.rows ?? []).map((row) => {
    const person = readProfile(row);
    const history = histories.get(person.id) ?? [];
    history.sort(([a, aId], [b, bId]) => a.atMs - b.atMs || aId - bId);
    return { person, history, memberOf: memberOf.get(person.id) ?? new Set() };
  });
}
