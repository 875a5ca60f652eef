import { createHash, randomBytes } from 'node:crypto';
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Database } from './open.ts';
import { key, site } from './schema.ts';

export interface KeyedSite {
  readonly id: number;
  /** IANA name. */
  readonly timeZone: string;
  /** The site's newest write key, which is public. */
  readonly writeKey: string;
  /** What proofs of who a user is are made with; absent where the site asks for none. */
  readonly identityKeys?: readonly string[];
}

/** A key's site, and which of its keys it is. */
export interface KeyOfSite extends KeyedSite {
  /** The key's public id. */
  readonly key: string;
}

/** What a secret key is good for: `read` asks, `admin` also changes. */
export type SecretRole = 'read' | 'admin';

/** What any key is good for: `write` adds events, `identity` proves who a user is. */
export type KeyRole = 'write' | 'identity' | SecretRole;

/** Whoever sends events, with whichever key. */
export interface SendingKey extends KeyOfSite {
  readonly role: KeyRole;
}

/** A secret key as far as it decides who may do what. */
export interface KeyHolder {
  readonly site: KeyedSite;
  /** The key's public id. */
  readonly key: string;
  readonly role: SecretRole;
}

/** Who asks with which key. Small enough to be held whole. */
export interface Keys {
  readonly site: (writeKey: string) => KeyOfSite | undefined;
  /** By a key of any role. */
  readonly sender: (text: string) => SendingKey | undefined;
  readonly holderOf: (secretKey: string) => KeyHolder | undefined;
  /** By the id of a secret key. */
  readonly holderById: (id: string) => KeyHolder | undefined;
  readonly siteById: (id: number) => KeyedSite | undefined;
  /** Reads them anew. Whoever changed one waits for this before saying so. */
  readonly reload: () => Promise<void>;
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
/** Of an identity key as many as make a text of 512 bits: HS512 takes no shorter one (RFC 7518). */
const KEY_BYTES = { write: 18, secret: 18, identity: 48 } as const;
const ID_BYTES = 9;

/** What a key that is made says of itself. */
const PREFIXES = { write: 'wk_', secret: 'sk_', identity: 'ik_' } as const;

/** A key that nobody has. Its text is shown once; what is stored is its row. */
export function makeKey(
  kind: keyof typeof PREFIXES,
  text = `${PREFIXES[kind]}${randomBytes(KEY_BYTES[kind]).toString('base64url')}`,
): { readonly text: string; readonly row: Pick<KeyRow, 'hash' | 'id' | 'kind' | 'value'> } {
  const value = kind === 'secret' ? null : text;
  return { text, row: { hash: hashKey(text), id: newKeyId(), kind, value } };
}

export type KeyRow = typeof key.$inferInsert;

/** Makes sure that the default site exists and that it has keys: the given ones, else new ones. */
export async function ensureKeys(
  database: Database,
  given: { readonly writeKey?: string; readonly secretKey?: string; readonly timeZone: string },
  nowMs: number,
): Promise<EnsuredKeys> {
  await fillIn(database);
  const { timeZone } = given;
  const [old] = await database.select().from(site).where(eq(site.id, DEFAULT_SITE));
  const ensured = { site: DEFAULT_SITE, isNew: old === undefined };
  await database
    .insert(site)
    .values({ id: DEFAULT_SITE, name: 'Default', timeZone, revision: 0, createdAtMs: nowMs })
    .onConflictDoUpdate({ target: site.id, set: { timeZone } });
  const present = await database.select().from(key).where(eq(key.site, DEFAULT_SITE));
  const add = async (kind: 'write' | 'secret', given?: string) => {
    const { text, row } = makeKey(kind, given);
    const role = kind === 'secret' ? ('admin' as const) : null;
    await database
      .insert(key)
      .values({ ...row, site: DEFAULT_SITE, role, createdAtMs: nowMs })
      .onConflictDoNothing();
    return text;
  };
  const newest = present
    .filter(({ kind }) => kind === 'write')
    .sort((a, b) => b.createdAtMs - a.createdAtMs);
  const writeKey = given.writeKey
    ? await add('write', given.writeKey)
    : (newest[0]?.value ?? (await add('write')));
  if (given.secretKey) await add('secret', given.secretKey);
  const needsSecret = !given.secretKey && !present.some(({ kind }) => kind === 'secret');
  if (!needsSecret) return { ...ensured, writeKey };
  return { ...ensured, writeKey, newSecretKey: await add('secret') };
}

/** Gives what keys from an earlier version lack: an id, and to secret ones the role that they had. */
async function fillIn(database: Database): Promise<void> {
  const nameless = await database.select({ hash: key.hash }).from(key).where(isNull(key.id));
  for (const { hash } of nameless) {
    await database.update(key).set({ id: newKeyId() }).where(eq(key.hash, hash));
  }
  const roleless = and(eq(key.kind, 'secret'), isNull(key.role));
  await database.update(key).set({ role: 'admin' }).where(roleless);
}

/** Reads all keys into memory. */
export async function loadKeys(database: Database): Promise<Keys> {
  let loaded = await readKeys(database);
  return {
    site: (text) => loaded.site(text),
    sender: (text) => loaded.sender(text),
    holderOf: (text) => loaded.holderOf(text),
    holderById: (id) => loaded.holderById(id),
    siteById: (id) => loaded.siteById(id),
    reload: async () => {
      loaded = await readKeys(database);
    },
  };
}

async function readKeys(database: Database): Promise<Omit<Keys, 'reload'>> {
  const rows = await database.select().from(key).orderBy(asc(key.createdAtMs));
  const valuesOf = (id: number, kind: KeyRow['kind']) =>
    rows.flatMap((row) => (row.site === id && row.kind === kind && row.value ? [row.value] : []));
  const sites = new Map(
    (await database.select().from(site)).map(({ id, timeZone, verifyIdentity }) => {
      const keyed: KeyedSite = {
        ...{ id, timeZone, writeKey: valuesOf(id, 'write').at(-1) ?? '' },
        ...(verifyIdentity === 1 && { identityKeys: valuesOf(id, 'identity') }),
      };
      return [id, keyed];
    }),
  );
  const byHash = new Map(rows.map((row) => [row.hash, row]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const holder = (row: (typeof rows)[number] | undefined): KeyHolder | undefined => {
    const own = row?.kind === 'secret' ? sites.get(row.site) : undefined;
    if (row === undefined || own === undefined || row.id === null || row.role === null) {
      return undefined;
    }
    return { site: own, key: row.id, role: row.role };
  };
  // A look-up by hash takes the same time however much of the key was guessed right.
  const sender = (text: string): SendingKey | undefined => {
    const row = byHash.get(hashKey(text));
    const own = row && sites.get(row.site);
    if (row === undefined || own === undefined) return undefined;
    return { ...own, key: row.id ?? '', role: roleOf(row) };
  };
  return {
    sender,
    site: (text) => {
      const found = sender(text);
      return found?.role === 'write' ? found : undefined;
    },
    holderOf: (text) => holder(byHash.get(hashKey(text))),
    holderById: (id) => holder(byId.get(id)),
    siteById: (id) => sites.get(id),
  };
}

/** A secret key in a row from before there were roles could do all; every start writes that down. */
export function roleOf({ kind, role }: Pick<KeyRow, 'kind' | 'role'>): KeyRole {
  return kind === 'secret' ? (role ?? 'admin') : kind;
}

function hashKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function newKeyId(): string {
  return `key_${randomBytes(ID_BYTES).toString('base64url')}`;
}
