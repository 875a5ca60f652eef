import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { commandOf } from '../collector/scripts/command.ts';
import type { Collector } from './collector.ts';
import { expect } from './fixtures.ts';
import { runToEnd } from './scripts/child.ts';

/** An example that has a lockfile of its own, since its framework is too large for everybody's install. */
export interface OwnExample {
  /** Below `examples`. */
  readonly name: string;
  /** npm package of the framework, whose command builds and serves. */
  readonly tool: string;
  readonly serveArgs: readonly string[];
}

/** Where a built example is served. */
export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

const INSTALL_MS_MAX = 240_000;
const BUILD_MS_MAX = 180_000;
const START_MS_MAX = 30_000;
const STOP_MS_MAX = 5_000;

/** Installs what the lockfile of the example says, the SDK as it was built here, and builds for production. */
export async function build({ name, tool }: OwnExample, collector: Collector): Promise<void> {
  const npm = process.env.npm_execpath;
  if (npm === undefined) throw new Error('To be run by `npm run nightly:examples`.');
  const cwd = folderOf(name);
  const installed = await runToEnd([npm, 'ci'], {
    cwd,
    env: process.env,
    timeoutMs: INSTALL_MS_MAX,
  });
  expect(installed.ok, installed.output).toBe(true);
  const built = await runToEnd([commandOf(cwd, tool), 'build'], {
    cwd,
    env: {
      ...environment(),
      INKLING_HOST: collector.url,
      INKLING_WRITE_KEY: collector.writeKey,
    },
    timeoutMs: BUILD_MS_MAX,
  });
  expect(built.ok, built.output).toBe(true);
}

/** Serves what was built, at a port that is free. */
export async function serve({ name, tool, serveArgs }: OwnExample): Promise<Served> {
  const cwd = folderOf(name);
  const server = spawn(process.execPath, [commandOf(cwd, tool), ...serveArgs], {
    cwd,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(server, 'exit');
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [found] = output.match(/http:\/\/(127\.0\.0\.1|localhost):\d+/) ?? [];
      if (found !== undefined) resolve(found);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    void exited.then(() => reject(new Error(`${tool} does not serve.\n${output}`)));
    setTimeout(
      () => reject(new Error(`${tool} names no address.\n${output}`)),
      START_MS_MAX,
    ).unref();
  });
  const stop = async () => {
    server.kill('SIGTERM');
    const isLate = setTimeout(() => server.kill('SIGKILL'), STOP_MS_MAX);
    await exited;
    clearTimeout(isLate);
  };
  try {
    return { url: await url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../examples/${name}`, import.meta.url));
}

/** A production build that tells nobody of itself. */
function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_ENV: 'production',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    NEXT_TELEMETRY_DISABLED: '1',
    ASTRO_TELEMETRY_DISABLED: '1',
  };
}
