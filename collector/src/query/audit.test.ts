import { createClient } from '@libsql/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Story, startStory } from '../../testing/story.ts';

let story: Story;
beforeEach(async () => {
  story = await startStory();
});
afterEach(async () => {
  await story.end();
});

test('an audit finds the size that is not that of the members', async () => {
  await story.define('viewers', { did: 'page' });
  await story.built('viewers');
  await story.send({ anonymousId: 'a' }, { anonymousId: 'b' });
  expect((await story.audit()).sizes).toEqual({ checked: 1, differing: [] });
  await story.sql(
    'UPDATE member_count SET members = members + 1 WHERE bucket = (SELECT min(bucket) FROM member_count)',
  );
  expect((await story.audit()).sizes.differing).toEqual([
    { segment: 'viewers', size: 3, members: 2 },
  ]);
});

test('an audit finds the row that is missing and the one too many', async () => {
  await story.define('viewers', { did: 'page', where: { path: '/p' } });
  await story.built('viewers');
  await story.send({ anonymousId: 'a', path: '/p' }, { anonymousId: 'b', path: '/x' });
  expect(await story.audit()).toMatchObject({ checked: 2, different: 0 });

  const [file] = (await story.database.$client.execute('PRAGMA database_list')).rows;
  const vandal = createClient({ url: `file:${String(file?.file)}` });
  await vandal.execute(
    'UPDATE member SET profile = (SELECT max(id) FROM profile WHERE id NOT IN (SELECT profile FROM member)), bucket = (SELECT bucket FROM profile WHERE id NOT IN (SELECT profile FROM member))',
  );
  vandal.close();
  const { different, differing } = await story.audit();
  expect(different).toBe(2);
  expect(differing.map(({ member, recomputed }) => [member, recomputed]).toSorted()).toEqual([
    [false, true],
    [true, false],
  ]);
});
