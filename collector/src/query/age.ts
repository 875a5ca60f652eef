import { eq, lt, sql } from 'drizzle-orm';
import type { Database } from '../store/open.ts';
import { event, tally } from '../store/schema.ts';

/** How a database stands to the age up to which events are kept, over all sites. */
export interface Age {
  /** Events that happened before then and are still there. */
  readonly older: number;
  /** Events that were removed for their age, as far back as counts reach. */
  readonly expired: number;
  /** What the file holds and does not use: it is used before the file grows. */
  readonly freeBytes: number;
}

/** Reads every event. */
export async function findAge(database: Database, beforeMs: number): Promise<Age> {
  const count = sql<number>`count(*)`;
  const [old] = await database.select({ count }).from(event).where(lt(event.atMs, beforeMs));
  const [gone] = await database
    .select({ count: sql<number>`coalesce(sum(${tally.count}), 0)` })
    .from(tally)
    .where(eq(tally.outcome, 'expired'));
  const { rows } = await database.$client.execute(
    'SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size',
  );
  return {
    older: Number(old?.count ?? 0),
    expired: Number(gone?.count ?? 0),
    freeBytes: Number(rows[0]?.[0] ?? 0),
  };
}
