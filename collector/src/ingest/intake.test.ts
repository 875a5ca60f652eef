import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Story, startStory } from '../../testing/story.ts';
import { QUARANTINE_ROWS_MAX } from './intake.ts';
import type { Rejected } from './outcome.ts';

let story: Story;
beforeEach(async () => {
  story = await startStory();
});
afterEach(async () => {
  expect(story.reported).toEqual([]);
  await story.end();
});

const REJECTED: Rejected = {
  ...{ index: 0, code: 'invalid', detail: '/batch/0/event must name the event', pointer: '/event' },
  keepsake: { event: '{}', isCut: false },
};

/** A request of which nothing is let through. */
function reject(...rejected: readonly Rejected[]) {
  const from = { site: 1, key: 'key_test', receivedAtMs: story.nowMs };
  return story.writer.write({ ...from, events: [], rejected, lost: {}, debug: false });
}

async function counts(): Promise<Readonly<Record<string, unknown>>> {
  const rows = await story.sql('SELECT outcome, sum(count) FROM tally GROUP BY outcome');
  return Object.fromEntries(rows.map(([outcome, count]) => [outcome, count]));
}

/** Makes every insertion into a table fail until it is called off. */
async function sabotage(table: string): Promise<() => Promise<unknown>> {
  await story.sql(
    `CREATE TRIGGER sabotage BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'no'); END`,
  );
  return () => story.sql('DROP TRIGGER sabotage');
}

test.each(['tally', 'event'])('where %s cannot be written, nothing is', async (table) => {
  const callOff = await sabotage(table);
  await expect(story.send({ anonymousId: 'a', messageId: 'm' })).rejects.toThrow('no');
  expect(await story.sql('SELECT id FROM event')).toEqual([]);
  expect(await counts()).toEqual({});
  await callOff();
  await story.send({ anonymousId: 'a', messageId: 'm' });
  await story.send({ anonymousId: 'a', messageId: 'm' });
  expect(await counts()).toEqual({ received: 2, accepted: 1, duplicate: 1 });
});

test('what cannot be kept in the quarantine is not counted as rejected', async () => {
  const callOff = await sabotage('quarantine');
  await expect(reject(REJECTED)).rejects.toThrow('no');
  expect(await counts()).toEqual({});
  await callOff();
  await reject(REJECTED, REJECTED);
  expect(await counts()).toEqual({ received: 2, rejected: 2 });
  expect(await story.sql('SELECT count(*) FROM quarantine')).toEqual([[2]]);
});

test('what an earlier process left too many of is removed with the first rejected event', async () => {
  await story.sql(`WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number LIMIT 10100)
    INSERT INTO quarantine SELECT 1, n, '', ${story.nowMs}, '', '', '', NULL, '', 0 FROM number`);
  story = await story.restart();
  await reject(REJECTED);
  const [[count, oldest] = []] = await story.sql('SELECT count(*), min(id) FROM quarantine');
  expect([count, oldest]).toEqual([QUARANTINE_ROWS_MAX, 102]);
});

test('rejected events keep their ids apart after a restart', async () => {
  await reject(REJECTED);
  story = await story.restart();
  await reject(REJECTED);
  expect(await story.sql('SELECT count(DISTINCT id) FROM quarantine')).toEqual([[2]]);
});

test('whoever sends nothing but rejected events has to wait as others have', async () => {
  const many = Array.from({ length: 500 }, () => REJECTED);
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => reject(...many)));
  const decided = outcomes.filter(({ kind }) => kind === 'decided');
  expect(decided).toHaveLength(40);
  expect(outcomes.at(-1)).toMatchObject({ kind: 'busy' });
  expect(await counts()).toEqual({ received: 20_000, rejected: 20_000 });
});
