/** Databases to begin with: made once, kept in the system's folder for temporary files, copied for each use. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { here, startWorker } from './child.ts';
import { definitionsOf, wholeCatalogue } from './definitions.ts';
import type { SeedJob, Segments } from './engine.ts';

const FOLDER = join(tmpdir(), 'inkling-bench-seeds');
/** Goes up when the same parameters would give other rows. */
const GENERATION = 1;

/** The path of a database with so many segments and visitors. Made where it is not there yet. */
export async function seedOf(segments: Segments, visitors: number): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${segments}-${visitors}-${fingerprint(segments)}.db`);
  if (existsSync(file)) return file;
  const unfinished = `${file}.${process.pid}`;
  const worker = startWorker<SeedJob, Record<string, never>>('engine.ts');
  try {
    await worker.run({ kind: 'seed', file: unfinished, segments, visitors });
    renameSync(unfinished, file);
  } finally {
    await worker.stop();
    for (const suffix of ['', '-wal', '-shm']) rmSync(unfinished + suffix, { force: true });
  }
  return file;
}

/** What else the rows depend on: the definitions and the tables. */
function fingerprint(segments: Segments): string {
  const definitions = segments === 'catalogue' ? wholeCatalogue() : definitionsOf(segments);
  const migrations = readdirSync(here('../drizzle')).filter((name) => name.endsWith('.sql'));
  const text = JSON.stringify([GENERATION, definitions, migrations]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
