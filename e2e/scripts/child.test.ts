import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { runToEnd } from './child.ts';

/** A killed process is gone at once, but not within the same instant. */
const WAIT_MS = 5_000;
const TEST_MS_MAX = 30_000;

interface Expected {
  readonly ok: boolean;
  readonly says: string;
}

/** Runs `program` as a child and checks how it ends, and that nobody listens on the port it named. */
async function check(program: string, timeoutMs: number, { ok, says }: Expected): Promise<void> {
  const ended = await runToEnd(['-e', program], { cwd: '.', env: process.env, timeoutMs });
  expect(ended.ok).toBe(ok);
  expect(ended.output).toContain(says);
  const port = /port (\d+)/.exec(ended.output)?.[1];
  if (port === undefined) return;
  await vi.waitFor(async () => expect(await listens(Number(port))).toBe(false), WAIT_MS);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Listens for ever and says where. */
const LISTEN = `
  const server = require('node:net').createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1', () => console.log('port', server.address().port));
`;

/** Starts a grandchild that listens, passes on where, then calls \`done\`. */
const LINGER = `
  const { spawn } = require('node:child_process');
  const grandchild = spawn(process.execPath, ['-e', ${JSON.stringify(LISTEN)}], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  grandchild.stdout.once('data', (line) => process.stdout.write(line, done));
`;

describe.skipIf(process.platform === 'win32')('a child', () => {
  test.each([
    {
      that: 'ends well is ok',
      program: 'console.log("fine")',
      timeoutMs: 20_000,
      expected: { ok: true, says: 'fine' },
    },
    {
      that: 'ends badly is not',
      program: 'console.error("oh"); process.exit(3)',
      timeoutMs: 20_000,
      expected: { ok: false, says: 'oh' },
    },
    {
      that: 'overruns is stopped',
      program: LISTEN,
      timeoutMs: 1_000,
      expected: { ok: false, says: 'Stopped after 1 s' },
    },
    {
      that: 'ends leaves nobody behind',
      program: `${LINGER} function done() { process.exit(0) }`,
      timeoutMs: 20_000,
      expected: { ok: true, says: 'port' },
    },
    {
      that: 'overruns leaves nobody behind',
      program: `${LINGER} function done() {}`,
      timeoutMs: 1_500,
      expected: { ok: false, says: 'Stopped' },
    },
  ])(
    'that $that',
    ({ program, timeoutMs, expected }) => check(program, timeoutMs, expected),
    TEST_MS_MAX,
  );
});
