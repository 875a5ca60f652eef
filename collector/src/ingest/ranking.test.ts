import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readyMade } from '../../testing/deeds.ts';
import { type Story, startStory } from '../../testing/story.ts';
import type { SegmentMessage } from '../query/answers.ts';
import { diff, preview } from '../query/simulate.ts';
import type { Definition, Ranking } from '../segments/definition.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';

const MINUTE_MS = 60_000;
/** More than it takes to rank a few people for two segments. */
const STEPS = 12;

let story: Story;
beforeEach(async () => {
  story = await startStory(undefined, undefined, { scored: true });
});
afterEach(async () => {
  expect(story.reported).toEqual([]);
  expect((await story.audit()).differing).toEqual([]);
  await story.end();
});

const SCORED = { not: { score: 'lead', none: true } } as const;
const byValue: Ranking['by'] = { score: 'lead', what: 'value' };

async function define(top: Ranking, rest: Partial<Definition> = {}): Promise<void> {
  await story.define('first', SCORED, { top, ...rest });
  await story.built('first');
}

/** Somebody who has so many points from searches: 3 each, 15 at most. */
async function search(userId: string, times: number): Promise<void> {
  const searched = { userId, name: 'Site Searched' };
  await story.send(...Array.from({ length: times }, () => searched));
}

/** Lets time pass, and the writer rank people, which it does between other requests. */
async function pass(ms: number): Promise<void> {
  await story.wait(ms);
  for (let turn = 0; turn < STEPS; turn += 1) await story.send();
}

const members = () => story.members('first');

describe('a segment that ranks people', () => {
  test('keeps the first of those who fulfil its condition, and looks again every minute', async () => {
    await define({ by: byValue, n: 2 });
    await search('a', 1);
    await search('b', 2);
    await search('c', 3);
    expect(await members()).toEqual([]);
    await pass(MINUTE_MS);
    expect(await members()).toEqual(['b', 'c']);
    await search('a', 4);
    expect(await members()).toEqual(['b', 'c']);
    await pass(MINUTE_MS - 1);
    expect(await members()).toEqual(['b', 'c']);
    await pass(1);
    expect(await members()).toEqual(['a', 'c']);
    expect(await story.size('first')).toBe(2);
  });

  test('keeps a share, rounded up', async () => {
    await define({ by: byValue, percent: 30 });
    for (const [place, who] of ['a', 'b', 'c', 'd'].entries()) await search(who, place + 1);
    await pass(MINUTE_MS);
    expect(await members()).toEqual(['c', 'd']);
  });

  test('of equals keeps who was here first', async () => {
    await define({ by: byValue, n: 1 });
    await search('late', 1);
    await search('later', 1);
    await pass(MINUTE_MS);
    expect(await members()).toEqual(['late']);
  });

  test('is left at once by who fulfils its condition no longer', async () => {
    await story.define(
      'first',
      { all: [SCORED, { not: { did: 'Unsubscribed' } }] },
      { top: { by: byValue, n: 2 } },
    );
    await search('a', 2);
    await search('b', 1);
    await pass(MINUTE_MS);
    expect(await members()).toEqual(['a', 'b']);
    await story.send({ userId: 'a', name: 'Unsubscribed' });
    expect(await members()).toEqual(['b']);
  });

  test('orders by the rise within a time, and by the peak', async () => {
    await search('before', 5);
    await story.wait(40 * 86_400_000);
    await search('now', 2);
    await story.define('first', SCORED, {
      top: { by: { score: 'lead', what: 'rise', within: '30d' }, n: 1 },
    });
    await story.define('peaked', SCORED, {
      top: { by: { score: 'lead', what: 'peak', within: '60d' }, n: 1 },
    });
    await pass(MINUTE_MS);
    expect(await members()).toEqual(['now']);
    expect(await story.members('peaked')).toEqual(['before']);
  });

  test('tells of its own entries and leaves alone, and why', async () => {
    await define({ by: byValue, n: 1 });
    await search('a', 1);
    await pass(MINUTE_MS);
    await search('b', 2);
    await pass(MINUTE_MS);
    await story.wait(1_000);
    const messages = story.delivered
      .map(({ payload }) => JSON.parse(payload) as SegmentMessage)
      .filter(({ type }) => type.startsWith('segment.'));
    expect(messages.map(({ type, cause, profile }) => [type, cause, profile.userId])).toEqual([
      ['segment.entered', 'rank', 'a'],
      ['segment.left', 'rank', 'a'],
      ['segment.entered', 'rank', 'b'],
    ]);
  });

  test('is read by others, who follow it', async () => {
    await define({ by: byValue, n: 1 });
    await story.define('others', { all: [SCORED, { segment: 'first', state: 'out' }] });
    await story.define('once', { segment: 'first', state: 'ever' });
    await search('a', 1);
    await pass(MINUTE_MS);
    await search('b', 2);
    expect(await story.members('others')).toEqual(['b']);
    await pass(MINUTE_MS);
    expect(await story.members('others')).toEqual(['a']);
    expect(await story.members('once')).toEqual(['a', 'b']);
  });

  test.each(['rising-leads', 'peaked-leads'])('%s keeps one of ten', async (id) => {
    const { id: made, if: condition, ...rest } = readyMade(id);
    await story.define(made, condition, rest);
    for (let n = 0; n < 10; n += 1) {
      await story.send(
        { userId: `p${n}`, name: 'Demo Requested' },
        { userId: `p${n}`, name: 'Signed Up' },
      );
    }
    await story.send({ userId: 'p7', path: '/pricing', sessionId: '1' });
    await pass(MINUTE_MS);
    expect(await story.members(id)).toEqual(['p7']);
  });

  test('is tried out before it is saved: who would be among the first now', async () => {
    for (const [place, who] of ['a', 'b', 'c'].entries()) await search(who, place + 1);
    const scene = { ...(await loadSiteDefinitions(story.database, 1)), nowMs: story.nowMs };
    const all = { id: 'first', name: 'First', kind: 'implicit', if: SCORED } as const;
    const two = { ...all, top: { by: byValue, n: 2 } };
    const told = await preview(story.database, two, scene);
    expect(told).toMatchObject({ size: 2, people: 3, days: [] });
    expect(told.sample.map(({ userId }) => userId)).toEqual(['c', 'b']);
    expect(told.warnings.map(({ pointer }) => pointer)).toEqual(['/top']);
    const change = await diff(story.database, { current: all, proposed: two }, scene);
    expect(change).toMatchObject({ enter: { count: 0 }, leave: { count: 1 }, stay: 2 });
    expect(change.leave.sample.map(({ userId }) => userId)).toEqual(['a']);
  });

  test('goes on after a restart, and keeps nobody when it ranks no more', async () => {
    await define({ by: byValue, n: 1 });
    await search('a', 1);
    await search('b', 2);
    await pass(MINUTE_MS);
    story = await story.restart();
    await search('a', 5);
    await pass(MINUTE_MS);
    expect(await members()).toEqual(['a']);
    await story.define('first', SCORED);
    await story.built('first');
    expect(await members()).toEqual(['a', 'b']);
    expect(await story.sql('SELECT count(*) FROM member')).toEqual([[4]]);
    await story.writer.deleteSegment(1, 'first');
    expect(await story.sql('SELECT count(*) FROM member')).toEqual([[2]]);
  });
});
