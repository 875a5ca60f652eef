import { and, eq, max } from 'drizzle-orm';
import { type KeyRow, makeKey } from './keys.ts';
import type { Database } from './open.ts';
import { newestRemoved } from './removal.ts';
import { key, site } from './schema.ts';

/** Sites of one collector; the keys and definitions of all of them are held in memory. */
export const SITES_MAX = 100;

/** A site that is to be made. */
export interface SiteWish {
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Its first keys: one that writes and one that may do all. */
  readonly keys: readonly Omit<KeyRow, 'site' | 'createdAtMs'>[];
}

/** A wish for a site, and the texts of its keys, of which the secret one is kept by nobody. */
export function newSite(of: Pick<SiteWish, 'name' | 'timeZone'>): {
  readonly wish: SiteWish;
  readonly writeKey: string;
  readonly secretKey: string;
} {
  const write = makeKey('write');
  const secret = makeKey('secret');
  const keys = [
    { ...write.row, role: null },
    { ...secret.row, role: 'admin' as const },
  ];
  return { wish: { ...of, keys }, writeKey: write.text, secretKey: secret.text };
}

/** Makes a site with its keys; answers its number, or `undefined` where there are {@link SITES_MAX}. */
export async function addSite(
  database: Database,
  { name, timeZone, keys }: SiteWish,
  nowMs: number,
): Promise<number | undefined> {
  return await database.transaction(async (tx) => {
    if ((await tx.$count(site)) >= SITES_MAX) return undefined;
    const [newest] = await tx.select({ id: max(site.id) }).from(site);
    // What was told of a site that is no more must never seem to be of another.
    const id = Math.max(newest?.id ?? 0, await newestRemoved(tx)) + 1;
    await tx.insert(site).values({ id, name, timeZone, revision: 0, createdAtMs: nowMs });
    await tx.insert(key).values(keys.map((row) => ({ ...row, site: id, createdAtMs: nowMs })));
    return id;
  });
}

/** What of a site can be changed; what is absent stays. */
export interface SiteChange {
  /** Does the trait `email` of an identify name a person, beside the ids? */
  readonly identifyByEmail?: boolean;
  /** Does an event name a user only with a proof from the site's own server? */
  readonly verifyIdentity?: boolean;
}

/** What became of the wish to change a site. */
export type SiteOutcome =
  | 'saved'
  /** Proofs were asked for, and no key can make one. */
  | 'keyless'
  /** Proofs were asked for beside e-mails that name people: those nobody proves. */
  | 'unproven';

export async function saveSite(
  database: Database,
  id: number,
  change: SiteChange,
): Promise<SiteOutcome> {
  const [old] = await database.select().from(site).where(eq(site.id, id));
  if (old === undefined) throw new Error('Invariant broken: a key names a site');
  const { identifyByEmail = old.identifyByEmail === 1, verifyIdentity = old.verifyIdentity === 1 } =
    change;
  if (verifyIdentity && identifyByEmail) return 'unproven';
  const makesProofs = and(eq(key.site, id), eq(key.kind, 'identity'));
  if (verifyIdentity && (await database.$count(key, makesProofs)) === 0) return 'keyless';
  await database
    .update(site)
    .set({ identifyByEmail: Number(identifyByEmail), verifyIdentity: Number(verifyIdentity) })
    .where(eq(site.id, id));
  return 'saved';
}
