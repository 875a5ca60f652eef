import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Client, LibsqlError } from '@libsql/client';
import { claim, openFile, sync } from './backup.ts';
import { damagesOf, schemaStateOf } from './examine.ts';
import { removeMark } from './high-water.ts';

/** What came of the wish to put a backup in the place of the database. */
export type RestoreOutcome =
  /** `aside` is where the replaced file is, if there was one. */
  | { readonly kind: 'done'; readonly aside?: string }
  | { readonly kind: 'missing' }
  /** The file is being written, or was copied without the log that belongs to it. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'damaged'; readonly damages: readonly string[] }
  | { readonly kind: 'foreign' }
  /** A later version of the collector made it. */
  | { readonly kind: 'newer' }
  /** A collector, or somebody else, has the present database open. */
  | { readonly kind: 'open' }
  /** The present file cannot be read, so nobody can tell whether it is open. */
  | { readonly kind: 'unreadable'; readonly why: string };

export interface RestoreWish {
  readonly from: string;
  readonly to: string;
  /** Whether the present file is to be replaced though it cannot be read. */
  readonly replaceUnreadable: boolean;
  /** Milliseconds since 1970; names the file that is kept aside. */
  readonly nowMs: number;
}

/**
 * Puts a backup in the place of the database. It is copied and checked before anything is touched,
 * and changes places with the present file in one step, so that a power cut leaves one or the other.
 *
 * @throws when the disk is full or cannot be read or written; the present file is in its place then.
 */
export async function restore(wish: RestoreWish): Promise<RestoreOutcome> {
  const { from, to } = wish;
  if (!existsSync(from) || !statSync(from).isFile()) return { kind: 'missing' };
  const log = `${from}-wal`;
  if (existsSync(log) && statSync(log).size > 0) return { kind: 'unfinished' };
  mkdirSync(dirname(to), { recursive: true });
  const arriving = `${to}.${randomBytes(6).toString('hex')}.partial`;
  try {
    copyFileSync(from, arriving, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const fault = await faultOf(arriving);
    if (fault !== undefined) return fault;
    sync(arriving);
    const outcome = await replace(arriving, wish);
    // The backup is older than what was committed, and that is as it should be.
    if (outcome.kind === 'done') removeMark(to);
    return outcome;
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) {
      rmSync(arriving + suffix, { force: true });
    }
  }
}

async function faultOf(path: string): Promise<RestoreOutcome | undefined> {
  const client = openFile(path);
  try {
    const damages = await damagesOf(client, 'integrity_check');
    if (damages.length > 0) return { kind: 'damaged', damages };
    const { isOurs, unknown } = await schemaStateOf(client);
    if (!isOurs) return { kind: 'foreign' };
    return unknown > 0 ? { kind: 'newer' } : undefined;
  } catch (error) {
    if (!(error instanceof LibsqlError)) throw error;
    return { kind: 'damaged', damages: [error.message] };
  } finally {
    client.close();
  }
}

async function replace(
  arriving: string,
  { to, nowMs, replaceUnreadable }: RestoreWish,
): Promise<RestoreOutcome> {
  if (!existsSync(to)) {
    if (!claim(arriving, to)) return { kind: 'open' };
    sync(dirname(to));
    return { kind: 'done' };
  }
  const present = openFile(to);
  try {
    const obstacle = await takeAlone(present);
    if (obstacle !== undefined && !(obstacle.kind === 'unreadable' && replaceUnreadable)) {
      return obstacle;
    }
    const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
    const aside = `${to}.${stamp}.replaced`;
    if (!claim(to, aside)) throw new Error(`${aside} is there already`);
    // A log that stayed would be read as one of the file that comes: SQLite tells them apart by name.
    for (const suffix of ['-wal', '-shm']) {
      if (existsSync(to + suffix)) renameSync(to + suffix, aside + suffix);
    }
    renameSync(arriving, to);
    sync(dirname(to));
    return { kind: 'done', aside };
  } finally {
    // The driver may close the file only later: what is locked must be let go of now.
    await present.execute('ROLLBACK').catch(() => undefined);
    present.close();
  }
}

/**
 * Leaves the write-ahead mode, which SQLite grants to the last connection alone: every other one keeps
 * the file from it, also one that does nothing. The log is written into the file and removed. The lock
 * that is taken then keeps a collector that starts meanwhile from the file that goes.
 */
async function takeAlone(present: Client): Promise<RestoreOutcome | undefined> {
  try {
    await present.execute('PRAGMA journal_mode = delete');
    await present.execute('BEGIN EXCLUSIVE');
    // Somebody who came in between has begun a log again, which lets others write beside readers.
    const mode = (await present.execute('PRAGMA journal_mode')).rows[0]?.[0];
    return mode === 'delete' ? undefined : { kind: 'open' };
  } catch (error) {
    if (!(error instanceof LibsqlError)) throw error;
    if (error.code.startsWith('SQLITE_BUSY')) return { kind: 'open' };
    return { kind: 'unreadable', why: error.message };
  }
}
