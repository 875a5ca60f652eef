import type { Client } from '@libsql/client';
import { bucketOfId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { bind } from './bind.ts';
import { readProfile } from './rows.ts';

const SELECT_DUE_COUNT = 'SELECT count(*) FROM profile WHERE next_due <= ?';
const SELECT_DUE_IDS = `
  SELECT id FROM profile WHERE next_due <= ? AND site = ? AND bucket < ? ORDER BY id`;
const SELECT_SIZE = 'SELECT coalesce(sum(members), 0) FROM member_count WHERE segment = ?';
const SELECT_PEOPLE = `
  SELECT profile.id, profile.site, user_id, ids, state FROM json_each(?) AS list CROSS JOIN profile
  ON profile.bucket = list.value ->> 0 AND profile.id = list.value ->> 1 AND "into" IS NULL`;

/** How many people, of all sites, time alone changes up to an instant. */
export async function countDue(client: Client, untilMs: number): Promise<number> {
  const { rows } = await client.execute({ sql: SELECT_DUE_COUNT, args: bind(untilMs) });
  return Number(rows[0]?.[0] ?? 0);
}

/** Whom of a site time changes up to an instant, and the size of a segment at the same moment. */
export async function readDue(
  client: Client,
  asked: {
    readonly site: number;
    readonly segment: number;
    readonly untilMs: number;
    /** People of lower buckets alone are listed. */
    readonly belowBucket: number;
  },
): Promise<{ readonly size: number; readonly people: readonly number[] }> {
  const { site, segment, untilMs, belowBucket } = asked;
  const [size, due] = await client.batch(
    [
      { sql: SELECT_SIZE, args: bind(segment) },
      { sql: SELECT_DUE_IDS, args: bind(untilMs, site, belowBucket) },
    ],
    'read',
  );
  return {
    size: Number(size?.rows[0]?.[0] ?? 0),
    people: (due?.rows ?? []).map((row) => Number(row[0])),
  };
}

/** Some people by their numbers. */
export async function readPeople(
  client: Client,
  ids: readonly number[],
): Promise<readonly Profile[]> {
  const list = JSON.stringify(ids.map((id) => [bucketOfId(id), id]));
  const { rows } = await client.execute({ sql: SELECT_PEOPLE, args: bind(list) });
  return rows.map(readProfile);
}
