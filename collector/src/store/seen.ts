import { eq } from 'drizzle-orm';
import type { SeenRow } from '../ingest/census.ts';
import { bind } from './bind.ts';
import type { Database } from './open.ts';
import { seen } from './schema.ts';

const UPSERT_SEEN = `
  INSERT INTO seen (site, kind, event, path, count, first_at, last_at, types, examples)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7, value ->> 8 FROM json_each(?) WHERE true
  ON CONFLICT (site, kind, event, path) DO UPDATE SET count = excluded.count,
    first_at = excluded.first_at, last_at = excluded.last_at, types = excluded.types,
    examples = excluded.examples`;

/** What was seen in the events of a site, or of all; names come before their properties. */
export async function loadSeen(database: Database, site?: number): Promise<readonly SeenRow[]> {
  const rows = await database
    .select()
    .from(seen)
    .where(site === undefined ? undefined : eq(seen.site, site))
    .orderBy(seen.site, seen.kind, seen.event, seen.path);
  return rows.map((row) => ({
    ...row,
    types: JSON.parse(row.types) as SeenRow['types'],
    examples: JSON.parse(row.examples) as SeenRow['examples'],
  }));
}

/** Saves rows in place of those of the same name and path. */
export async function saveSeen(database: Database, rows: readonly SeenRow[]): Promise<void> {
  const tuples = rows.map((row) => [
    ...[row.site, row.kind, row.event, row.path, row.count, row.firstAtMs, row.lastAtMs],
    ...[JSON.stringify(row.types), JSON.stringify(row.examples)],
  ]);
  await database.$client.execute({ sql: UPSERT_SEEN, args: bind(JSON.stringify(tuples)) });
}
