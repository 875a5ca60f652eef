import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Story, startStory } from '../../testing/story.ts';
import type { Condition, Definition } from '../segments/definition.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';
import { listTrueMembers } from './members-then.ts';
import { planOf } from './replay.ts';
import { diff, preview } from './simulate.ts';

const DAY_MS = 86_400_000;
const SITE = 1;
const TEAM: Condition = {
  account: {
    did: 'page',
    where: { path: '/pricing' },
    distinct: 'person',
    times: 3,
    within: '14d',
  },
};
const definitionOf = (condition: Condition): Definition => ({
  ...{ id: 'tried', name: 'Tried', kind: 'implicit' },
  if: condition,
});

let story: Story;
beforeEach(async () => {
  story = await startStory();
});
afterEach(async () => {
  await story.end();
  expect(story.reported).toEqual([]);
});

const scene = () => ({ site: SITE, timeZone: 'UTC', nowMs: story.nowMs });
const at = (afterMs: number) => new Date(1_800_000_000_000 + afterMs).toISOString();
const group = (userId: string, groupId: string, traits = {}) =>
  story.send({ type: 'group', userId, groupId, traits });
/** Three people of one company look at prices, a second between any two. */
const team = async () => {
  for (const userId of ['a', 'b', 'c', 'd']) await group(userId, 'acme');
  await group('x', 'other');
  for (const userId of ['x', 'a', 'b', 'c']) {
    story.nowMs += 1_000;
    await story.send({ userId, path: '/pricing' });
  }
};

describe('a definition that asks companies, before it is saved', () => {
  test('tells who is in it, since when, until when, and what it rests on', async () => {
    await team();
    const told = await preview(story.database, definitionOf(TEAM), scene());
    expect(told).toMatchObject({ size: 4, people: 5 });
    expect(told).not.toHaveProperty('companiesLeftOut');
    expect(new Set(told.sample.map(({ userId }) => userId))).toEqual(new Set(['a', 'b', 'c', 'd']));
    for (const member of told.sample) {
      expect(member).toMatchObject({ enteredAt: at(4_000), leavesAt: at(14 * DAY_MS + 2_000) });
      expect(member.why).toHaveLength(3);
    }
    expect(told.days).toMatchObject([{ size: 4, entered: 4, left: 0 }]);
  });

  test('has a past of its own: who left the company left the segment', async () => {
    await team();
    story.nowMs += DAY_MS;
    await group('c', 'other');
    const told = await preview(story.database, definitionOf(TEAM), scene());
    expect(told).toMatchObject({ size: 0, days: [{ entered: 4 }, { left: 4, size: 0 }] });
  });

  test('is held against the one that is saved', async () => {
    await story.define('team', TEAM);
    await team();
    const current = { ...definitionOf(TEAM), id: 'team' };
    const proposed = { ...current, if: { account: 'plan', is: 'pro' } };
    await group('x', 'other', { plan: 'pro' });
    const told = await diff(story.database, { current, proposed }, scene());
    expect(told).toMatchObject({ enter: { count: 1 }, leave: { count: 4 }, stay: 0 });
    expect(told.enter.sample).toMatchObject([{ userId: 'x' }]);
  });

  test('answers its members', async () => {
    await team();
    const { segments } = await loadSiteDefinitions(story.database, SITE);
    const plan = planOf([definitionOf(TEAM)], 'UTC', segments);
    const asked = { site: SITE, plan, key: 1 };
    const now = await listTrueMembers(story.database, asked, story.nowMs, { limit: 10 });
    expect(now.data.map(({ leavesAt }) => leavesAt)).toEqual(
      Array(4).fill(at(14 * DAY_MS + 2_000)),
    );
    const before = await listTrueMembers(story.database, asked, story.nowMs - 1, { limit: 10 });
    expect(before.data).toEqual([]);
  });

  test('says so where a company did more than is read', async () => {
    await team();
    const effort = { peopleMax: 100, eventsMax: 6 };
    const told = await preview(story.database, definitionOf(TEAM), scene(), effort);
    expect(told.companiesLeftOut).toBe(1);
    const enough = { peopleMax: 100, eventsMax: 7 };
    const all = await preview(story.database, definitionOf(TEAM), scene(), enough);
    expect(all).not.toHaveProperty('companiesLeftOut');
  });
});
