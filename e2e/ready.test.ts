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
