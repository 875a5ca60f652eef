import { randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { BUCKETS } from '../identity/bucket.ts';
import type { Database } from './open.ts';
import { meta, score, segment } from './schema.ts';

/** The highest tick of our own ids that was ever stored. */
export async function loadTick(database: Database): Promise<number> {
  const [stored] = await database.select().from(meta).where(eq(meta.name, 'tick'));
  let tick = Number(stored?.value ?? 0);
  for (const table of [segment, score]) {
    const [newest] = await database.select({ key: sql<number>`max(${table.key})` }).from(table);
    tick = Math.max(tick, Math.ceil(Number(newest?.key ?? 0) / BUCKETS));
  }
  return tick;
}

/** A secret of this installation that signs the dashboard's cookies; made at the first call. */
export async function ensureCookieSecret(database: Database): Promise<string> {
  const name = 'cookie_secret';
  await database
    .insert(meta)
    .values({ name, value: randomBytes(32).toString('base64url') })
    .onConflictDoNothing();
  const [row] = await database.select().from(meta).where(eq(meta.name, name));
  if (row === undefined) throw new Error('Invariant broken: the cookie secret was stored');
  return row.value;
}
