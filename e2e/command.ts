import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a command of the collector ended, and what it said. */
export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs one of the collector's built commands to its end. */
export async function runCommand(
  name: 'backup' | 'restore' | 'doctor' | 'demo',
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Said> {
  const main = fileURLToPath(new URL(`../collector/dist/${name}-main.js`, import.meta.url));
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    error += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, error };
}
