import { expect, test } from 'vitest';
import type { CountRow } from '../ingest/tally.ts';
import type { Refusal } from './ingest.ts';
import { createRefusals } from './refusals.ts';

const DAY_MS = 86_400_000;
const REFUSAL: Refusal = { site: 1, key: 'key_a', code: 'rate_limited', atMs: DAY_MS };

/** A database that takes counts unless it is broken, and a clock that rings when it is told to. */
function start() {
  const saved: (readonly CountRow[])[] = [];
  const reported: unknown[] = [];
  const waiting: (() => void)[] = [];
  const disk = { isBroken: false };
  const refusals = createRefusals({
    save: async (rows) => {
      if (disk.isBroken) throw new Error('full');
      saved.push(rows);
    },
    later: (work) => waiting.push(work),
    report: (error) => reported.push(error),
  });
  const counts = () =>
    saved.flat().map(({ site, day, key, reason, count }) => [site, day, key, reason, count]);
  return { ...{ refusals, saved, reported, waiting, disk, counts } };
}

test('a flood of refusals is written at once, and costs one timer', async () => {
  const { refusals, saved, waiting, counts } = start();
  for (let index = 0; index < 1_000; index += 1) {
    refusals.note(REFUSAL);
    refusals.note({ ...REFUSAL, code: 'busy', atMs: 2 * DAY_MS - 1 });
    refusals.note({ ...REFUSAL, site: 2, atMs: 2 * DAY_MS });
  }
  expect(saved).toEqual([]);
  expect(waiting).toHaveLength(1);
  waiting.shift()?.();
  await refusals.flush();
  expect(saved).toHaveLength(1);
  expect(counts()).toEqual([
    [1, 1, 'key_a', 'busy', 1_000],
    [1, 1, 'key_a', 'rate_limited', 1_000],
    [2, 2, 'key_a', 'rate_limited', 1_000],
  ]);
  refusals.note(REFUSAL);
  expect(waiting).toHaveLength(1);
});

test('what cannot be saved is saved later, with what came meanwhile', async () => {
  const { refusals, reported, waiting, disk, counts } = start();
  disk.isBroken = true;
  refusals.note(REFUSAL);
  waiting.shift()?.();
  await refusals.flush();
  expect(reported).toEqual([new Error('full'), new Error('full')]);
  expect(waiting).toHaveLength(1);
  disk.isBroken = false;
  refusals.note(REFUSAL);
  expect(waiting).toHaveLength(1);
  waiting.shift()?.();
  await refusals.flush();
  expect(counts()).toEqual([[1, 1, 'key_a', 'rate_limited', 2]]);
});

test('nothing is written where nothing was turned away', async () => {
  const { refusals, saved } = start();
  await refusals.flush();
  expect(saved).toEqual([]);
});
