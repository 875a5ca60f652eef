import { desc } from 'drizzle-orm';
import type { Database } from '../store/open.ts';
import { event, key } from '../store/schema.ts';
import type { EventAnswer } from './answers.ts';
import { listEvents } from './events.ts';

/** The event that arrived last, of whichever site. */
export async function findNewest(
  database: Database,
): Promise<{ readonly event: EventAnswer; readonly receivedAtMs: number } | undefined> {
  const [row] = await database
    .select({ site: event.site, receivedAtMs: event.receivedAtMs })
    .from(event)
    .orderBy(desc(event.id))
    .limit(1);
  if (row === undefined) return undefined;
  const { data } = await listEvents(database, row.site, { limit: 1 });
  const [newest] = data;
  return newest && { event: newest, receivedAtMs: row.receivedAtMs };
}

/** How many keys of each kind and role there are, and on which sites. */
export async function listKeyKinds(
  database: Database,
): Promise<readonly Pick<typeof key.$inferSelect, 'site' | 'kind' | 'role'>[]> {
  return await database.select({ site: key.site, kind: key.kind, role: key.role }).from(key);
}
