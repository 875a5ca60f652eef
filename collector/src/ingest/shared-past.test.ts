import { afterEach, beforeEach, expect, test } from 'vitest';
import { START_MS, type Story, startStory } from '../../testing/story.ts';
import { COMPANY_PAST_MAX } from '../segments/company-limit.ts';
import type { Condition } from '../segments/definition.ts';

/** What depends on the past and asks about companies, through the real writer on a real file. */
let story: Story;
beforeEach(async () => {
  story = await startStory();
});
afterEach(async () => {
  expect(story.reported).toEqual([]);
  expect((await story.audit()).differing).toEqual([]);
  await story.end();
});

/** Two people of a company looked within ten seconds; whoever was in it stays until they sign up. */
const PAIR: Condition = { account: { did: 'page', distinct: 'person', times: 2, within: '10s' } };
const STAYS = { leaveIf: { did: 'Signed Up' } } as const;

const group = (userId: string, groupId = 'acme', atMs = story.nowMs) =>
  story.send({ type: 'group', userId, groupId, atMs });
const view = (userId: string, atMs = story.nowMs) => ({ userId, path: '/a', atMs });

async function groupInTurn(...userIds: readonly string[]): Promise<void> {
  for (const userId of userIds) {
    await group(userId);
    await story.wait(1_000);
  }
}

async function enteredMs(userId: string): Promise<readonly (number | undefined)[]> {
  const standings = Object.values((await story.person(userId))?.state.standings ?? {});
  return standings.map((standing) => standing.enteredMs);
}

test('a late event concerns all who were colleagues then, also who is none any more', async () => {
  await story.define('pair', PAIR, STAYS);
  await groupInTurn('a', 'b', 'c');
  await story.send(view('a'));
  await story.wait(60_000);
  await group('c', 'other');
  expect(await story.members('pair')).toEqual([]);
  await story.send(view('b', START_MS + 8_000));
  expect(await story.members('pair')).toEqual(['a', 'b', 'c']);
  for (const userId of ['a', 'b', 'c']) {
    expect(await enteredMs(userId)).toEqual([START_MS + 8_000]);
  }
  expect(new Set((await story.log()).map((row) => row.split(' ')[1]))).toEqual(new Set(['late']));
});

test('a late group call takes somebody out of what their colleagues did since', async () => {
  await story.define('pair', PAIR, STAYS);
  await groupInTurn('a', 'b');
  await story.send(view('a'));
  await story.wait(1_000);
  await story.send(view('b'));
  expect(await story.members('pair')).toEqual(['a', 'b']);
  await group('b', 'other', START_MS + 1_500);
  expect(await story.members('pair')).toEqual([]);
});

test('late events of one request are taken together', async () => {
  await story.define('pair', PAIR, STAYS);
  await groupInTurn('a', 'b');
  await story.wait(60_000);
  await story.send(
    view('b', START_MS + 5_000),
    view('a', START_MS + 4_000),
    { userId: 'a', name: 'Signed Up', atMs: START_MS + 20_000 },
    view('a'),
  );
  expect(await story.members('pair')).toEqual(['b']);
  expect(await enteredMs('b')).toEqual([START_MS + 5_000]);
});

test('two people who become one were never a pair, and always were one when taken apart', async () => {
  await story.define('pair', PAIR, STAYS);
  await groupInTurn('a', 'b', 'c');
  await story.send(view('a'));
  await story.wait(1_000);
  await story.send(view('b'));
  await story.wait(60_000);
  expect(await story.members('pair')).toEqual(['a', 'b', 'c']);
  const a = (await story.person('a'))?.id ?? 0;
  const b = (await story.person('b'))?.id ?? 0;
  await story.writer.mergePeople(1, a, b);
  expect(await story.members('pair')).toEqual([]);
  await story.writer.unmergeIdentity(1, a, 'b');
  expect(await story.members('pair')).toEqual(['a', 'b', 'c']);
});

test('without somebody who is erased there never was a pair', async () => {
  await story.define('pair', PAIR, STAYS);
  await groupInTurn('a', 'b', 'c');
  await story.send(view('a'));
  await story.wait(1_000);
  await story.send(view('b'));
  await story.wait(1_000);
  await group('c', 'other');
  await story.wait(60_000);
  expect(await story.members('pair')).toEqual(['a', 'b', 'c']);
  await story.writer.erasePerson(1, (await story.person('b'))?.id ?? 0);
  expect(await story.members('pair')).toEqual([]);
});

test('a definition begins with the past of the company', async () => {
  await groupInTurn('a', 'b');
  await story.send(view('a'));
  await story.wait(1_000);
  await story.send(view('b'));
  await story.wait(60_000);
  await story.define('pair', PAIR, STAYS);
  await story.built('pair');
  expect(await story.members('pair')).toEqual(['a', 'b']);
  expect(await enteredMs('a')).toEqual([START_MS + 3_000]);
});

test('a database from before companies were gone through again is put right once', async () => {
  await story.define('pair', PAIR, STAYS);
  await groupInTurn('a', 'b');
  await story.send(view('a'));
  await story.wait(60_000);
  await story.send(view('b'));
  // Nobody noticed that this had happened long before it came.
  await story.sql(
    `UPDATE event SET at = ${START_MS + 8_000} WHERE type = 'page' AND user_id = 'b'`,
  );
  await story.sql("DELETE FROM meta WHERE name = 'done:relive'");
  expect(await story.members('pair')).toEqual([]);
  await story.wait(1);
  story = await story.restart();
  await story.built('pair');
  expect(await story.members('pair')).toEqual(['a', 'b']);
  expect(await enteredMs('a')).toEqual([START_MS + 8_000]);
});

test('of a company that is too large the past stays as it was, and the audit passes it over', async () => {
  await story.define('pair', PAIR, STAYS);
  const people = Array.from({ length: COMPANY_PAST_MAX.people + 1 }, (_, each) => `p${each}`);
  await groupInTurn('a', 'b');
  const calls = people.map((userId) => ({ type: 'group' as const, userId, groupId: 'large' }));
  await story.send(...calls, view('p0'));
  await story.wait(60_000);
  expect((await story.audit()).checked).toBe(2);
  await story.send(view('p2'));
  await story.send(view('p1', story.nowMs - 55_000));
  expect(await story.members('pair')).toEqual([]);
  // As things stand it is judged nevertheless.
  await story.send(view('p3', story.nowMs - 1));
  await story.wait(1);
  expect(await story.size('pair')).toBe(people.length);
  expect((await story.audit()).checked).toBe(2);
});
