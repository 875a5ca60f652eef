import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Story, startStory, type Told } from '../../testing/story.ts';
import type { Identity } from '../identity/identity.ts';
import { namesOf, type Profile } from '../identity/profile.ts';
import type { Condition } from '../segments/definition.ts';
import { readIdentity, readProfile } from '../store/rows.ts';
import {
  event,
  identity,
  identityLog,
  member,
  memberCount,
  memberLog,
  profile,
} from '../store/schema.ts';

const SITE = 1;
const NUM_RUNS = Number(process.env.PROPERTY_RUNS ?? 60);

const DEFINITIONS = {
  twice: { did: 'page', times: 2, within: '20s' },
  pricing: { did: 'page', where: { path: '/pricing' } },
  quiet: { not: { did: 'page', where: { path: '/docs' }, within: '7s' } },
} as const satisfies Record<string, Condition>;

type Batch = readonly Told[];
type Step =
  | { readonly kind: 'send'; readonly batch: Batch }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'unmerge'; readonly person: string; readonly value: string };

const USERS = ['u', 'v', 'w'];
const DEVICES = ['a', 'b', 'c', 'd', 'e'];

interface Wish extends Told {
  readonly lateMs: number;
  readonly email?: string;
}

const optional = (values: readonly string[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined });
const told: fc.Arbitrary<Wish> = fc
  .record({
    type: fc.constantFrom('page' as const, 'page' as const, 'identify' as const, 'alias' as const),
    // Mostly strangers, so that users find somebody to take over.
    userId: fc.oneof(fc.constant(undefined), optional(USERS)),
    anonymousId: optional(DEVICES),
    previousId: fc.constantFrom(...DEVICES, ...USERS),
    email: optional(['e@x.org', 'f@x.org']),
    path: fc.constantFrom('/pricing', '/docs'),
    lateMs: fc.constantFrom(0, 0, 0, 3_000, 30_000),
  })
  .filter(({ userId, anonymousId }) => userId !== undefined || anonymousId !== undefined)
  .filter(({ type, userId }) => type !== 'alias' || userId !== undefined)
  .map(({ type, userId, anonymousId, previousId, email, path, lateMs }) => ({
    ...{ type, path, lateMs },
    ...(userId !== undefined && { userId }),
    ...(anonymousId !== undefined && { anonymousId }),
    ...(type === 'alias' && { previousId }),
    ...(type === 'identify' && email !== undefined && { email, traits: { email } }),
  }));

const step: fc.Arbitrary<Step | { readonly kind: 'wish'; readonly wishes: readonly Wish[] }> =
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('wish' as const),
        wishes: fc.array(told, { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(9_000) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('unmerge' as const),
        person: fc.constantFrom(...USERS, ...DEVICES),
        value: fc.constantFrom(...DEVICES),
      }),
    },
  );

interface World {
  readonly people: readonly Profile[];
  readonly identities: readonly Identity[];
  readonly events: readonly (typeof event.$inferSelect)[];
}

async function worldOf({ database }: Story): Promise<World> {
  const rows = await database.select().from(profile);
  return {
    people: rows
      .filter((row) => row.into === null)
      .map((row) => readProfile([row.id, row.site, row.userId, row.ids, row.state])),
    identities: (await database.select().from(identity)).map(({ kind, value, spans }) =>
      readIdentity([kind, value, spans]),
    ),
    events: await database.select().from(event),
  };
}

/** Every row that tells who is who and who is where. */
async function rowsOf({ database }: Story) {
  const tables = [event, identity, identityLog, member, memberCount, memberLog, profile];
  return await Promise.all(tables.map((table) => database.select().from(table)));
}

/** What holds of who is who whatever was sent. */
async function checkWorld(story: Story): Promise<void> {
  const { people, identities, events } = await worldOf(story);
  const ownerOf = new Map<number, Profile>();
  for (const person of people) {
    for (const part of person.parts) {
      expect(ownerOf.has(part), 'a strand belongs to one person').toBe(false);
      ownerOf.set(part, person);
    }
  }
  const rows = await story.database.select().from(profile);
  const leads = new Map(rows.map(({ id, into }) => [id, into ?? id]));
  for (const [part, owner] of ownerOf) {
    expect(leads.get(part), 'a strand leads to its owner at once').toBe(owner.id);
  }

  const users = people.flatMap(({ userId }) => userId ?? []);
  const named = new Set(events.flatMap(({ userId }) => userId ?? []));
  expect(users.toSorted(), 'nobody but the owner joins users').toEqual([...named].sort());
  for (const person of people) expect(person).not.toHaveProperty('otherUserIds');
  for (const { part, userId } of events) {
    expect(ownerOf.has(part), 'every event is somebody’s').toBe(true);
    if (userId !== null) expect(ownerOf.get(part)?.userId).toBe(userId);
  }

  const live = new Map(people.map((person) => [person.id, person]));
  for (const each of identities) {
    for (const { profile: credited, part, apartMs } of each.spans) {
      const person = live.get(credited);
      if (person === undefined) {
        expect(apartMs, 'who is nobody was split off with nothing').toBeDefined();
        expect(ownerOf.has(part)).toBe(false);
        continue;
      }
      if (each.kind !== 'email') expect(person.parts).toContain(part);
      const { kind, value } = each;
      expect(namesOf(person)).toContainEqual({ kind, value });
    }
  }
}

test('whatever is sent and taken back, who is who stays sound, and so do the segments', async () => {
  let splits = 0;
  let merged = 0;
  const stories = fc.tuple(fc.boolean(), fc.array(step, { minLength: 8, maxLength: 25 }));
  await fc.assert(
    fc.asyncProperty(stories, async ([byEmail, steps]) => {
      const story = await startStory();
      try {
        await story.writer.saveSite(SITE, { identifyByEmail: byEmail });
        for (const [id, condition] of Object.entries(DEFINITIONS))
          await story.define(id, condition);
        const sent: Batch[] = [];
        for (const each of steps) {
          if (each.kind === 'wait') await story.wait(each.ms);
          else if (each.kind === 'unmerge') {
            const person = await story.person(each.person);
            if (person === undefined) continue;
            const outcome = await story.writer.unmergeIdentity(SITE, person.id, each.value);
            if (outcome.kind === 'unmerged') splits += 1;
          } else if (each.kind === 'wish') {
            const batch = each.wishes.map(({ lateMs, email: _, ...rest }, index) => ({
              ...rest,
              messageId: `m${sent.length}-${index}`,
              atMs: story.nowMs - lateMs,
            }));
            sent.push(batch);
            await story.send(...batch);
          }
          await checkWorld(story);
        }
        await story.wait(0);
        expect(await story.audit()).toMatchObject({ differing: [] });
        for (const id of Object.keys(DEFINITIONS)) {
          expect(await story.size(id)).toBe((await story.members(id)).length);
        }
        const before = await rowsOf(story);
        for (const batch of sent) await story.send(...batch);
        expect(await rowsOf(story), 'the same again changes nothing').toEqual(before);
        const log = before[2] ?? [];
        merged += log.filter((row) => 'action' in row && row.action === 'merge').length;
        expect(story.reported).toEqual([]);
      } finally {
        await story.end();
      }
    }),
    { numRuns: NUM_RUNS },
  );
  // The stories are about something: usually there are ten times as many of both.
  expect(splits).toBeGreaterThan(NUM_RUNS / 20);
  expect(merged).toBeGreaterThan(NUM_RUNS / 20);
}, 300_000);

/** Whose each message is, by user id or by all the messages that are the same stranger's. */
async function ownersOf(story: Story): Promise<ReadonlyMap<string, string>> {
  const { people, events } = await worldOf(story);
  const ownerOf = new Map(people.flatMap((person) => person.parts.map((part) => [part, person])));
  const messages = new Map<number, string[]>();
  for (const { part, messageId } of events) {
    const id = ownerOf.get(part)?.id ?? Number.NaN;
    messages.set(id, [...(messages.get(id) ?? []), messageId].sort());
  }
  return new Map(
    events.map(({ part, messageId }) => {
      const person = ownerOf.get(part);
      const stranger = (person && messages.get(person.id)?.join(' ')) ?? '';
      return [messageId, person?.userId ?? stranger];
    }),
  );
}

/** Devices of which each belongs to one user at most, who is told by identify and alias. */
const OWNERS: Readonly<Record<string, string>> = { a: 'u', b: 'u', c: 'v' };
const fact = fc.record({
  kind: fc.constantFrom('view', 'view', 'identify', 'alias', 'user'),
  device: fc.constantFrom('a', 'b', 'c', 'd'),
  path: fc.constantFrom('/pricing', '/docs'),
  ageMs: fc.nat(25_000),
});

test('where each device has one user, the order of arrival does not matter', async () => {
  const facts = fc.array(fact, { minLength: 1, maxLength: 16 });
  const orders = facts.chain((all) => {
    const numbered = all.map((each, index) => ({ ...each, messageId: `m${index}` }));
    const shuffled = fc.shuffledSubarray(numbered, { minLength: all.length });
    return fc.tuple(fc.constant(numbered), shuffled);
  });
  await fc.assert(
    fc.asyncProperty(orders, async (both) => {
      const ends = [];
      for (const order of both) {
        const story = await startStory();
        try {
          for (const [id, condition] of Object.entries(DEFINITIONS)) {
            await story.define(id, condition);
          }
          const { nowMs } = story;
          for (const { kind, device, path, ageMs, messageId } of order) {
            const userId = OWNERS[device];
            const shared = { messageId, atMs: nowMs - ageMs, path };
            if (kind === 'view' || userId === undefined) {
              await story.send({ ...shared, anonymousId: device });
            } else if (kind === 'identify') {
              await story.send({ ...shared, type: 'identify', userId, anonymousId: device });
            } else if (kind === 'alias') {
              await story.send({ ...shared, type: 'alias', userId, previousId: device });
            } else await story.send({ ...shared, userId });
          }
          await story.wait(0);
          const members = [];
          for (const id of Object.keys(DEFINITIONS)) members.push(await story.members(id));
          ends.push({ owners: await ownersOf(story), members });
        } finally {
          await story.end();
        }
      }
      expect(ends[1]).toEqual(ends[0]);
    }),
    { numRuns: NUM_RUNS },
  );
}, 300_000);
