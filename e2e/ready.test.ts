import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Collector, createCollector } from './collector.ts';

const BLOCK = pathToFileURL(fileURLToPath(new URL('block-writer.js', import.meta.url))).href;
/** A busy machine may hold up an answer; one that waits for what hangs never comes. */
const ANSWER_MS_MAX = 20_000;

let folder = '';
let block = '';
let collector: Collector;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-ready-'));
  block = join(folder, 'block');
  collector = await createCollector({ NODE_OPTIONS: `--import ${BLOCK}`, BLOCK_WRITER: block });
  await collector.start();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await collector.remove();
});

test('a collector whose writer thread stands still says so, and is ready once it goes on', async () => {
  await expectReady(200);
  writeFileSync(block, '');
  const hung = await expectReady(503);
  expect(hung.headers.get('Retry-After')).toBe('5');
  expect(await hung.json()).toMatchObject({
    ...{ code: 'unavailable', retryable: true },
    detail: expect.stringContaining('The writer does not answer'),
  });
  // Many probes later it still says so, and the rest of it lives.
  const probes = await Promise.all(Array.from({ length: 50 }, () => ask('/readyz')));
  expect(new Set(probes.map(({ status }) => status))).toEqual(new Set([503]));
  expect((await ask('/healthz')).status).toBe(200);
  rmSync(block);
  await expectReady(200);
});

test('the writer’s thread tells its figures, and the others are told without them while it stands still', async () => {
  const body = JSON.stringify({ writeKey: collector.writeKey, anonymousId: 'ada', type: 'page' });
  await fetch(`${collector.url}/v1/page`, { method: 'POST', body });
  const before = await figures();
  expect(before).toMatch(/^inkling_writer_answers 1$/m);
  expect(before).toMatch(/^inkling_commit_duration_seconds_count 1$/m);
  expect(before).toMatch(/^process_cpu_seconds_total /m);
  expect(before).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);

  writeFileSync(block, '');
  await expectReady(503);
  const hung = await figures();
  expect(hung).toMatch(/^inkling_writer_answers 0$/m);
  expect(hung).toMatch(/^inkling_events_total\{outcome="accepted"\} 1$/m);
  expect(hung).not.toContain('inkling_commit');
});

async function figures(): Promise<string> {
  const headers = { Authorization: `Bearer ${collector.secretKey}` };
  const response = await fetch(`${collector.url}/metrics`, { headers });
  expect(response.status).toBe(200);
  return await response.text();
}

async function ask(path: string): Promise<Response> {
  return await fetch(collector.url + path, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
}

/** Asks until the answer has this status; that it ever does is what the test's own limit holds. */
async function expectReady(status: number): Promise<Response> {
  for (;;) {
    const response = await ask('/readyz');
    if (response.status === status) return response;
    await response.body?.cancel();
  }
}
