import { and, eq } from 'drizzle-orm';
import { type KeyRole, type KeyRow, roleOf } from './keys.ts';
import type { Database } from './open.ts';
import { key, site } from './schema.ts';

/** Keys of one site. Nobody needs as many; all of them are held in memory. */
export const KEYS_PER_SITE_MAX = 100;

/** What became of a key that was to be removed. */
export type KeyRemoval = 'removed' | 'missing' | 'last';

/** Changes of keys; all calls come from the writer, so none comes between another's steps. */
export interface KeyStore {
  /** Answers whether the site had room for one more. */
  readonly add: (row: KeyRow) => Promise<boolean>;
  /**
   * Removes a key, unless it is the last that writes, the last that may change things, or the last
   * that makes proofs which the site asks for.
   */
  readonly remove: (siteId: number, id: string) => Promise<KeyRemoval>;
}

export function createKeyStore(database: Database): KeyStore {
  const ofSite = (id: number) => database.select().from(key).where(eq(key.site, id));
  const asksForProofs = (id: number) => and(eq(site.id, id), eq(site.verifyIdentity, 1));
  const needs = async (id: number, role: KeyRole) => {
    if (role === 'identity') return (await database.$count(site, asksForProofs(id))) > 0;
    return role !== 'read';
  };
  return {
    add: async (row) => {
      if ((await ofSite(row.site)).length >= KEYS_PER_SITE_MAX) return false;
      await database.insert(key).values(row);
      return true;
    },
    remove: async (siteId, id) => {
      const all = await ofSite(siteId);
      const found = all.find((each) => each.id === id);
      if (found === undefined) return 'missing';
      const role = roleOf(found);
      const isLast = all.filter((each) => roleOf(each) === role).length === 1;
      if (isLast && (await needs(siteId, role))) return 'last';
      await database.delete(key).where(and(eq(key.site, siteId), eq(key.hash, found.hash)));
      return 'removed';
    },
  };
}
