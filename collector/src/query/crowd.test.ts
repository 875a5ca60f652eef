import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Story, startStory } from '../../testing/story.ts';
import { BUCKETS } from '../identity/bucket.ts';
import { bucketOfId } from '../identity/own-id.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';
import { passOver } from './crowd.ts';
import { forecast } from './forecast.ts';
import { countTrueMembers, listTrueMembers } from './members-then.ts';
import { planOf } from './replay.ts';
import { findStoredSegment } from './segments.ts';

const PEOPLE = 200;

let story: Story;
beforeEach(async () => {
  story = await startStory();
  const people = Array.from({ length: PEOPLE }, (_, index) => ({ anonymousId: `p${index}` }));
  await story.send(...people.map((each) => ({ ...each, path: '/p' })));
});
afterEach(async () => {
  await story.end();
});

const ASKED = {
  ...{ site: 1, key: 1 },
  plan: planOf([{ id: 's', name: 's', kind: 'implicit', if: { did: 'page' } }], 'UTC'),
};

describe('a site that is too large to be looked at whole', () => {
  test('is sampled by whole buckets, the same ones each time', async () => {
    const buckets: number[] = [];
    const all: number[] = [];
    const everybody = { peopleMax: PEOPLE, eventsMax: 10_000 };
    const note = (list: number[]) => (life: { readonly person: { readonly id: number } }) =>
      void list.push(bucketOfId(life.person.id));
    expect(await passOver(story.database, 1, note(all), everybody)).toBeUndefined();
    // Enough people are reached between two of the same bucket: it is looked at whole.
    const peopleMax = all.findIndex((bucket, index) => index >= 20 && bucket === all[index - 1]);
    const some = { peopleMax, eventsMax: 10_000 };
    const sampled = await passOver(story.database, 1, note(buckets), some);
    expect(sampled?.of).toBe(buckets.length);
    expect(buckets.length).toBeGreaterThan(peopleMax);
    const next = all[buckets.length] ?? BUCKETS;
    expect(sampled?.fraction).toBe(next / BUCKETS);
    expect(buckets).toEqual(all.filter((bucket) => bucket < next));
    expect(await passOver(story.database, 1, () => undefined, some)).toEqual(sampled);
  });

  test('is sampled too where few people did much', async () => {
    const effort = { peopleMax: PEOPLE, eventsMax: 30 };
    const { count, sampled } = await countTrueMembers(story.database, ASKED, story.nowMs, effort);
    expect(sampled?.of).toBe(count);
    expect(count).toBeGreaterThanOrEqual(30);
    expect(count).toBeLessThan(60);
  });

  test('is listed in pages that may hold few, and all of it in the end', async () => {
    const ids = new Set<string>();
    let pages = 0;
    for (let after: [number] | undefined; ; ) {
      const page = { limit: 500, ...(after && { after }) };
      const effort = { peopleMax: 30, eventsMax: 10_000 };
      const read = await listTrueMembers(story.database, ASKED, story.nowMs, page, effort);
      expect(read.scanned).toBeLessThanOrEqual(30);
      for (const { id } of read.data) ids.add(id);
      pages += 1;
      if (read.next === null) break;
      after = JSON.parse(Buffer.from(read.next, 'base64url').toString()) as [number];
    }
    expect([ids.size, pages]).toEqual([PEOPLE, 7]);
  });

  test('is forecast from a part of those who change', async () => {
    await story.define('week', { did: 'page', within: '3d' });
    await story.built('week');
    const definitions = await loadSiteDefinitions(story.database, 1);
    const segment = await findStoredSegment(story.database, 1, 'week');
    if (!definitions || !segment) throw new Error('Both were saved');
    const exact = await forecast(story.database, definitions, segment.key, story.nowMs);
    expect(exact).not.toHaveProperty('sampled');
    expect(exact.data.map(({ size }) => size)).toEqual([PEOPLE, PEOPLE, 0, 0, 0, 0, 0]);
    const part = await forecast(story.database, definitions, segment.key, story.nowMs, 50);
    expect(part.sampled?.fraction).toBe(0.25);
    expect(part.sampled?.of).toBeLessThan(PEOPLE / 2);
    expect(part.data[1]?.size).toBe(PEOPLE);
    expect(part.data[2]?.size).toBeLessThan(PEOPLE / 2);
  });
});
