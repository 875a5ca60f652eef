import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

const PACKAGES = [
  'libsql',
  '@libsql/client',
  'drizzle-orm',
  'hono',
  '@hono/node-server',
  '@duckdb/node-api',
] as const;
const GIB = 2 ** 30;

/** Where and with what was measured, in a few lines. */
export function describeMachine(): readonly string[] {
  const versions = PACKAGES.map((name) => `${name} ${versionOf(name)}`);
  return [...describeHardware(), `node ${process.versions.node}, ${versions.join(', ')}`];
}

/** Where was measured, and when. */
export function describeHardware(): readonly string[] {
  const [cpu] = cpus();
  return [
    `${new Date().toISOString().slice(0, 10)}, ${process.platform} ${process.arch}`,
    `${availableParallelism()} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / GIB)} GiB of memory`,
  ];
}

/** How many processes wanted to run during the last minute; far above the cores, figures are noise. */
export function loadAverage(): number {
  return loadavg()[0] ?? Number.NaN;
}

/** Looked up on disk, since packages need not export their `package.json`. */
function versionOf(name: string): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const text = readFileSync(join(folder, name, 'package.json'), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // Not in this folder; look in the next one up.
    }
  }
  return `unknown, looked up from ${dirname(import.meta.url)}`;
}
