import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { damagesOf, schemaStateOf } from '../store/examine.ts';
import type { Database } from '../store/open.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const MB = 1_000_000;
/** The writer empties its log at 16 MB; far beyond that something keeps it from doing so. */
const LOG_BYTES_LARGE = 256 * MB;
/** Some hours of a busy site. */
const FREE_BYTES_LOW = 1_000 * MB;
/** Too little for the log to be emptied into the database. */
const FREE_BYTES_NONE = 50 * MB;

/** Whether there is a file that can be read and written. Does not make one. */
export function lookAtFile(path: string): Finding | undefined {
  if (!existsSync(path)) {
    const advice = 'Correct DATABASE_URL, or start the collector once: it makes the file.';
    return problem('database', `There is no file at ${path}.`, advice);
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    accessSync(dirname(path), constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    const advice = 'Give the user who runs the collector the file and its folder.';
    return problem('database', `${path} or its folder cannot be written.`, advice);
  }
}

/** Whether it can be read throughout, and what its schema is. */
export async function lookIntoDatabase({ $client: client }: Database): Promise<readonly Finding[]> {
  const { isOurs, pending, unknown } = await schemaStateOf(client);
  if (!isOurs) {
    const says = 'It is not the database of a collector, or an empty one.';
    return [problem('database', says, 'Correct DATABASE_URL, or start the collector once.')];
  }
  const damages = await damagesOf(client, 'quick_check');
  const database =
    damages.length === 0
      ? ok('database', 'It opens, and its pages are whole.')
      : problem('database', `It is damaged: ${damages.join('; ')}`, RESTORE);
  return [database, schemaFinding(pending, unknown)];
}

export const RESTORE =
  'Stop the collector, look at the disk, and restore a backup: npm run restore -- <file>';

function schemaFinding(pending: number, unknown: number): Finding {
  if (unknown > 0) {
    const says = `A later version has used it: ${unknown} migrations are not known here.`;
    return problem('schema', says, 'Run that version, or restore a backup from before it.');
  }
  if (pending > 0) {
    const says = `${pending} migrations are still to be made.`;
    return warning('schema', says, 'Make a backup; the next start of the collector makes them.');
  }
  return ok('schema', 'All migrations are made.');
}

export function lookAtLog(path: string): Finding {
  const bytes = existsSync(`${path}-wal`) ? statSync(`${path}-wal`).size : 0;
  const says = `The write-ahead log has ${inMb(bytes)}.`;
  if (bytes < LOG_BYTES_LARGE) return ok('log', says);
  const advice =
    'If no backup is being made, something else has the database open and reads for long: end it, or restart the collector.';
  return warning('log', says, advice);
}

export function lookAtDisk(path: string): Finding {
  const { bavail, bsize } = statfsSync(dirname(path));
  return diskFinding({ freeBytes: bavail * bsize, databaseBytes: statSync(path).size });
}

/** What room is left, beside what the database takes. */
export function diskFinding(room: {
  readonly freeBytes: number;
  readonly databaseBytes: number;
}): Finding {
  const { freeBytes, databaseBytes } = room;
  const says = `${inMb(freeBytes)} are free, the database has ${inMb(databaseBytes)}.`;
  const advice = 'Make room or move the database to a larger disk.';
  if (freeBytes < FREE_BYTES_NONE) return problem('disk', says, advice);
  if (freeBytes < FREE_BYTES_LOW) return warning('disk', says, advice);
  if (freeBytes < databaseBytes) {
    return warning('disk', says, 'A backup beside it would not fit: write it to another disk.');
  }
  return ok('disk', says);
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / MB).toLocaleString('en')} MB`;
}
