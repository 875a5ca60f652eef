import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The path of a database that is gone when the bench ends. */
export function fileOf(database: string): string {
  return join(folder, `${database}.db`);
}

/** Copies a closed database over another, with whatever still stands in its write-ahead log. */
export function copyDatabase(from: string, to: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(fileOf(to) + suffix, { force: true });
  for (const suffix of ['', '-wal']) {
    const file = fileOf(from) + suffix;
    if (existsSync(file)) copyFileSync(file, fileOf(to) + suffix);
  }
}
