import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('disk.c', import.meta.url));
/** Of `struct control` in disk.c, in its order. */
const FIELDS = ['error', 'kinds', 'skip', 'times', 'calls', 'failed', 'mirror'] as const;
const FIELD_BYTES = 4;
const KINDS = { writes: 1, syncs: 2, both: 3 } as const;
const FOR_EVER = -1;

type Field = (typeof FIELDS)[number];

/** What goes wrong with a disk. */
export interface Fault {
  readonly error: 'EIO' | 'ENOSPC';
  readonly kind: keyof typeof KINDS;
  /** Calls that are let through before. */
  readonly skip?: number;
  /** Calls that fail then; all until the disk is healed, unless given. */
  readonly times?: number;
}

/** A disk with one database on it, which fails when it is told to. */
export interface Disk {
  /** What a collector's environment needs to live on this disk. */
  readonly settings: Readonly<Record<string, string>>;
  /** The database's file. */
  readonly path: string;
  readonly fail: (fault: Fault) => void;
  readonly heal: () => void;
  /** Writes and syncs that were seen since the disk was made, and those of them that failed. */
  readonly seen: () => { readonly calls: number; readonly failed: number };
  /** What a power cut leaves: of every file what was in it at its last sync, and no more. */
  readonly cutPower: () => void;
  readonly remove: () => Promise<void>;
}

/** Why there can be no such disk on this machine; `undefined` where there can. */
export function whyNoDisk(): string | undefined {
  if (process.platform !== 'linux') return 'LD_PRELOAD and /proc are of Linux';
  const { status } = spawnSync('cc', ['--version'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'there is no C compiler (cc)';
}

/** @throws Error where {@link whyNoDisk} says why. */
export async function createDisk(): Promise<Disk> {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-disk-'));
  const library = join(folder, 'disk.so');
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl']);
  if (built.status !== 0) throw new Error(`cc refused disk.c: ${built.stderr}`);
  const controlPath = join(folder, 'control');
  writeFileSync(controlPath, new Uint8Array(FIELDS.length * FIELD_BYTES));
  const control = openSync(controlPath, 'r+');
  const path = join(folder, 'inkling.db');

  const set = (field: Field, value: number) => {
    const bytes = Buffer.alloc(FIELD_BYTES);
    bytes.writeInt32LE(value);
    writeSync(control, bytes, 0, FIELD_BYTES, FIELDS.indexOf(field) * FIELD_BYTES);
  };
  const get = (field: Field) => {
    const bytes = Buffer.alloc(FIELD_BYTES);
    readSync(control, bytes, 0, FIELD_BYTES, FIELDS.indexOf(field) * FIELD_BYTES);
    return bytes.readInt32LE();
  };
  set('mirror', 1);
  return {
    settings: {
      LD_PRELOAD: library,
      FAULT_CONTROL: controlPath,
      FAULT_PATH: path,
      DATABASE_URL: `file:${path}`,
    },
    path,
    fail: ({ error, kind, skip = 0, times = FOR_EVER }) => {
      set('skip', skip);
      set('times', times);
      set('kinds', KINDS[kind]);
      set('error', constants.errno[error]);
    },
    heal: () => set('error', 0),
    seen: () => ({ calls: get('calls'), failed: get('failed') }),
    cutPower: () => {
      for (const file of [path, `${path}-wal`, `${path}-journal`, `${path}-mark`]) {
        rmSync(file, { force: true });
        // What was never synced leaves nothing.
        if (existsSync(`${file}.synced`)) copyFileSync(`${file}.synced`, file);
      }
      rmSync(`${path}-shm`, { force: true });
    },
    remove: async () => {
      closeSync(control);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
