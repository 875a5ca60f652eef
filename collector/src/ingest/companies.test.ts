import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Story, startStory } from '../../testing/story.ts';
import type { Condition } from '../segments/definition.ts';

const DAY_MS = 86_400_000;
const TEAM: Condition = {
  account: {
    did: 'page',
    where: { path: { glob: '/pricing*' } },
    distinct: 'person',
    times: 3,
    within: '14d',
  },
};

let story: Story;
beforeEach(async () => {
  story = await startStory();
});
afterEach(async () => {
  await story.end();
  expect(story.reported).toEqual([]);
});

const group = (userId: string, groupId: string, traits = {}) =>
  story.send({ type: 'group', userId, groupId, traits });

test('three people of one company enter with the third and lapse at the exact instant', async () => {
  await story.define('team', TEAM);
  for (const userId of ['a', 'b', 'c']) await group(userId, 'acme');
  await group('x', 'other');
  for (const userId of ['a', 'b', 'x']) {
    story.nowMs += 1_000;
    await story.send({ userId, path: '/pricing' });
  }
  expect(await story.members('team')).toEqual([]);
  story.nowMs += 1_000;
  await story.send({ userId: 'c', path: '/pricing' });
  expect(await story.members('team')).toEqual(['a', 'b', 'c']);
  expect(await story.log()).toEqual(['+4000 event', '+4000 event', '+4000 event']);
  await story.wait(14 * DAY_MS - 3_001);
  expect(await story.members('team')).toEqual(['a', 'b', 'c']);
  await story.wait(1);
  expect(await story.members('team')).toEqual([]);
  const left = 14 * DAY_MS + 1_000;
  expect((await story.log()).slice(3)).toEqual(Array(3).fill(`-${left} time`));
});

test('a trait of the company concerns all of its people, and time passes for it', async () => {
  await story.define('trial', { account: 'trial_ends', is: { next: '1d' } });
  await group('a', 'acme');
  await group('b', 'acme', { trial_ends: new Date(story.nowMs + 3 * DAY_MS).toISOString() });
  expect(await story.members('trial')).toEqual([]);
  await story.wait(2 * DAY_MS);
  expect(await story.members('trial')).toEqual(['a', 'b']);
  await group('b', 'acme', { trial_ends: 'never' });
  expect(await story.members('trial')).toEqual([]);
  await group('a', 'acme', { trial_ends: new Date(story.nowMs + 1_000).toISOString() });
  expect(await story.members('trial')).toEqual(['a', 'b']);
});

test('whoever moves takes what they did along', async () => {
  await story.define('team', TEAM);
  for (const userId of ['a', 'b', 'c']) {
    await group(userId, 'acme');
    await story.send({ userId, path: '/pricing' });
  }
  await group('y', 'other');
  await group('z', 'other');
  await story.send({ userId: 'y', path: '/pricing' }, { userId: 'z', path: '/pricing' });
  story.nowMs += 1_000;
  await group('c', 'other');
  expect(await story.members('team')).toEqual(['c', 'y', 'z']);
});

test('two devices that become one person count once', async () => {
  await story.define('team', TEAM);
  await story.send({ type: 'group', anonymousId: 'd', groupId: 'acme' });
  for (const userId of ['a', 'b']) await group(userId, 'acme');
  for (const userId of ['a', 'b']) await story.send({ userId, path: '/pricing' });
  await story.send({ anonymousId: 'd', path: '/pricing' });
  expect(await story.members('team')).toEqual(['a', 'b', 'd']);
  await story.send({ type: 'identify', userId: 'a', anonymousId: 'd' });
  expect(await story.members('team')).toEqual([]);
});

describe('at the owner’s word', () => {
  const idOf = async (id: string) => {
    const person = await story.person(id);
    if (person === undefined) throw new Error(`Nobody is ${id}`);
    return person.id;
  };
  const merge = async (into: string, from: string) =>
    await story.writer.mergePeople(1, await idOf(into), await idOf(from));
  const unmerge = async (id: string, value: string) =>
    await story.writer.unmergeIdentity(1, await idOf(id), value);
  const sizes = async () =>
    await story.sql('SELECT group_id, people FROM account ORDER BY group_id');

  beforeEach(async () => {
    await story.define('team', TEAM);
    for (const userId of ['a', 'b', 'c']) {
      await group(userId, 'acme');
      await story.send({ userId, path: '/pricing' });
    }
  });
  afterEach(async () => {
    expect(await story.audit()).toMatchObject({ differing: [] });
  });

  test('two people of a company count once, and twice again when they are taken apart', async () => {
    expect(await story.members('team')).toEqual(['a', 'b', 'c']);
    story.nowMs += 1_000;
    await merge('a', 'c');
    expect(await sizes()).toEqual([['acme', 2]]);
    expect(await story.members('team')).toEqual([]);
    story.nowMs += 1_000;
    expect(await unmerge('a', 'c')).toMatchObject({ kind: 'unmerged' });
    expect(await sizes()).toEqual([['acme', 3]]);
    expect(await story.members('team')).toEqual(['a', 'b', 'c']);
    expect((await story.log()).slice(-3)).toEqual(Array(3).fill('+2000 unmerge'));
  });

  test('whoever is merged is in the company named last, and both go back when taken apart', async () => {
    story.nowMs += 1_000;
    await group('x', 'other');
    for (const userId of ['x', 'y', 'z']) {
      await group(userId, 'other');
      await story.send({ userId, path: '/pricing' });
    }
    await merge('c', 'x');
    expect(await sizes()).toEqual([
      ['acme', 2],
      ['other', 3],
    ]);
    expect(await story.members('team')).toEqual(['c', 'y', 'z']);
    await unmerge('c', 'x');
    expect(await sizes()).toEqual([
      ['acme', 3],
      ['other', 3],
    ]);
    expect(await story.members('team')).toEqual(['a', 'b', 'c', 'x', 'y', 'z']);
  });

  test('a device takes the company along that it alone was put into', async () => {
    await story.send({ type: 'group', anonymousId: 'd', groupId: 'other' });
    await story.send({ type: 'identify', userId: 'a', anonymousId: 'd' });
    const joined = await sizes();
    await unmerge('a', 'd');
    expect({ joined, apart: await sizes() }).toEqual({
      joined: [
        ['acme', 2],
        ['other', 1],
      ],
      apart: [
        ['acme', 3],
        ['other', 1],
      ],
    });
  });
});

test('a condition that is new asks companies about all that their people did', async () => {
  for (const userId of ['a', 'b', 'c']) {
    await story.send({ userId, path: '/pricing' });
    await group(userId, 'acme');
  }
  await story.define('team', TEAM);
  await story.built('team');
  expect(await story.members('team')).toEqual(['a', 'b', 'c']);
});

test('of a company about which nothing is asked any more nothing comes due', async () => {
  await story.define('team', { account: { did: 'page', within: '14d' } });
  await group('a', 'acme');
  await story.send({ userId: 'a', path: '/pricing' });
  await story.define('team', { did: 'page' });
  await story.built('team');
  await story.wait(20 * DAY_MS);
  expect(await story.members('team')).toEqual(['a']);
  await story.define('team', { account: { did: 'page' } });
  await story.built('team');
  expect(await story.members('team')).toEqual(['a']);
  expect((await story.audit()).differing).toEqual([]);
});

test('people of a large company are told at once as well, with the instant of the change', async () => {
  await story.define('busy', { account: { did: 'Bought', within: '1h' } });
  const all = Array.from({ length: 230 }, (_, index) => `u${index}`);
  for (const userId of all) await group(userId, 'acme');
  story.nowMs += 1_000;
  await story.send({ userId: 'u0', name: 'Bought' });
  await story.wait(0);
  expect(await story.members('busy')).toHaveLength(230);
  await story.wait(3_600_000);
  expect(await story.members('busy')).toEqual([]);
  const log = await story.log();
  expect(log.filter((line) => line === '+1000 event')).toHaveLength(230);
  expect(log.filter((line) => line === '-3601000 time')).toHaveLength(230);
});

test('what reads a segment with a past is judged after it, also where it asks about a company', async () => {
  await story.define('here', { did: 'page', within: '3s' });
  await story.define('came', { segment: 'here', state: 'entered' });
  await story.define('both', { all: [{ segment: 'here' }, { account: { did: 'page' } }] });
  await group('a', 'acme');
  // In the very instant that is settled already, so that the past is gone through again.
  await story.send({ userId: 'a', path: '/' });
  expect(await story.members('both')).toEqual(['a']);
  expect(await story.audit()).toMatchObject({ differing: [] });
});
