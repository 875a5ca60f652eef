import { asc, eq } from 'drizzle-orm';
import type { Database } from '../store/open.ts';
import { site } from '../store/schema.ts';
import type { SiteAnswer } from './answers.ts';

/** Reads as little as there is. @throws whatever keeps the database from answering. */
export async function readAnything(database: Database): Promise<void> {
  await database.select({ id: site.id }).from(site).limit(1);
}

export async function findSite(database: Database, id: number): Promise<SiteAnswer | undefined> {
  const [row] = await database.select().from(site).where(eq(site.id, id));
  return row && siteAnswer(row);
}

/** All sites, the oldest first, or only one of them. */
export async function listSites(database: Database, only?: number): Promise<readonly SiteAnswer[]> {
  const where = only === undefined ? undefined : eq(site.id, only);
  return (await database.select().from(site).where(where).orderBy(asc(site.id))).map(siteAnswer);
}

function siteAnswer(row: typeof site.$inferSelect): SiteAnswer {
  const { id, name, timeZone, identifyByEmail, verifyIdentity } = row;
  return {
    ...{ id: String(id), name, timeZone },
    ...{ identifyByEmail: identifyByEmail === 1, verifyIdentity: verifyIdentity === 1 },
  };
}
