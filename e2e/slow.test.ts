import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, createCollector } from './collector.ts';

const DRIP_MS = 100;
const HEAD = 'POST /v1/batch HTTP/1.1\r\nHost: a\r\n';

let collector: Collector;
beforeAll(async () => {
  collector = await createCollector();
  await collector.start();
});
afterAll(() => collector.remove());

/** Sends `drop` after `drop` until it is cut off. Answers what it was told, and after how long. */
function drip(begin: string, drop: string): Promise<{ told: string; afterMs: number }> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const { hostname, port } = new URL(collector.url);
    const socket = connect(Number(port), hostname);
    let told = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      told += chunk;
    });
    // Writing to who has hung up fails.
    socket.on('error', () => undefined);
    socket.write(begin);
    const dripping = setInterval(() => socket.write(drop), DRIP_MS);
    socket.once('close', () => {
      clearInterval(dripping);
      resolve({ told, afterMs: performance.now() - startedMs });
    });
  });
}

test.each([
  { what: 'headers', begin: HEAD, drop: 'X-A: b\r\n', afterMs: 5_000 },
  { what: 'a body', begin: `${HEAD}Content-Length: 99999\r\n\r\n{`, drop: ' ', afterMs: 10_000 },
])('the collector waits for $what for $afterMs ms, not longer', async (slow) => {
  const { told, afterMs } = await drip(slow.begin, slow.drop);
  expect(told).toMatch(/^HTTP\/1\.1 408 /);
  expect(told).toContain('"code":"request_timeout"');
  expect(afterMs).toBeGreaterThan(slow.afterMs - 100);
  // It is looked for once a second, and the machine may be busy; Node alone would take up to 30 s more.
  expect(afterMs).toBeLessThan(slow.afterMs + 10_000);
});
