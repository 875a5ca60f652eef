import { type ChildProcess, spawn } from 'node:child_process';

/** How a child process ended, and all that it said. */
export interface Ended {
  readonly ok: boolean;
  readonly output: string;
}

/** After being asked to end, a child has this long to close its browsers. */
const GRACE_MS = 5_000;

/** Children that run now: at most one, unless we were told to stop between two. */
const running = new Set<ChildProcess>();

/**
 * Runs a Node program to its end, without input, in a process group of its own. When it has ended,
 * overrun or failed to start, nothing of its group is left.
 *
 * @param timeoutMs - A program that takes longer is stopped and counts as failed.
 */
export function runToEnd(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number },
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    running.add(child);
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);

    let overran = false;
    const timers = [
      setTimeout(() => {
        overran = true;
        output += `\nStopped after ${options.timeoutMs / 1_000} s.\n`;
        signalGroup(child, 'SIGTERM');
        timers.push(setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS));
      }, options.timeoutMs),
    ];
    const end = (ok: boolean) => {
      for (const timer of timers) clearTimeout(timer);
      running.delete(child);
      resolve({ ok, output });
    };
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    // What the child itself started may outlive it and hold its output open.
    child.on('exit', () => signalGroup(child, 'SIGKILL'));
    child.on('close', (code) => end(code === 0 && !overran));
  });
}

/** Ends everything at once; for our own unexpected end. */
export function killAll(): void {
  for (const child of running) signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}
