import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type {
  AuditAnswer,
  EventAnswer,
  Page,
  SegmentAnswer,
} from '../collector/src/query/answers.ts';
import { type Collector, createCollector, UNLIMITED } from './collector.ts';
import { runCommand } from './command.ts';
import { startSenders } from './senders.ts';

let folder = '';
let original = '';
let copy = '';
const collectors: Collector[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-backup-'));
  original = join(folder, 'original.db');
  copy = join(folder, 'copy.db');
});
afterEach(async () => {
  for (const each of collectors.splice(0)) await each.remove();
  rmSync(folder, { recursive: true, force: true });
});

const on = (file: string) => ({ DATABASE_URL: `file:${file}` });

async function startOn(file: string): Promise<Collector> {
  const collector = await createCollector({ ...UNLIMITED, ...on(file) });
  collectors.push(collector);
  await collector.start();
  return collector;
}

async function messagesOf(collector: Collector): Promise<ReadonlySet<string>> {
  const messages = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const from: string = cursor && `&cursor=${cursor}`;
    const page: Page<EventAnswer> = await collector.api(`/v1/events?limit=500${from}`);
    for (const { messageId } of page.data) messages.add(messageId);
    cursor = page.next;
  }
  return messages;
}

async function expectSound(collector: Collector): Promise<void> {
  const { data } = await collector.api<Page<SegmentAnswer>>('/v1/segments');
  expect(data.length).toBeGreaterThan(0);
  expect(data.some(({ size }) => size > 0)).toBe(true);
  const audit = await collector.api<AuditAnswer>('/v1/audit', { method: 'POST' });
  expect(audit.checked).toBeGreaterThan(0);
  expect(audit.differing).toEqual([]);
}

test('a copy that is made while events pour in has all that were acknowledged before it began', async () => {
  const collector = await startOn(original);
  const senders = startSenders(collector);
  await senders.reach(3_000);
  const before = [...senders.acknowledged];
  const said = await runCommand('backup', [copy], on(original));
  expect(said).toMatchObject({ code: 0, error: '' });
  // It came between the others' writes and held up none of them.
  await senders.reach(senders.acknowledged.length + 500);
  await senders.stop();

  const opened = await startOn(copy);
  const kept = await messagesOf(opened);
  expect(before.filter((messageId) => !kept.has(messageId))).toEqual([]);
  expect(said.out).toContain(`${kept.size} events`);
  expect(kept.size).toBeLessThan(senders.acknowledged.length);
  await expectSound(opened);
  expect((await messagesOf(collector)).size).toBe(senders.acknowledged.length);
  expect(statSync(copy).mode & 0o077).toBe(0);
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
}, 120_000);

test('a copy takes the place of the database once the collector is stopped, and what was there is kept', async () => {
  const collector = await startOn(original);
  const senders = startSenders(collector);
  await senders.reach(300);
  expect(await runCommand('backup', [copy], on(original))).toMatchObject({ code: 0 });
  await senders.reach(senders.acknowledged.length + 300);
  await senders.stop();

  const refused = await runCommand('restore', [copy], on(original));
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.error).toContain('stop the collector first');
  expect((await messagesOf(collector)).size).toBe(senders.acknowledged.length);

  await collector.stop();
  const done = await runCommand('restore', [copy], on(original));
  expect(done).toMatchObject({ code: 0, error: '' });
  await collector.start();
  expect((await fetch(`${collector.url}/readyz`)).status).toBe(200);
  const restored = await messagesOf(collector);
  expect(restored.size).toBeLessThan(senders.acknowledged.length);
  expect(restored.size).toBeGreaterThanOrEqual(300);
  await expectSound(collector);

  const [aside = ''] = readdirSync(folder).filter((name) => name.endsWith('.replaced'));
  expect(done.out).toContain(aside);
  const replaced = await startOn(join(folder, aside));
  expect((await messagesOf(replaced)).size).toBe(senders.acknowledged.length);
}, 120_000);

test.each([
  { name: 'backup', args: [], says: 'Say where' },
  { name: 'backup', args: ['a.db'], says: 'no database at' },
  { name: 'restore', args: [], says: 'Say which' },
  { name: 'restore', args: ['a.db'], says: 'no file' },
] as const)('$name $args without what it needs says what that is', async ({ name, args, says }) => {
  const said = await runCommand(name, args, on(original));
  expect(said).toMatchObject({ code: 1, out: '' });
  expect(said.error).toContain(says);
  expect(existsSync(original)).toBe(false);
});

test.each(['backup', 'restore'] as const)('%s leaves a server to its own means', async (name) => {
  const said = await runCommand(name, ['a.db'], { DATABASE_URL: 'http://localhost:1' });
  expect(said).toMatchObject({ code: 1, out: '' });
  expect(said.error).toContain('on a server');
});
