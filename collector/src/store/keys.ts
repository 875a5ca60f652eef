import { createHash, randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { BUCKETS } from '../identity/bucket.ts';
import type { Database } from './open.ts';
import { key, meta, score, segment, site } from './schema.ts';

export interface KeyedSite {
  readonly id: number;
  /** IANA name. */
  readonly timeZone: string;
  /** The site's newest write key, which is public. */
  readonly writeKey: string;
}

/** Who asks with which key. Small enough to be held whole. */
export interface Keys {
  readonly site: (writeKey: string) => KeyedSite | undefined;
  readonly siteOfSecret: (secretKey: string) => KeyedSite | undefined;
  readonly siteById: (id: number) => KeyedSite | undefined;
}

export interface EnsuredKeys {
  /** Given only when it was made just now: only its hash is kept. */
  readonly newSecretKey?: string;
  readonly writeKey: string;
  /** The default site, and whether it was made just now. */
  readonly site: number;
  readonly isNew: boolean;
}

const DEFAULT_SITE = 1;
const KEY_BYTES = 18;

/** Makes sure that the default site exists and that it has keys: the given ones, else new ones. */
export async function ensureKeys(
  database: Database,
  given: { readonly writeKey?: string; readonly secretKey?: string; readonly timeZone: string },
  nowMs: number,
): Promise<EnsuredKeys> {
  const { timeZone } = given;
  const [old] = await database.select().from(site).where(eq(site.id, DEFAULT_SITE));
  const ensured = { site: DEFAULT_SITE, isNew: old === undefined };
  await database
    .insert(site)
    .values({ id: DEFAULT_SITE, name: 'Default', timeZone, revision: 0, createdAtMs: nowMs })
    .onConflictDoUpdate({ target: site.id, set: { timeZone } });
  const present = await database.select().from(key).where(eq(key.site, DEFAULT_SITE));
  const add = async (kind: 'write' | 'secret', text: string) => {
    const value = kind === 'write' ? text : null;
    await database
      .insert(key)
      .values({ hash: hashKey(text), site: DEFAULT_SITE, kind, value, createdAtMs: nowMs })
      .onConflictDoNothing();
    return text;
  };
  const newest = present
    .filter(({ kind }) => kind === 'write')
    .sort((a, b) => b.createdAtMs - a.createdAtMs);
  const writeKey = given.writeKey
    ? await add('write', given.writeKey)
    : (newest[0]?.value ?? (await add('write', `wk_${randomKey()}`)));
  if (given.secretKey) await add('secret', given.secretKey);
  const needsSecret = !given.secretKey && !present.some(({ kind }) => kind === 'secret');
  if (!needsSecret) return { ...ensured, writeKey };
  return { ...ensured, writeKey, newSecretKey: await add('secret', `sk_${randomKey()}`) };
}

/** Reads all keys into memory. */
export async function loadKeys(database: Database): Promise<Keys> {
  const rows = await database.select().from(key).orderBy(key.createdAtMs);
  const newestWriteKey = new Map<number, string>();
  for (const row of rows) if (row.value !== null) newestWriteKey.set(row.site, row.value);
  const sites = new Map(
    (await database.select().from(site)).map(({ id, timeZone }): [number, KeyedSite] => [
      id,
      { id, timeZone, writeKey: newestWriteKey.get(id) ?? '' },
    ]),
  );
  const byHash = new Map(rows.map((row) => [row.hash, row]));
  // A look-up by hash takes the same time however much of the key was guessed right.
  const find = (kind: 'write' | 'secret') => (text: string) => {
    const found = byHash.get(hashKey(text));
    return found?.kind === kind ? sites.get(found.site) : undefined;
  };
  return {
    site: find('write'),
    siteOfSecret: find('secret'),
    siteById: (id) => sites.get(id),
  };
}

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

function hashKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function randomKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}
