import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Collector, createCollector } from '../collector.ts';

const BATCHES = 20;

let folder: string;
let path: string;
let collector: Collector;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-damage-'));
  path = join(folder, 'inkling.db');
  collector = await createCollector({ DATABASE_URL: `file:${path}` });
  await collector.start();
  for (let batch = 0; batch < BATCHES; batch += 1) await send(`m${batch}`);
  await collector.kill();
});
afterEach(async () => {
  await collector.kill();
  await collector.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Each is a transaction of its own. */
async function send(messageId: string) {
  const batch = [{ type: 'page', anonymousId: 'a', messageId, properties: { path: '/' } }];
  const body = JSON.stringify({ writeKey: collector.writeKey, batch });
  const response = await fetch(`${collector.url}/v1/batch`, { method: 'POST', body });
  return { response, json: (await response.json()) as Record<string, unknown> };
}

/** As a disk does it, and nobody notices. */
function flipByte(file: string, position: number): void {
  const bytes = readFileSync(file);
  bytes[position] = (bytes[position] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}

/** In the middle of what was written since the last checkpoint. */
function damageLog(): void {
  flipByte(`${path}-wal`, Math.floor(readFileSync(`${path}-wal`).length * 0.6));
}

const stored = async () =>
  (await collector.api<{ data: unknown[] }>('/v1/profiles/a/events')).data.length;
const readiness = async () => (await fetch(`${collector.url}/readyz`)).status;

test('where its log is damaged it writes nothing, and says what is missing and what to do', async () => {
  damageLog();
  const damaged = readFileSync(`${path}-wal`);
  await collector.start();
  expect(await readiness()).toBe(503);
  const { response, json } = await send('late');
  expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '60']);
  expect(json).toMatchObject({ code: 'unavailable', retryable: true });
  expect(JSON.stringify(json)).not.toContain(folder);
  const body = { id: 'x', name: 'X', kind: 'implicit', if: { did: 'page' } };
  const defined = collector.api('/v1/segments', { method: 'POST', body });
  await expect(defined).rejects.toThrow(/503.*is missing from.*Restore a backup.*or delete/);
  // What is there can be read.
  const { data } = await collector.api<{ data: unknown[] }>('/v1/segments');
  expect(data.length).toBeGreaterThan(0);
  expect(collector.logs()).toMatch(/READ ONLY: .*Nothing is written/);
  expect(readFileSync(`${path}-wal-damaged`).equals(damaged)).toBe(true);

  await collector.stop();
  await collector.start();
  expect(await readiness()).toBe(503);

  await collector.stop();
  rmSync(`${path}-mark`);
  await collector.start();
  expect(await readiness()).toBe(200);
  expect((await send('late')).json).toMatchObject({ accepted: 1 });
  expect(await stored()).toBeLessThan(BATCHES + 1);
});

test('without the mark it would go on as if nothing had been', async () => {
  damageLog();
  rmSync(`${path}-mark`);
  await collector.start();
  expect(await readiness()).toBe(200);
  expect(await stored()).toBeLessThan(BATCHES);
});

test('where nothing is damaged it goes on', async () => {
  await collector.start();
  expect([await readiness(), await stored()]).toEqual([200, BATCHES]);
});

test('where its file is gone it begins anew', async () => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  expect(existsSync(`${path}-mark`)).toBe(true);
  await collector.start();
  await collector.kill();
  await collector.start();
  expect(await readiness()).toBe(200);
  expect((await send('new')).json).toMatchObject({ accepted: 1 });
});
