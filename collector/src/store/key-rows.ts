import { and, eq } from 'drizzle-orm';
import type { KeyRow } from './keys.ts';
import type { Database } from './open.ts';
import { key } from './schema.ts';

/** Keys of one site. Nobody needs as many; all of them are held in memory. */
export const KEYS_PER_SITE_MAX = 100;

/** What became of a key that was to be removed. */
export type KeyRemoval = 'removed' | 'missing' | 'last';

/** Changes of keys; all calls come from the writer, so none comes between another's steps. */
export interface KeyStore {
  /** Answers whether the site had room for one more. */
  readonly add: (row: KeyRow) => Promise<boolean>;
  /** Removes a key, unless it is the last that writes or the last that may change things. */
  readonly remove: (site: number, id: string) => Promise<KeyRemoval>;
}

export function createKeyStore(database: Database): KeyStore {
  const ofSite = (site: number) => database.select().from(key).where(eq(key.site, site));
  return {
    add: async (row) => {
      if ((await ofSite(row.site)).length >= KEYS_PER_SITE_MAX) return false;
      await database.insert(key).values(row);
      return true;
    },
    remove: async (site, id) => {
      const all = await ofSite(site);
      const found = all.find((each) => each.id === id);
      if (found === undefined) return 'missing';
      const alike = all.filter(({ kind, role }) => kind === found.kind && role === found.role);
      if (found.role !== 'read' && alike.length === 1) return 'last';
      await database.delete(key).where(and(eq(key.site, site), eq(key.hash, found.hash)));
      return 'removed';
    },
  };
}
