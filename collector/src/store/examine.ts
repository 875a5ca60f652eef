import type { Client } from '@libsql/client';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { MIGRATIONS } from './open.ts';

/** Tables that every database of a collector has had from the first version on. */
const OWN_TABLES = ['__drizzle_migrations', 'meta', 'site', 'event'] as const;
/** Of a damaged file more is not worth telling. */
const DAMAGES_MAX = 5;

/** How the schema of a database stands to the one that this version writes. */
export interface SchemaState {
  /** Whether it is a collector's at all. */
  readonly isOurs: boolean;
  /** Steps that a start would take. */
  readonly pending: number;
  /** Steps that this version has never heard of: a later one took them. */
  readonly unknown: number;
}

/**
 * What is wrong with the pages of a database; empty if nothing is.
 *
 * @param check - `quick_check` leaves out whether indexes match their tables, and takes a fraction of the time.
 * @throws whatever keeps the file from being read as a database.
 */
export async function damagesOf(
  client: Client,
  check: 'integrity_check' | 'quick_check',
): Promise<readonly string[]> {
  const { rows } = await client.execute(`PRAGMA ${check}(${DAMAGES_MAX})`);
  return rows.map((row) => String(row[0])).filter((text) => text !== 'ok');
}

export async function schemaStateOf(client: Client): Promise<SchemaState> {
  const { rows } = await client.execute(`SELECT name FROM sqlite_master WHERE type = 'table'`);
  const tables = new Set(rows.map((row) => String(row[0])));
  if (!OWN_TABLES.every((name) => tables.has(name))) {
    return { isOurs: false, pending: 0, unknown: 0 };
  }
  const own = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ hash }) => hash);
  const taken = await client.execute('SELECT hash FROM __drizzle_migrations');
  const hashes = new Set(taken.rows.map((row) => String(row[0])));
  const pending = own.filter((hash) => !hashes.has(hash)).length;
  return { isOurs: true, pending, unknown: hashes.size - (own.length - pending) };
}
