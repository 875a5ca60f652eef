import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Client, createClient } from '@libsql/client';
import { damagesOf, schemaStateOf } from './examine.ts';
import type { Database } from './open.ts';

/** What came of the wish for a copy. */
export type BackUpOutcome =
  | { readonly kind: 'done'; readonly bytes: number; readonly events: number }
  /** Something has the name already; nothing is ever written over. */
  | { readonly kind: 'exists' }
  | { readonly kind: 'no-folder' }
  | { readonly kind: 'foreign' }
  /** The copy is not whole, so most likely neither is the original; it was not kept. */
  | { readonly kind: 'damaged'; readonly damages: readonly string[] };

/**
 * Copies a database into a new file, as it is at one instant, while the collector goes on writing.
 * The name appears once the copy is whole, checked and on disk. Until then the write-ahead log of the
 * original grows, since no page of that instant may be overwritten.
 *
 * @param database - A reader that nobody else uses: it may write from now on, but never checkpoints.
 * @throws when the disk is full or cannot be read or written; nothing is left behind then.
 */
export async function backUp(database: Database, path: string): Promise<BackUpOutcome> {
  const { $client: client } = database;
  if (existsSync(path)) return { kind: 'exists' };
  if (!existsSync(dirname(path))) return { kind: 'no-folder' };
  if (!(await schemaStateOf(client)).isOurs) return { kind: 'foreign' };
  const partial = `${path}.${randomBytes(6).toString('hex')}.partial`;
  try {
    // A connection that only reads may not even write another file.
    await client.execute('PRAGMA query_only = 0');
    await client.execute({ sql: 'VACUUM INTO ?', args: [partial] });
    // SQLite does not wait for the disk when it fills a file that nobody knows yet.
    sync(partial);
    const copy = openFile(partial);
    const damages = await damagesOf(copy, 'integrity_check');
    const events = damages.length === 0 ? await countEvents(copy) : 0;
    copy.close();
    if (damages.length > 0) return { kind: 'damaged', damages };
    const bytes = statSync(partial).size;
    // Unlike a rename this fails where somebody else took the name meanwhile.
    if (!claim(partial, path)) return { kind: 'exists' };
    sync(dirname(path));
    return { kind: 'done', bytes, events };
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm'])
      rmSync(partial + suffix, { force: true });
  }
}

/** Opens a file under exactly its name, whatever characters that has. */
export function openFile(path: string): Client {
  return createClient({ url: pathToFileURL(path).href, concurrency: 1 });
}

/** Waits until a file, or which names a folder holds, is on disk. */
export function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Gives a file a second name, unless something has it. */
export function claim(path: string, name: string): boolean {
  try {
    linkSync(path, name);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function countEvents(client: Client): Promise<number> {
  return Number((await client.execute('SELECT count(*) FROM event')).rows[0]?.[0]);
}
