import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Collector, createCollector } from './collector.ts';
import { runCommand } from './command.ts';

let folder = '';
let collector: Collector;
let settings: Readonly<Record<string, string>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-demo-'));
  collector = await createCollector({ DATABASE_URL: `file:${join(folder, 'inkling.db')}` });
  const { port, hostname } = new URL(collector.url);
  settings = { HOST: hostname, PORT: port, SECRET_KEY: collector.secretKey };
  await collector.start();
});
afterEach(async () => {
  await collector.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('it fills a running collector, says what to open, and takes all away again', async () => {
  const filled = await runCommand('demo', [], settings);
  expect(filled).toMatchObject({ code: 0, error: '' });
  expect(filled.out).toMatch(/^ +\d\d {2}Pricing returners$/m);
  expect(filled.out).toContain(`${collector.url}/segments/pricing-returners`);

  const again = await runCommand('demo', [], settings);
  expect(again).toMatchObject({ code: 1, out: '' });
  expect(again.error).toContain('npm run demo -- --remove');

  expect(await runCommand('demo', ['--remove'], settings)).toMatchObject({
    ...{ code: 0, out: 'The demo is removed.\n' },
  });
  const sites = await collector.api<{ data: readonly unknown[] }>('/v1/sites');
  expect(sites.data).toHaveLength(1);
});

test('without a key or a collector it says what is missing', async () => {
  const keyless = await runCommand('demo', [], { ...settings, SECRET_KEY: '' });
  expect(keyless).toMatchObject({ code: 1, error: expect.stringContaining('SECRET_KEY') });
  await collector.stop();
  const alone = await runCommand('demo', [], settings);
  expect(alone).toMatchObject({ code: 1, error: expect.stringContaining('npm start') });
});
