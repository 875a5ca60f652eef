import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@libsql/client';
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';
import * as schema from './schema.ts';

export interface DatabaseAddress {
  /** `file:…`, or `libsql://…`, `https://…`, `http://…` for a server. */
  readonly url: string;
  readonly authToken?: string;
}

export type Database = LibSQLDatabase<typeof schema> & { $client: Client };

/**
 * Pages of the write-ahead log between checkpoints: 16 MB, so that a hot page is copied once for many commits.
 * With four times as many a commit in a hundred waits for twice as long, and an event costs 3 % less.
 */
const CHECKPOINT_PAGES = 4_000;
/** Nobody else writes; what waits for a lock holds up all the rest. */
const BUSY_MS = 50;
/** Who was killed may not be quite gone, and what it left in the log is read first. */
const OPENING_BUSY_MS = 5_000;
const CACHE_KIB = 64 * 1024;
const MMAP_BYTES = 256 * 1024 * 1024;
export const MIGRATIONS: string = fileURLToPath(new URL('../../drizzle', import.meta.url));

/**
 * Opens the one connection that writes, brings the schema up to date and makes sure that a commit is
 * on disk when it returns.
 *
 * @throws Error when the database cannot be opened, migrated or made durable; the message says why.
 */
export async function openWriter(address: DatabaseAddress): Promise<Database> {
  const path = filePathOf(address.url);
  if (path !== undefined && !existsSync(dirname(path)))
    mkdirSync(dirname(path), { recursive: true });
  // A transaction needs the connection that the pragmas were set on, so there is exactly one.
  const client = createClient({ ...address, concurrency: 1 });
  if (path !== undefined) {
    await setPragmas(client, {
      busy_timeout: OPENING_BUSY_MS,
      journal_mode: 'wal',
      synchronous: 'full',
      cache_size: -CACHE_KIB,
      wal_autocheckpoint: CHECKPOINT_PAGES,
      // What is erased or replaced is overwritten, and does not stay in the file.
      secure_delete: 1,
    });
    await expectPragma(client, 'journal_mode', 'wal');
    await expectPragma(client, 'synchronous', 2);
    await setPragmas(client, { busy_timeout: BUSY_MS });
  }
  const database = drizzle({ client, schema });
  await migrate(database, { migrationsFolder: MIGRATIONS });
  return database;
}

/** Opens a connection that only reads and never checkpoints. */
export async function openReader(address: DatabaseAddress): Promise<Database> {
  const client = createClient({ ...address, concurrency: 1 });
  if (filePathOf(address.url) !== undefined) {
    await setPragmas(client, {
      busy_timeout: BUSY_MS,
      cache_size: -CACHE_KIB,
      mmap_size: MMAP_BYTES,
      wal_autocheckpoint: 0,
      query_only: 1,
    });
  }
  return drizzle({ client, schema });
}

/** The path of a `file:` address as the driver reads it: percent-decoded; `undefined` for a server. */
export function filePathOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  const path = url.slice('file:'.length).replace(/[?#].*$/, '');
  return path.startsWith('//') ? fileURLToPath(`file:${path}`) : decodeURIComponent(path);
}

async function setPragmas(client: Client, pragmas: Record<string, string | number>): Promise<void> {
  for (const [name, value] of Object.entries(pragmas)) {
    await client.execute(`PRAGMA ${name} = ${value}`);
  }
}

async function expectPragma(
  client: Client,
  name: string,
  expected: string | number,
): Promise<void> {
  const { rows } = await client.execute(`PRAGMA ${name}`);
  const actual = rows[0]?.[0];
  if (actual !== expected) {
    throw new Error(`The database refused ${name} = ${expected}; it stays at ${String(actual)}`);
  }
}
