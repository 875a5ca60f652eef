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
  folder = mkdtempSync(join(tmpdir(), 'inkling-doctor-'));
  const database = { DATABASE_URL: `file:${join(folder, 'inkling.db')}` };
  collector = await createCollector(database);
  settings = { ...database, HOST: '127.0.0.1', PORT: new URL(collector.url).port };
  await collector.start();
});
afterEach(async () => {
  await collector.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('it finds a running collector well, and one that was stopped not', async () => {
  const body = JSON.stringify({ writeKey: collector.writeKey, type: 'page', anonymousId: 'ada' });
  expect((await fetch(`${collector.url}/v1/page`, { method: 'POST', body })).status).toBe(200);
  const well = await runCommand('doctor', [], settings);
  expect(well).toMatchObject({ code: 0, error: '' });
  expect(well.out).not.toMatch(/^(warning|problem) +(?!disk)/m);
  expect(well.out).toMatch(/^ok {7}events {4}The last one came \d+ s ago/m);

  await collector.stop();
  const ill = await runCommand('doctor', [], settings);
  expect(ill).toMatchObject({ code: 1, error: '' });
  expect(ill.out).toMatch(/^problem {2}server .*\n {19}Start the collector/m);
});

test('it answers programs with JSON', async () => {
  const { code, out } = await runCommand('doctor', ['--json'], settings);
  const report = JSON.parse(out);
  // That no event came yet is worth a word, and not a failure.
  expect(code).toBe(0);
  expect(report.ok).toBe(true);
  expect(report.findings).toContainEqual({
    check: 'events',
    level: 'warning',
    says: 'No event has ever come in.',
    advice: expect.stringContaining('Paste'),
  });
});

test('it says which settings are wrong', async () => {
  const { code, out } = await runCommand('doctor', [], { ...settings, PORT: 'eighty' });
  expect(code).toBe(1);
  expect(out).toMatch(/^problem {2}settings .*PORT/);
});
