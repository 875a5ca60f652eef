import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Story, startStory } from '../../testing/story.ts';
import type { Condition } from '../segments/definition.ts';

const TEAM: Condition = {
  account: { did: 'page', where: { path: '/pricing' }, distinct: 'person', times: 3 },
};

let story: Story;
beforeEach(async () => {
  story = await startStory();
});
afterEach(async () => {
  expect(story.reported).toEqual([]);
  await story.end();
});

const group = (userId: string, groupId: string, rest = {}) =>
  story.send({ type: 'group', userId, groupId, ...rest });

/** Makes the database one that was written before companies were kept, and opens it. */
async function openAsBefore(): Promise<void> {
  await story.wait(1);
  await story.sql('DELETE FROM account');
  await story.sql('DELETE FROM account_person');
  await story.sql(
    `UPDATE profile SET state = json_set(state, '$[9]', json('null')) WHERE "into" IS NULL`,
  );
  await story.sql("DELETE FROM meta WHERE name = 'done:regroup'");
  story = await story.restart();
}

async function regrouped(): Promise<void> {
  const done = "SELECT 1 FROM meta WHERE name = 'done:regroup'";
  while ((await story.sql(done)).length === 0) {
    if (story.reported.length > 0) throw story.reported[0];
    await story.send();
  }
}

const companies = () =>
  story.sql(`SELECT group_id, people, json_extract(state, '$[8]') FROM account ORDER BY group_id`);
const people = () =>
  story.sql(`SELECT group_id, user_id FROM account_person JOIN profile ON profile.id = profile
    ORDER BY group_id, user_id`);

test('people who were grouped before companies were kept are in theirs', async () => {
  for (const userId of ['a', 'b', 'c']) {
    await group(userId, 'acme', { traits: { plan: userId } });
    story.nowMs += 1_000;
    await story.send({ userId, path: '/pricing' });
  }
  await group('c', 'other', { atMs: story.nowMs - 10_000, traits: { plan: 'pro' } });
  await story.send({ type: 'group', anonymousId: 'd', groupId: 'other' });
  await story.send({ type: 'identify', userId: 'e', anonymousId: 'd' });
  const before = { companies: await companies(), people: await people() };
  expect(before.people).toEqual([
    ['acme', 'a'],
    ['acme', 'b'],
    ['acme', 'c'],
    ['other', 'e'],
  ]);

  await openAsBefore();
  await regrouped();
  expect({ companies: await companies(), people: await people() }).toEqual(before);
  await story.define('team', TEAM);
  await story.define('pro', { account: 'plan', is: 'pro' });
  await story.built('pro');
  expect(await story.members('team')).toEqual(['a', 'b', 'c']);
  expect(await story.members('pro')).toEqual(['e']);
  expect(await story.audit()).toMatchObject({ differing: [] });
});

test('whoever is heard of meanwhile is counted once, and nobody is told of old news', async () => {
  await story.define('team', TEAM);
  for (const userId of ['a', 'b', 'c']) {
    await group(userId, 'acme');
    await story.send({ userId, path: '/pricing' });
  }
  await openAsBefore();
  const told = async () => Number((await story.sql('SELECT count(*) FROM outbox'))[0]?.[0]);
  // This is taken in before the first step.
  await group('a', 'late', { atMs: story.nowMs - 5_000 });
  const toldBefore = await told();
  await regrouped();
  expect(await people()).toEqual([
    ['acme', 'a'],
    ['acme', 'b'],
    ['acme', 'c'],
  ]);
  expect(await story.members('team')).toEqual(['a', 'b', 'c']);
  expect(await story.audit()).toMatchObject({ differing: [] });
  expect(await told()).toBe(toldBefore);
  await group('a', 'acme');
  expect(await story.members('team')).toEqual(['a', 'b', 'c']);
});

test('it is done once for a database, in steps', async () => {
  const many = Array.from({ length: 450 }, (_, index) => `u${index}`);
  await story.send(...many.map((userId) => ({ type: 'group' as const, userId, groupId: 'acme' })));
  await openAsBefore();
  await regrouped();
  expect(await companies()).toMatchObject([['acme', 450, '[]']]);
  await story.sql('DELETE FROM account_person');
  story = await story.restart();
  await story.send();
  await story.send();
  expect(await people()).toEqual([]);
});
