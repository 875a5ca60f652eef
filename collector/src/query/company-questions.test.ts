import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Story, startStory } from '../../testing/story.ts';
import { publicId } from '../identity/own-id.ts';
import type { Condition, Definition } from '../segments/definition.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';
import { forecast } from './forecast.ts';
import { listMembers } from './members.ts';
import { listTrueMembers } from './members-then.ts';
import { listNear } from './near.ts';
import { tellPeople } from './people.ts';
import { planOf } from './replay.ts';
import { findStoredSegment } from './segments.ts';
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

const scene = async () => ({
  ...(await loadSiteDefinitions(story.database, SITE)),
  nowMs: story.nowMs,
});
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

const segmentOf = async (id: string) => {
  const segment = await findStoredSegment(story.database, SITE, id);
  if (segment === undefined) throw new Error(`No segment ${id}`);
  return segment;
};
const LAPSES_MS = 14 * DAY_MS + 2_000;

describe('a definition that asks companies, before it is saved', () => {
  test('tells who is in it, since when, until when, and what it rests on', async () => {
    await team();
    const told = await preview(story.database, definitionOf(TEAM), await scene());
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
    const told = await preview(story.database, definitionOf(TEAM), await scene());
    expect(told).toMatchObject({ size: 0, days: [{ entered: 4 }, { left: 4, size: 0 }] });
  });

  test('is held against the one that is saved', async () => {
    await story.define('team', TEAM);
    await team();
    const current = { ...definitionOf(TEAM), id: 'team' };
    const proposed = { ...current, if: { account: 'plan', is: 'pro' } };
    await group('x', 'other', { plan: 'pro' });
    const told = await diff(story.database, { current, proposed }, await scene());
    expect(told).toMatchObject({ enter: { count: 1 }, leave: { count: 4 }, stay: 0 });
    expect(told.enter.sample).toMatchObject([{ userId: 'x' }]);
  });

  test('answers its members', async () => {
    await team();
    const { segments } = await loadSiteDefinitions(story.database, SITE);
    const plan = planOf([definitionOf(TEAM)], 'UTC', { segments });
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
    const told = await preview(story.database, definitionOf(TEAM), await scene(), effort);
    expect(told.companiesLeftOut).toBe(1);
    const enough = { peopleMax: 100, eventsMax: 7 };
    const all = await preview(story.database, definitionOf(TEAM), await scene(), enough);
    expect(all).not.toHaveProperty('companiesLeftOut');
  });
});

describe('a segment that asks companies', () => {
  beforeEach(async () => {
    await story.define('team', TEAM);
    await team();
  });

  test('says of its members when the company lapses, and they with it', async () => {
    const { key } = await segmentOf('team');
    const asked = { site: SITE, key };
    const page = await listMembers(story.database, asked, { limit: 10 }, story.nowMs);
    expect(page.data.map(({ leavesAt }) => leavesAt)).toEqual(Array(4).fill(at(LAPSES_MS)));
    const person = await story.person('d');
    if (person === undefined) throw new Error('They were sent');
    const [told] = await tellPeople(story.database, SITE, [person], story.nowMs);
    expect(told?.segments).toMatchObject([{ id: 'team', leavesAt: at(LAPSES_MS) }]);
    await story.wait(LAPSES_MS - 4_000 - 1);
    expect(await story.members('team')).toHaveLength(4);
    await story.wait(1);
    expect(await story.members('team')).toEqual([]);
  });

  test('shows who of the company did what', async () => {
    const told = await story.why('d', 'team');
    const idOf = async (id: string) => publicId('prf', (await story.person(id))?.id ?? 0);
    expect(told).toMatchObject({ member: true, changesAt: at(LAPSES_MS) });
    expect(told.tree).toMatchObject({
      ...{ op: 'account', true: true, count: 3, changesAt: at(LAPSES_MS) },
      evidence: [
        { words: 'Viewed /pricing', timestamp: at(4_000), profile: await idOf('c') },
        { words: 'Viewed /pricing', timestamp: at(3_000), profile: await idOf('b') },
        { words: 'Viewed /pricing', timestamp: at(2_000), profile: await idOf('a') },
      ],
    });
    const own = await story.why('c', 'team');
    expect(own.tree).toMatchObject({ evidence: [{}, {}, {}] });
    expect('evidence' in own.tree && own.tree.evidence[0]).not.toHaveProperty('profile');
    expect((await story.why('x', 'team')).tree).toMatchObject({
      ...{ true: false, count: 1, missing: '2 more people' },
    });
  });

  test('tells others which events brought it about', async () => {
    const rows = await story.sql('SELECT payload FROM outbox');
    const sent = rows.map(([payload]) => JSON.parse(String(payload)));
    const events = await story.sql("SELECT id FROM event WHERE type = 'page' ORDER BY id DESC");
    const ids = events.slice(0, 3).map(([id]) => publicId('evt', Number(id)));
    expect(sent).toHaveLength(4);
    for (const message of sent) expect(message).toMatchObject({ evidence: ids });
  });

  test('is near for people whose company lacks one more', async () => {
    await story.send({ type: 'group', userId: 'y', groupId: 'other' });
    const asked = { site: SITE, segment: await segmentOf('team') };
    const before = await listNear(story.database, asked, { limit: 10 }, story.nowMs);
    expect(before).toMatchObject({ data: [], totals: [] });
    await story.send({ userId: 'y', path: '/pricing' });
    const { data, totals } = await listNear(story.database, asked, { limit: 10 }, story.nowMs);
    const missing = 'One more person of the company: Viewed /pricing';
    expect(totals).toEqual([{ missing, people: 2 }]);
    expect(data.map(({ userId }) => userId).toSorted()).toEqual(['x', 'y']);
  });

  test('is forecast with what time brings to companies', async () => {
    const definitions = await loadSiteDefinitions(story.database, SITE);
    const { key } = await segmentOf('team');
    const sizes = async () =>
      (await forecast(story.database, definitions, key, story.nowMs)).data.map(({ size }) => size);
    expect(await sizes()).toEqual([4, 4, 4, 4, 4, 4, 4]);
    await story.wait(10 * DAY_MS);
    expect(await sizes()).toEqual([4, 4, 4, 0, 0, 0, 0]);
    const part = await forecast(story.database, definitions, key, story.nowMs, 1);
    expect(part.sampled?.fraction).toBe(0.25);
  });
});
