import { createHmac, randomBytes } from 'node:crypto';
import { bucketOf } from '../identity/bucket.ts';
import { type Tombstone, type TombstoneName, textOfTombstone } from '../identity/tombstone.ts';
import type { Tuple } from './rows.ts';

/** Runs a statement, in a transaction or not. */
export type Rows = (
  text: string,
  ...values: readonly unknown[]
) => Promise<readonly ArrayLike<unknown>[]>;

const ANY = 'SELECT 1 FROM tombstone LIMIT 1';
const SELECT_SECRET = `SELECT value FROM meta WHERE name = 'tombstone_secret'`;
const INSERT_SECRET = `INSERT INTO meta (name, value) VALUES ('tombstone_secret', ?)`;
const SELECT = `
  SELECT hash, spans, erased_at FROM json_each(?) AS list CROSS JOIN tombstone
  ON tombstone.bucket = list.value ->> 0 AND tombstone.site = list.value ->> 1
    AND tombstone.hash = list.value ->> 2`;
const UPSERT = `
  INSERT INTO tombstone (bucket, site, hash, spans, erased_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE true
  ON CONFLICT (bucket, site, hash) DO UPDATE SET spans = excluded.spans, erased_at = excluded.erased_at`;

/** Those of these names that were an erased person's, by {@link textOfTombstone}. */
export async function findTombstones(
  rows: Rows,
  site: number,
  names: readonly TombstoneName[],
): Promise<ReadonlyMap<string, Tombstone>> {
  // Where nobody was ever erased, nothing is hashed.
  if (names.length === 0 || (await rows(ANY)).length === 0) return new Map();
  const secret = await secretOf(rows);
  const byHash = new Map(names.map((name) => [hashOf(secret, site, name), name]));
  const keys = [...byHash.keys()].map((hash) => [bucketOf(site, hash), site, hash]);
  const found = await rows(SELECT, JSON.stringify(keys));
  return new Map(
    found.flatMap((row): [string, Tombstone][] => {
      const name = byHash.get(String(row[0]));
      if (name === undefined) return [];
      const spans = JSON.parse(String(row[1])) as Tombstone['spans'];
      return [[textOfTombstone(name), { name, spans, erasedAtMs: Number(row[2]) }]];
    }),
  );
}

/** Adds to what is known of these names. */
export async function addTombstones(
  rows: Rows,
  site: number,
  tombstones: readonly Tombstone[],
): Promise<void> {
  const secret = await secretOf(rows);
  const present = await findTombstones(
    rows,
    site,
    tombstones.map(({ name }) => name),
  );
  const tuples = tombstones.map(({ name, spans, erasedAtMs }): Tuple => {
    const before = present.get(textOfTombstone(name))?.spans ?? [];
    const hash = hashOf(secret, site, name);
    const all = JSON.stringify([...before, ...spans]);
    return [bucketOf(site, hash), site, hash, all, erasedAtMs];
  });
  await rows(UPSERT, JSON.stringify(tuples));
}

async function secretOf(rows: Rows): Promise<string> {
  const [row] = await rows(SELECT_SECRET);
  if (row !== undefined) return String(row[0]);
  const secret = randomBytes(32).toString('base64url');
  await rows(INSERT_SECRET, secret);
  return secret;
}

function hashOf(secret: string, site: number, name: TombstoneName): string {
  const text = `${site} ${textOfTombstone(name)}`;
  return createHmac('sha256', secret).update(text).digest('base64url');
}
