import { afterEach, expect, test } from 'vitest';
import { type Story, startStory } from '../../testing/story.ts';

let story: Story | undefined;
afterEach(async () => {
  expect(story?.reported).toEqual([]);
  await story?.end();
  story = undefined;
});

/** Waits until everybody was looked at. */
async function scored({ sql, send }: Story): Promise<void> {
  const building = async () => await sql('SELECT key FROM score WHERE profiles_done IS NOT NULL');
  while ((await building()).length > 0) await send();
}

test('a site of before scores were kept is given one, and its people are scored from the log', async () => {
  story = await startStory();
  await story.send({ userId: 'ann', name: 'Demo Requested' });
  await story.send({ userId: 'bob', name: 'Other' });
  story = await story.restart({ scored: true });
  await scored(story);
  const { checked, differing } = await story.audit();
  expect({ checked, differing }).toEqual({ checked: 2 * 4, differing: [] });
  const members = await story.sql(
    'SELECT count(*) FROM member WHERE segment = (SELECT key + 3 FROM score)',
  );
  expect(members).toEqual([[1]]);
});

test('a score is given once, whatever became of it', async () => {
  story = await startStory(undefined, undefined, { scored: true });
  const keys = await story.sql('SELECT key, version FROM score');
  story = await story.restart();
  expect(await story.sql('SELECT key, version FROM score')).toEqual(keys);
});

test('what was told of nobody before is told to nobody: a first model is no news', async () => {
  story = await startStory();
  await story.send({ userId: 'ann', name: 'Demo Requested' });
  story = await story.restart({ scored: true });
  await scored(story);
  await story.wait(1_000);
  await story.send();
  expect(story.delivered).toEqual([]);
});
