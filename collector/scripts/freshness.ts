import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What was built from what. Kept outside `dist/`, so that it is neither published nor served. */
export interface Stamp {
  /** {@link fingerprint} of everything that the step reads. */
  readonly inputs: string;
  /** Every file that stood in the step's output folders when it ended. */
  readonly outputs: readonly string[];
}

/** `partial`: something that was once built is gone, so a tool's own cache cannot be trusted. */
export type Freshness = 'fresh' | 'stale' | 'partial';

/**
 * One digest of the names and contents of all files under `paths`, tests left out. Contents, because
 * times say nothing in a fresh clone and too much after a branch switch.
 *
 * @param root - Names are taken relative to it, so that a moved checkout stays fresh.
 * @param paths - Files and folders; those that do not exist count as absent.
 */
export function fingerprint(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesUnder(root, path))) {
    const content = createHash('sha256')
      .update(readFileSync(join(root, file)))
      .digest('hex');
    hash.update(`${file}\0${content}\0`);
  }
  return hash.digest('hex');
}

/** Files under `path`, relative to `root`, in a fixed order. A file is its own only member. */
export function filesUnder(root: string, path: string): readonly string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  return readdirOrSelf(full)
    .map((name) => (name === '' ? path : `${path}/${name}`))
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .sort();
}

/** Compares what would be built with what was. */
export function freshness(root: string, stamp: Stamp | undefined, inputs: string): Freshness {
  if (stamp === undefined) return 'partial';
  if (!stamp.outputs.every((file) => existsSync(join(root, file)))) return 'partial';
  return stamp.inputs === inputs ? 'fresh' : 'stale';
}

/** `undefined` when there is none, or none that can be read. */
export function readStamp(file: string): Stamp | undefined {
  try {
    const stamp: Partial<Stamp> = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof stamp.inputs !== 'string' || !Array.isArray(stamp.outputs)) return undefined;
    return { inputs: stamp.inputs, outputs: stamp.outputs };
  } catch {
    return undefined;
  }
}

export function writeStamp(file: string, stamp: Stamp): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(stamp));
}

/** Call before a step runs: one that fails half-way must not look like the last good one. */
export function removeStamp(file: string): void {
  rmSync(file, { force: true });
}

function readdirOrSelf(full: string): readonly string[] {
  try {
    return readdirSync(full, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(full.length + 1))
      .map((name) => name.replaceAll('\\', '/'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [''];
    throw error;
  }
}
