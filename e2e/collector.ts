import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A collector of one's own: the built one, as a process, with an empty database. */
export interface Collector {
  /** Its address, without a slash at the end; the same after every start. */
  readonly url: string;
  readonly writeKey: string;
  readonly secretKey: string;
  /** Asks with the secret key. Throws what the collector answered if that is not 2xx. */
  api<T>(path: string, init?: { readonly method?: string; readonly body?: unknown }): Promise<T>;
  start(): Promise<void>;
  /** SIGTERM, then waits for its end, which must be a good one. The data stay for the next start. */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut has it: nothing is finished. The data stay for the next start. */
  kill(): Promise<void>;
  /** SIGSTOP: it stands still in the middle of whatever it does, until it is thawed. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Whether the process that was started last is there still. */
  lives(): boolean;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
  /** All that it has printed. */
  logs(): string;
}

const MAIN = fileURLToPath(new URL('../collector/dist/main.js', import.meta.url));
const START_MS_MAX = 20_000;
const STOP_MS_MAX = 15_000;
const POLL_MS = 25;

/** For those who send more than any visitor would. */
export const UNLIMITED = {
  RATE_LIMIT_EVENTS_PER_S: 'off',
  RATE_LIMIT_ADDRESS_EVENTS_PER_S: 'off',
  RATE_LIMIT_ADDRESS_NEW_PER_S: 'off',
} as const;

/** @param settings - Further variables of its environment. */
export async function createCollector(
  settings: Readonly<Record<string, string>> = {},
): Promise<Collector> {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const writeKey = `wk_${randomBytes(16).toString('hex')}`;
  const secretKey = `sk_${randomBytes(24).toString('hex')}`;
  const env = {
    ...process.env,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: `file:${join(folder, 'inkling.db')}`,
    WRITE_KEY: writeKey,
    SECRET_KEY: secretKey,
    ...settings,
  };
  let child: ChildProcess | undefined;
  let logs = '';

  const start = async () => {
    const started = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    const collect = (chunk: Buffer) => {
      logs += chunk.toString();
    };
    started.stdout.on('data', collect);
    started.stderr.on('data', collect);
    const deadlineMs = Date.now() + START_MS_MAX;
    while (!(await answers(`${url}/healthz`))) {
      if (started.exitCode !== null || Date.now() > deadlineMs) {
        throw new Error(`The collector did not start.\n${logs}`);
      }
      await wait(POLL_MS);
    }
  };
  const stop = async () => {
    const stopping = child;
    child = undefined;
    if (stopping === undefined) return;
    stopping.kill('SIGTERM');
    const isLate = setTimeout(() => stopping.kill('SIGKILL'), STOP_MS_MAX);
    if (stopping.exitCode === null && stopping.signalCode === null) await once(stopping, 'exit');
    clearTimeout(isLate);
    if (stopping.exitCode === 0) return;
    const how = stopping.exitCode ?? stopping.signalCode;
    throw new Error(`The collector ended with ${how} instead of 0.\n${logs}`);
  };
  return {
    url,
    writeKey,
    secretKey,
    api: (path, init) => ask(url + path, secretKey, init),
    start,
    stop,
    kill: async () => {
      const killed = child;
      child = undefined;
      if (killed === undefined || killed.exitCode !== null || killed.signalCode !== null) return;
      const ended = once(killed, 'exit');
      killed.kill('SIGKILL');
      await ended;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    lives: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    remove: async () => {
      try {
        await stop();
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    logs: () => logs,
  };
}

async function ask<T>(
  url: string,
  secretKey: string,
  { method = 'GET', body }: { readonly method?: string; readonly body?: unknown } = {},
): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  // A deletion answers with nothing.
  return JSON.parse(text === '' ? 'null' : text);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
}
