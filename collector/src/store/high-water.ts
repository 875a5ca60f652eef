import {
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { instantOfTick } from '../identity/own-id.ts';
import { formatInstant } from '../instant.ts';
import { type DatabaseAddress, filePathOf, openReader } from './open.ts';

/**
 * Beside a database file stands the highest tick that was committed to it. Where a page of the
 * write-ahead log is damaged SQLite leaves out all that follows it, and says nothing: then the
 * database knows less than this file.
 */
export function markPath(database: string): string {
  return `${database}-mark`;
}

const DIGITS = 16;

/**
 * Writes down how far a database was committed. It is not synced: the database is, before, and a mark
 * that stays behind says nothing wrong.
 *
 * @param report - Is told once why it cannot be written; the database then goes on without it.
 */
export function openMark(
  database: string,
  report: (error: unknown) => void,
): (tick: number) => void {
  let file: number | undefined;
  let failed = false;
  return (tick) => {
    if (failed) return;
    try {
      file ??= openSync(markPath(database), constants.O_RDWR | constants.O_CREAT);
      writeSync(file, `${String(tick).padStart(DIGITS, '0')}\n`, 0);
    } catch (error) {
      failed = true;
      report(error);
    }
  };
}

function readMark(database: string): number | undefined {
  if (!existsSync(markPath(database))) return undefined;
  const digits = /^(\d+)\n$/.exec(readFileSync(markPath(database), 'utf8'))?.[1];
  return digits?.length === DIGITS ? Number(digits) : undefined;
}

/** Forgets how far a database was committed, since another one takes its place. */
export function removeMark(database: string): void {
  rmSync(markPath(database), { force: true });
}

/** What was committed and is not there any more. */
export interface Loss {
  readonly says: string;
  /** What the owner has to decide. */
  readonly advice: string;
}

/** Looks for a loss; there is none to be found where a server keeps the database. Changes nothing. */
export async function findLoss(address: DatabaseAddress): Promise<Loss | undefined> {
  const path = filePathOf(address.url);
  // Who removed the file wants a new one.
  if (path === undefined || !existsSync(path)) return undefined;
  // Read first: a collector may be writing.
  const committed = readMark(path);
  if (committed === undefined) return undefined;
  const stored = await readTick(address);
  if (stored >= committed) return undefined;
  const [from, until] = [stored, committed].map((tick) => formatInstant(instantOfTick(tick)));
  const since = stored === 0 ? 'until' : `after ${from}, until`;
  return {
    says: `What the collector stored ${since} ${until} is missing from ${path}: its write-ahead log is damaged, or an older file was put in its place.`,
    advice: `Restore a backup (npm run restore -- <file>), or delete ${markPath(path)} to go on with what is there; then start the collector again.`,
  };
}

/**
 * Looks for a loss before anything is written. The log is then kept as it was found, since whatever is
 * written next replaces what follows the damage. A file that is yet to be made has no mark.
 */
export async function prepareMark(address: DatabaseAddress): Promise<Loss | undefined> {
  const path = filePathOf(address.url);
  if (path === undefined) return undefined;
  if (!existsSync(path)) removeMark(path);
  const loss = await findLoss(address);
  const [log, kept] = [`${path}-wal`, `${path}-wal-damaged`];
  if (loss !== undefined && existsSync(log) && !existsSync(kept)) copyFileSync(log, kept);
  return loss;
}

async function readTick(address: DatabaseAddress): Promise<number> {
  const { $client: client } = await openReader(address);
  try {
    const tables = await client.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'");
    if (tables.rows.length === 0) return 0;
    const { rows } = await client.execute("SELECT value FROM meta WHERE name = 'tick'");
    return Number(rows[0]?.[0] ?? 0);
  } finally {
    client.close();
  }
}
