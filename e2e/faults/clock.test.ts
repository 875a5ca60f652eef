import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventAnswer, Page } from '../../collector/src/query/answers.ts';
import { openReader } from '../../collector/src/store/open.ts';
import { type Collector, createCollector } from '../collector.ts';
import { defineSegments, type Load, startLoad } from './load.ts';
import { type Sabotage, settingsOf } from './sabotages.ts';
import { findingsOf } from './verdict.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BATCHES_BETWEEN = 25;
const CLOCK = fileURLToPath(new URL('clock.js', import.meta.url));

let folder: string;
let path: string;
let clock: string;
let collector: Collector;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-clock-'));
  path = join(folder, 'inkling.db');
  clock = join(folder, 'clock');
  setClock(0);
});
afterEach(async () => {
  await collector.kill();
  await collector.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function start(sabotage?: Pick<Sabotage, 'edits'>): Promise<void> {
  const { NODE_OPTIONS: others = '', ...settings } = settingsOf(sabotage);
  collector = await createCollector({
    ...{ ...settings, DATABASE_URL: `file:${path}`, CLOCK_FILE: clock },
    NODE_OPTIONS: `--import=${CLOCK} ${others}`,
  });
  await collector.start();
  await defineSegments(collector);
}

/** In one step, since it is read all the time. */
function setClock(offsetMs: number): void {
  writeFileSync(`${clock}.next`, String(offsetMs));
  renameSync(`${clock}.next`, clock);
}

/** When the newest event came, by the collector's clock, beside ours. */
async function offNow(): Promise<number> {
  const { data } = await collector.api<Page<EventAnswer>>('/v1/events?limit=1');
  return Date.parse(data[0]?.receivedAt ?? '') - Date.now();
}

/** Who goes on from the last message that they heard of hears of all that follow only if ids rise. */
async function idsFall(): Promise<boolean> {
  const { $client: client } = await openReader({ url: `file:${path}` });
  const { rows } = await client.execute('SELECT id FROM event ORDER BY rowid');
  client.close();
  return rows.some((row, index) => Number(row[0]) < Number(rows[index - 1]?.[0] ?? 0));
}

async function expectTrue(load: Load): Promise<void> {
  expect(await findingsOf(collector, path, load.told)).toEqual([]);
  expect(await idsFall()).toBe(false);
}

/** Lets the clock stand elsewhere during one of three runs. */
async function jumpBetweenRuns(offsetMs: number): Promise<Load> {
  const load = startLoad(collector, { name: 'between' });
  await load.taken(BATCHES_BETWEEN);
  await collector.kill();
  setClock(offsetMs);
  await collector.start();
  await load.taken(BATCHES_BETWEEN);
  expect(Math.abs((await offNow()) - offsetMs)).toBeLessThan(60_000);
  await collector.stop();
  setClock(0);
  await collector.start();
  await load.taken(BATCHES_BETWEEN);
  await load.stop();
  return load;
}

/** No further than messages are kept, and backwards what was rejected: both are counted afterwards. */
describe.each([
  ['20 hours forward', 20 * HOUR_MS],
  ['an hour back', -HOUR_MS],
  ['20 days back', -20 * DAY_MS],
])('a clock that jumps %s', (_, offsetMs) => {
  beforeEach(() => start());

  test('while events come in changes nothing of what is true', async () => {
    const load = startLoad(collector, { name: 'while' });
    await load.taken(BATCHES_BETWEEN);
    setClock(offsetMs);
    await load.taken(BATCHES_BETWEEN);
    expect(Math.abs((await offNow()) - offsetMs)).toBeLessThan(60_000);
    setClock(0);
    await load.taken(BATCHES_BETWEEN);
    await load.stop();
    await expectTrue(load);
  });

  test('between two runs changes nothing of what is true', async () => {
    await expectTrue(await jumpBetweenRuns(offsetMs));
  });
});

test('a collector that forgets how far its ids were is found out', async () => {
  const find = 'Math.max(afterTick, (nowMs - EPOCH_MS) * TICKS_PER_MS)';
  const replace = '(nowMs - EPOCH_MS) * TICKS_PER_MS';
  await start({ edits: [{ file: 'identity/own-id.js', find, replace }] });
  await jumpBetweenRuns(20 * HOUR_MS);
  expect(await idsFall()).toBe(true);
});
