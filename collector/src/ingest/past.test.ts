import { afterEach, beforeEach, expect, test } from 'vitest';
import { START_MS, type Story, startStory } from '../../testing/story.ts';

/** What depends on the past, through the real writer on a real file: time is a number. */
let story: Story;
beforeEach(async () => {
  story = await startStory();
});
afterEach(async () => {
  expect(story.reported).toEqual([]);
  expect((await story.audit()).differing).toEqual([]);
  await story.end();
});

const order = (total: number, atMs = story.nowMs) => ({
  anonymousId: 'a',
  name: 'Order Completed',
  properties: { total },
  atMs,
});
const view = (path: string, atMs = story.nowMs) => ({ anonymousId: 'a', path, atMs });

test('somebody stays until what lets them leave is true, and not a moment longer', async () => {
  await story.define(
    'engaged',
    { did: 'page', within: '10s', times: 2 },
    {
      leaveIf: { not: { did: 'page', within: '1m' } },
    },
  );
  await story.send(view('/a'), view('/b'));
  expect(await story.members('engaged')).toEqual(['a']);
  await story.wait(30_000);
  expect(await story.members('engaged')).toEqual(['a']);
  await story.wait(30_000);
  expect(await story.members('engaged')).toEqual([]);
  expect(await story.log()).toEqual(['+0 event', '-60000 time']);
});

test('an event that comes late changes what would have been, as if it had come in time', async () => {
  await story.define(
    'engaged',
    { did: 'page', within: '10s', times: 2 },
    {
      leaveIf: { did: 'Signed Up' },
    },
  );
  await story.send(view('/a'));
  await story.wait(60_000);
  await story.send({ anonymousId: 'a', name: 'Scrolled' });
  expect(await story.members('engaged')).toEqual([]);
  // Nine seconds after the first view, heard of a minute later.
  await story.send(view('/b', START_MS + 9_000));
  expect(await story.members('engaged')).toEqual(['a']);
  const standings = Object.values((await story.person('a'))?.state.standings ?? {});
  expect(standings).toEqual([{ enteredMs: START_MS + 9_000 }]);
  // And the sign-up that had already happened by then ends it again.
  await story.send({ anonymousId: 'a', name: 'Signed Up', atMs: START_MS + 20_000 });
  expect(await story.members('engaged')).toEqual([]);
  expect(await story.log()).toEqual(['+60000 late', '-60000 late']);
});

test('nobody leaves before their stay is over', async () => {
  await story.define('guests', { did: 'page', within: '2s' }, { minStay: '10s' });
  await story.send(view('/a'));
  await story.wait(9_999);
  expect(await story.members('guests')).toEqual(['a']);
  await story.wait(1);
  expect(await story.log()).toEqual(['+0 event', '-10000 time']);
});

test('a segment reads another, and when somebody entered and left it', async () => {
  await story.define('readers', { did: 'page', within: '10s' });
  await story.define('others', { segment: 'readers', state: 'out' });
  await story.define('fresh', { segment: 'readers', state: 'entered', within: '3s' });
  await story.define('lost', { segment: 'readers', state: 'left', within: '5s' });
  await story.define('once', { segment: 'readers', state: 'ever' });
  await story.send(view('/a'));
  const all = async () => {
    const ids = ['readers', 'others', 'fresh', 'lost', 'once'];
    const members = await Promise.all(ids.map((id) => story.members(id)));
    return ids.filter((_, index) => members[index]?.length === 1);
  };
  expect(await all()).toEqual(['readers', 'fresh', 'once']);
  await story.wait(3_000);
  expect(await all()).toEqual(['readers', 'once']);
  await story.wait(7_000);
  expect(await all()).toEqual(['others', 'lost', 'once']);
  await story.wait(5_000);
  expect(await all()).toEqual(['others', 'once']);
});

test('what a late event made true for a while counts for those who remember it', async () => {
  await story.define('readers', { did: 'page', within: '3s' });
  await story.define('readers-once', { segment: 'readers' }, { leaveIf: { did: 'Signed Up' } });
  await story.send({ anonymousId: 'a', name: 'Scrolled', atMs: START_MS - 20_000 });
  await story.send({ anonymousId: 'a', name: 'Scrolled' });
  await story.send(view('/a', START_MS - 10_000));
  expect(await story.members('readers')).toEqual([]);
  expect(await story.members('readers-once')).toEqual(['a']);
});

test('two who turn out to be one have lived one life', async () => {
  await story.define(
    'engaged',
    { did: 'page', within: '10s', times: 2 },
    {
      leaveIf: { did: 'Signed Up' },
    },
  );
  await story.send(view('/a'), { ...view('/b'), anonymousId: 'b' });
  await story.wait(60_000);
  await story.send(
    { type: 'identify', anonymousId: 'a', userId: 'ada' },
    { type: 'identify', anonymousId: 'b', userId: 'ada' },
  );
  // Together they saw two pages within ten seconds, a minute ago, and nothing has ended it since.
  expect(await story.members('engaged')).toEqual(['ada']);
});

test('what was too long to keep is read from the log when it is needed', async () => {
  await story.define('big-spenders', {
    did: 'Order Completed',
    sum: 'total',
    within: '1d',
    is: { gte: 1_100 },
  });
  const orders = Array.from({ length: 1_099 }, (_, index) => order(1, START_MS - 2_000 + index));
  for (let from = 0; from < orders.length; from += 500) {
    await story.send(...orders.slice(from, from + 500));
  }
  expect((await story.person('a'))?.state.cuts).not.toEqual({});
  expect(await story.members('big-spenders')).toEqual([]);
  await story.send(order(1));
  expect(await story.members('big-spenders')).toEqual(['a']);
  // The very first order leaves the window a day after it was made.
  await story.wait(86_400_000 - 2_001);
  expect(await story.members('big-spenders')).toEqual(['a']);
  await story.wait(1);
  expect(await story.members('big-spenders')).toEqual([]);
});
