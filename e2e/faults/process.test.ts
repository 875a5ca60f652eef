import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { expect, test } from 'vitest';
import { type Collector, createCollector } from '../collector.ts';
import { defineSegments, type Load, startLoad } from './load.ts';
import { expectFoundOut, FORGETFUL, type Sabotage, settingsOf } from './sabotages.ts';
import { type Finding, findingsOf } from './verdict.ts';

const ROUNDS = Number(process.env.FAULT_RUNS ?? 4);
const BATCHES_BEFORE_FAULT = 25;
/** Senders wait so long for one that stands still. */
const PATIENCE_MS = 1_000;

type Trouble = (collector: Collector, load: Load, path: string) => Promise<void>;

/** Nothing is finished: what is under way is answered to nobody. */
const kill: Trouble = async (collector) => {
  await collector.kill();
  await collector.start();
};

/** It stands still until senders have given up waiting and sent again, and then does all of it. */
const freeze: Trouble = async (collector, load) => {
  collector.freeze();
  await load.answered(0);
  collector.thaw();
};

/** Somebody else holds the one lock for writing. The driver waits 50 ms for it each time. */
const lock: Trouble = async (_collector, load, path) => {
  const other = createClient({ url: `file:${path}`, concurrency: 1 });
  await other.execute('PRAGMA busy_timeout = 5000');
  const transaction = await other.transaction('write');
  await load.answered(503);
  await load.answered(503);
  await transaction.rollback();
  other.close();
};

/** Lets trouble come under load, again and again, until something is wrong. */
async function findingsAfter(
  trouble: Trouble,
  { rounds = ROUNDS, sabotage }: { readonly rounds?: number; readonly sabotage?: Sabotage } = {},
): Promise<readonly Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-kill-'));
  const path = join(folder, 'inkling.db');
  const settings = { DATABASE_URL: `file:${path}`, ...settingsOf(sabotage) };
  const collector = await createCollector(settings);
  const patience = trouble === freeze ? { answerMsMax: PATIENCE_MS } : {};
  try {
    await collector.start();
    await defineSegments(collector);
    for (let round = 0; round < rounds; round += 1) {
      const load = startLoad(collector, { name: `round${round}`, ...patience });
      await load.taken(BATCHES_BEFORE_FAULT);
      await trouble(collector, load, path);
      await load.stop();
      const findings = await findingsOf(collector, path, load.told);
      if (findings.length > 0) return findings;
    }
    return [];
  } finally {
    await collector.kill();
    await collector.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

test('whenever it is killed, what was acknowledged is there once, and all agrees with it', async () => {
  expect(await findingsAfter(kill)).toEqual([]);
});

test('whenever it stood still, what was sent again meanwhile is there once', async () => {
  expect(await findingsAfter(freeze, { rounds: 2 })).toEqual([]);
});

test('while somebody else has the database locked it says 503, and then goes on by itself', async () => {
  expect(await findingsAfter(lock, { rounds: 2 })).toEqual([]);
});

test.each(FORGETFUL)('a collector that $name is found out', async (sabotage) => {
  const findings = await findingsAfter(freeze, { rounds: 1, sabotage });
  expectFoundOut(findings, sabotage);
});
