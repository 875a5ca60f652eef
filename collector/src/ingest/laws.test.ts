import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  factsOf,
  LAW_END_MS,
  LAW_SEGMENTS,
  LAW_START_MS,
  type LawDeed,
  lawDeeds,
} from '../../testing/laws.ts';
import { type Story, startStory, type Told } from '../../testing/story.ts';

/** Each run writes hundreds of times and waits for the disk. A smaller example would take minutes. */
const RUNS = { numRuns: 2, endOnFailure: true, ...(process.env.INKLING_MUTANT && { seed: 7 }) };
const PEOPLE = 5;

/** Some of what people say of themselves is by a user id, so that they are joined. */
function toldOf(deed: LawDeed, index: number): Told {
  const { person, session, name } = deed;
  const isUser = name === 'identify' && session === 3;
  return {
    ...{ messageId: `m${index}`, anonymousId: `a${person}` },
    ...(isUser && { userId: `u${person % 3}` }),
    ...factsOf(deed),
  };
}

/** What a collector says in the end to whom all of this was told in its own way. */
/** @param tell - Answers the story as it goes on. */
async function outcomeOf(tell: (story: Story) => Promise<Story>) {
  let story = await startStory(undefined, LAW_START_MS);
  try {
    for (const { id, if: condition, ...rest } of LAW_SEGMENTS) {
      await story.define(id, condition, rest);
    }
    await story.built(LAW_SEGMENTS.at(-1)?.id ?? '');
    story = await tell(story);
    await story.wait(LAW_END_MS - story.nowMs);
    const members: Record<string, unknown> = {};
    for (const { id } of LAW_SEGMENTS) {
      members[id] = [await story.members(id), await story.size(id)];
    }
    expect(story.reported).toEqual([]);
    expect(await story.audit()).toMatchObject({ different: 0 });
    const changes = await story.sql(CHANGES);
    const [events] = await story.sql('SELECT count(*) FROM event');
    return { members, events, changes };
  } finally {
    await story.end();
  }
}

/** Every change of a membership, told without our own numbers. */
const CHANGES = `
  SELECT segment.id, direction, effective_at, cause, profile.user_id, json_extract(ids, '$[0]')
  FROM member_log JOIN segment ON segment.key = member_log.segment
  JOIN profile ON profile.id = coalesce(
    (SELECT "into" FROM profile WHERE id = member_log.profile), member_log.profile)
  ORDER BY 3, 1, 5, 6, 2, 4`;

function inOrder(deeds: readonly LawDeed[]): readonly LawDeed[] {
  return deeds.toSorted((a, b) => a.atMs - b.atMs);
}

test('a batch of 1 = a batch of 500', async () => {
  await fc.assert(
    fc.asyncProperty(lawDeeds(500, PEOPLE), async (deeds) => {
      // Each in an instant of its own, which is no window's edge either: of two things that happen at
      // once it matters whether they are told at once.
      const told = inOrder(deeds).map((deed, index) =>
        toldOf({ ...deed, atMs: deed.atMs + index }, index),
      );
      const alone = await outcomeOf(async (story) => {
        for (const each of told) {
          story.nowMs = each.atMs ?? story.nowMs;
          await story.send(each);
        }
        return story;
      });
      const together = await outcomeOf(async (story) => {
        story.nowMs = told.at(-1)?.atMs ?? story.nowMs;
        await story.send(...told);
        return story;
      });
      expect(together).toEqual(alone);
    }),
    RUNS,
  );
});

test('everything twice = once, told again at once, later and after a restart', async () => {
  await fc.assert(
    fc.asyncProperty(lawDeeds(100, PEOPLE), async (deeds) => {
      const told = inOrder(deeds).map(toldOf);
      const endMs = told.at(-1)?.atMs ?? LAW_START_MS;
      const once = await outcomeOf(async (story) => {
        story.nowMs = endMs;
        await story.send(...told);
        return story;
      });
      const twice = await outcomeOf(async (story) => {
        story.nowMs = endMs;
        await story.send(...told, ...told.slice(0, 50));
        await story.send(...told);
        const restarted = await story.restart();
        await restarted.send(...told);
        return restarted;
      });
      expect(twice).toEqual(once);
    }),
    RUNS,
  );
});

test('shuffled = sorted, in batches of any size', async () => {
  const shuffled = lawDeeds(100, PEOPLE).chain((deeds) =>
    fc.record({
      deeds: fc.constant(deeds),
      order: fc.shuffledSubarray([...deeds.keys()], { minLength: deeds.length }),
      size: fc.integer({ min: 1, max: 30 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ deeds, order, size }) => {
      // Who somebody is by their user id depends on what came first; who is in a segment does not.
      const all = inOrder(deeds)
        .map(toldOf)
        .map(({ userId: _, ...each }): Told => each);
      const endMs = all.at(-1)?.atMs ?? LAW_START_MS;
      const tell = (batches: readonly (readonly Told[])[]) => async (story: Story) => {
        story.nowMs = endMs;
        for (const batch of batches) await story.send(...batch);
        return story;
      };
      const mixed = order.flatMap((index) => all.slice(index, index + 1));
      const batches = Array.from({ length: Math.ceil(mixed.length / size) }, (_, index) =>
        mixed.slice(index * size, (index + 1) * size),
      );
      const sorted = await outcomeOf(tell([all]));
      const unsorted = await outcomeOf(tell(batches));
      expect(unsorted.members).toEqual(sorted.members);
      expect(unsorted.events).toEqual(sorted.events);
    }),
    RUNS,
  );
});
