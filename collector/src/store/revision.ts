import { eq, sql } from 'drizzle-orm';
import type { Database } from './open.ts';
import { profile, site } from './schema.ts';

/**
 * Begins a new revision of a site.
 *
 * @returns What the row of a definition that is saved at it says: everybody is still to be looked at.
 */
export async function nextRevision(tx: Pick<Database, 'update'>, siteId: number) {
  await tx
    .update(site)
    .set({ revision: sql`${site.revision} + 1` })
    .where(eq(site.id, siteId));
  return {
    revision: sql<number>`(select ${site.revision} from ${site} where ${site.id} = ${siteId})`,
    profilesDone: 0,
    profilesTotal: sql<number>`(select count(*) from ${profile}
      where ${profile.site} = ${siteId} and ${profile.into} is null)`,
  };
}
