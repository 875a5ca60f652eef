/** Processes that are measured apart from each other: servers, and workers that take jobs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Server {
  readonly pid: number;
  readonly port: number;
  /** Asks it to end, and waits until it has. */
  readonly stop: () => Promise<void>;
}

export interface Worker<Job, Result> {
  /** One job at a time. Rejects with what the worker says went wrong. */
  readonly run: (job: Job) => Promise<Result>;
  readonly stop: () => Promise<void>;
}

type Reply<Result> = { readonly result: Result } | { readonly error: string };

/** A server that says where it listens takes no longer than this, however busy the machine. */
const START_MS_MAX = 60_000;

/** Everything that was started; none of it outlives this process. */
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** What makes `node` run TypeScript: the same as made it run this. */
export const TYPESCRIPT: readonly string[] = process.execArgv;

/** The path of a file beside this one. */
export const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Starts `node` with these arguments and waits for the address that it prints. */
export async function startServer(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const child = start(args, environment, 'pipe');
  const port = await new Promise<number>((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /http:\/\/[\w.]+:(\d+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', () => reject(new Error(`${args.join(' ')} ended early: ${printed}`)));
    setTimeout(reject, START_MS_MAX, new Error(`${args.join(' ')} says no address`)).unref();
  });
  return { pid: child.pid ?? 0, port, stop: () => stop(child) };
}

/** Starts a TypeScript file of this folder that answers each message with one. */
export function startWorker<Job extends object, Result>(file: string): Worker<Job, Result> {
  const child = start([...TYPESCRIPT, here(file)], {}, 'ignore');
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const ended = () => reject(new Error(`${file} ended in the middle of a job`));
        child.once('exit', ended);
        child.once('message', (reply: Reply<Result>) => {
          child.off('exit', ended);
          if ('error' in reply) reject(new Error(`${file}: ${reply.error}`));
          else resolve(reply.result);
        });
        child.send(job);
      }),
    stop: () => stop(child),
  };
}

function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  stdout: 'pipe' | 'ignore',
): ChildProcess {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
