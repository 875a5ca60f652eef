import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../src/event.ts';
import type { Identity } from '../src/identity/identity.ts';
import { bucketOfId, createIdMaker } from '../src/identity/own-id.ts';
import type { Profile } from '../src/identity/profile.ts';
import { newState, type State } from '../src/segments/state.ts';
import type { Changes, FiledEvent, Store } from '../src/store/store.ts';

/** A store with nothing in it, and how to be rid of it. */
export interface OpenedStore {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

export const NO_CHANGES: Changes = {
  ...{ messages: [], events: [], identities: [], identityLog: [], profiles: [] },
  ...{ absorbed: [], removed: [] },
  ...{ companies: [], joined: [], parted: [], marked: [] },
  ...{ entered: [], left: [], log: [], outbox: [], tick: 0 },
};

const ids = createIdMaker(0, 1_800_000_000_000);
const AT_MS = 1_800_000_000_000;

export function personOf(change: Partial<Profile> & { state?: Partial<State> } = {}): Profile {
  const id = change.id ?? ids.next((ids.tick() * 389) % 1024);
  const state: State = {
    ...newState(1, id),
    ...{ settledMs: AT_MS, firstSeenMs: AT_MS, lastSeenMs: AT_MS },
    ...change.state,
  };
  return { site: 1, anonymousIds: [], parts: [id], ...change, id, state: { ...state, self: id } };
}

export function dueAt(dueMs: number): Pick<Profile, 'state'> {
  const standings = { 5: { enteredMs: AT_MS, dueMs }, 6: { dueMs: dueMs + 1_000 } };
  return { state: { ...newState(1), settledMs: 0, firstSeenMs: 0, lastSeenMs: 0, standings } };
}

function eventOf(change: Partial<Event> = {}): Event {
  return {
    ...{ messageId: 'm', type: 'page', anonymousId: 'a', atMs: AT_MS, receivedAtMs: AT_MS },
    ...{ properties: {}, context: {}, traits: {}, flags: [] },
    ...change,
  };
}

/** Any text that the parser lets through. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('__proto__', 'constructor', '', ' ', '"\\\n', "'; --", '\u2028', '1', 'null'),
  )
  .map((any) => any.replaceAll('\0', ''));
/** Any number that the parser lets through; JSON has no negative zero. */
const number = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(2 ** 53, 2 ** 63, 1e21, 0.1 + 0.2, 5e-324, -1.5e300),
  )
  .map((any) => (any === 0 ? 0 : any));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 3 }).map(Object.fromEntries),
  ),
}));
const object = fc
  .array(fc.tuple(text, value), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries) as Event['properties']);
const instant = fc.nat({ max: 253_402_300_799_999 });
const event: fc.Arbitrary<Event> = fc.record(
  {
    ...{ messageId: text, atMs: instant, receivedAtMs: instant },
    type: fc.constantFrom('page', 'screen', 'track', 'identify', 'group', 'alias'),
    ...{ properties: object, context: object, traits: object },
    flags: fc.subarray(['clock_skew', 'truncated', 'no_message_id'] as const),
    ...{ name: text, userId: text, anonymousId: text, groupId: text, previousId: text },
    sessionId: text,
  },
  {
    requiredKeys: [
      ...(['messageId', 'atMs', 'receivedAtMs', 'type'] as const),
      ...(['properties', 'context', 'traits', 'flags'] as const),
    ],
  },
);
/** Any state that somebody can be left in after an event. */
export const state: fc.Arbitrary<State> = fc.record({
  ...{
    self: fc.constant(0),
    revision: fc.nat(),
    settledMs: instant,
    firstSeenMs: instant,
    lastSeenMs: instant,
  },
  known: fc.boolean(),
  lists: fc.dictionary(
    fc.stringMatching(/^[0-9a-z]{1,11}$/),
    fc.array(
      fc.oneof(
        fc.record({ atMs: instant, event: fc.nat() }),
        fc.record({ atMs: instant, event: fc.nat(), key: text }),
        fc.record({ atMs: instant, event: fc.nat(), value: fc.integer() }),
      ),
      { maxLength: 4 },
    ),
    { maxKeys: 3 },
  ),
  cuts: fc.constant({}),
  standings: fc.dictionary(
    fc.nat().map(String),
    fc.record(
      { enteredMs: instant, dueMs: instant, lastEnteredMs: instant, lastLeftMs: instant },
      { requiredKeys: [] },
    ),
    { maxKeys: 3 },
  ),
  traits: fc
    .array(fc.tuple(text, fc.record({ value, atMs: instant, messageId: text })), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries) as State['traits']),
});

/** What every {@link Store} must do. Run with each implementation. */
export function storeSuite(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const save = (changes: Partial<Changes>) =>
      store.tx((unit) => unit.save({ ...NO_CHANGES, ...changes }));
    const profiles = (...wanted: readonly number[]) => store.tx((unit) => unit.profiles(wanted));

    describe('a transaction', () => {
      test('answers with what its work answers', async () => {
        expect(await store.tx(async () => 'done')).toBe('done');
      });

      test('leaves all behind', async () => {
        const person = personOf();
        await save({
          profiles: [person],
          messages: [{ site: 1, messageId: 'm' }],
        });
        expect(await profiles(person.id)).toEqual([person]);
        const known = await store.tx((unit) => unit.knownMessages(1, ['m', 'n']));
        expect(known).toEqual(new Set(['m']));
      });

      test('sees what it has saved itself', async () => {
        const person = personOf();
        const seen = await store.tx(async (unit) => {
          await unit.save({ ...NO_CHANGES, profiles: [person] });
          return await unit.profiles([person.id]);
        });
        expect(seen).toEqual([person]);
      });

      test('that fails after saving leaves nothing, and the next one works', async () => {
        const person = personOf(dueAt(1));
        const filed = { id: ids.next(0), part: person.id, profile: person.id, site: 1 };
        const failing = store.tx(async (unit) => {
          await unit.save({
            ...NO_CHANGES,
            profiles: [person],
            messages: [{ site: 1, messageId: 'm' }],
            events: [{ ...filed, event: eventOf() }],
            identities: [{ site: 1, identity: identityOf('a', person.id) }],
            outbox: [{ id: ids.next(0), site: 1, payload: '{}' }],
          });
          throw new Error('on purpose');
        });
        await expect(failing).rejects.toThrow('on purpose');
        const left = await store.tx(async (unit) => ({
          people: await unit.profiles([person.id]),
          messages: await unit.knownMessages(1, ['m']),
          history: await unit.history([person.id]),
          identities: await unit.identities(1, [{ kind: 'anonymous', value: 'a' }]),
          nextDueMs: await unit.nextDueMs(),
          outbox: await unit.takeOutbox(1, 10),
        }));
        expect(left).toEqual({
          ...{ people: [], messages: new Set(), history: [], identities: [] },
          ...{ nextDueMs: undefined, outbox: [] },
        });
        await save({ profiles: [person] });
        expect(await profiles(person.id)).toHaveLength(1);
      });

      test('in which one row is refused saves none', async () => {
        const person = personOf();
        const messages = [{ site: 1, messageId: 'm' }];
        await save({ messages });
        await expect(save({ profiles: [person], messages })).rejects.toThrow();
        expect(await profiles(person.id)).toEqual([]);
      });
    });

    describe('a message', () => {
      test('is known for its site alone, and to the letter', async () => {
        await save({ messages: [{ site: 1, messageId: 'Ä' }] });
        const known = (site: number, ...wanted: string[]) =>
          store.tx((unit) => unit.knownMessages(site, wanted));
        expect(await known(1, 'Ä', 'ä', 'A', 'Ä ', 'Ä', '')).toEqual(new Set(['Ä']));
        expect(await known(2, 'Ä')).toEqual(new Set());
        expect(await known(1)).toEqual(new Set());
      });

      test('is known among as many as a group may hold', async () => {
        const all = Array.from({ length: 1_000 }, (_, index) => `m${index}`);
        await save({ messages: all.map((messageId) => ({ site: 1, messageId })) });
        const known = await store.tx((unit) => unit.knownMessages(1, [...all, 'new']));
        expect(known).toEqual(new Set(all));
      });
    });

    describe('what was saved is read back exactly', () => {
      test('events', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 5 }), async (events) => {
            const person = personOf();
            const filed = events.map(
              (of): FiledEvent => ({
                ...{ id: ids.next(bucketOfId(person.id)), part: person.id },
                ...{ profile: person.id, site: 1, event: of },
              }),
            );
            await save({ events: filed });
            const history = await store.tx((unit) => unit.history([person.id]));
            const read = new Map(history.map(([of, id]) => [id, of]));
            expect(read).toEqual(new Map(filed.map((each) => [each.id, each.event])));
          }),
          { numRuns: 60 },
        );
      });

      test('people', async () => {
        const person = fc
          .record(
            {
              ...{ state, userId: text, anonymousIds: fc.array(text), more: fc.nat(3) },
              otherUserIds: fc.array(text, { minLength: 1, maxLength: 3 }),
              emails: fc.array(text, { minLength: 1, maxLength: 3 }),
            },
            { requiredKeys: ['state', 'userId', 'anonymousIds', 'more'] },
          )
          .map(({ more, ...rest }) => {
            const id = ids.next(more);
            return personOf({
              ...rest,
              id,
              parts: [id, ...Array.from({ length: more }, () => ids.next(more))],
            });
          });
        await fc.assert(
          fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 3 }), async (people) => {
            await save({ profiles: people });
            const read = await profiles(...people.map(({ id }) => id));
            expect(new Map(read.map((each) => [each.id, each]))).toEqual(
              new Map(people.map((each) => [each.id, each])),
            );
          }),
          { numRuns: 60 },
        );
      });

      test('identities', async () => {
        const span = fc.record(
          {
            ...{ fromMs: instant, profile: fc.nat(), part: fc.nat() },
            ...{ namedMs: instant, boundMs: instant, apartMs: instant },
          },
          { requiredKeys: ['fromMs', 'profile', 'part'] },
        );
        const arbitrary = fc.record({
          kind: fc.constantFrom('user' as const, 'anonymous' as const, 'email' as const),
          value: text,
          spans: fc.tuple(span, span),
        });
        await fc.assert(
          fc.asyncProperty(arbitrary, async (identity) => {
            await save({ identities: [{ site: 1, identity }] });
            const { kind, value } = identity;
            const read = await store.tx((unit) => unit.identities(1, [{ kind, value }]));
            expect(read).toEqual([identity]);
          }),
          { numRuns: 60 },
        );
      });

      test('outgoing messages', async () => {
        await fc.assert(
          fc.asyncProperty(value, async (payload) => {
            const row = { id: ids.next(0), site: 3, payload: JSON.stringify(payload) };
            await save({ outbox: [row] });
            expect(await store.tx((unit) => unit.takeOutbox(0, 10))).toEqual([row]);
          }),
          { numRuns: 40 },
        );
      });
    });

    describe('an identity', () => {
      test('is one per site, kind and text; the later word counts', async () => {
        const [a, b] = [identityOf('x', 1), identityOf('x', 2)];
        const user: Identity = { ...identityOf('x', 3), kind: 'user' };
        await save({ identities: [{ site: 1, identity: a }] });
        await save({
          identities: [
            { site: 1, identity: b },
            { site: 1, identity: user },
          ],
        });
        const read = (site: number) =>
          store.tx((unit) =>
            unit.identities(site, [
              { kind: 'anonymous', value: 'x' },
              { kind: 'user', value: 'x' },
              { kind: 'user', value: 'y' },
            ]),
          );
        expect(new Set(await read(1))).toEqual(new Set([b, user]));
        expect(await read(2)).toEqual([]);
      });
    });

    describe('a person', () => {
      test('is changed in place: name, ids, state and due', async () => {
        const person = personOf(dueAt(10));
        await save({ profiles: [person] });
        const changed = personOf({
          ...{ id: person.id, userId: 'u', anonymousIds: ['a'] },
          parts: [person.id, ids.next(7)],
        });
        await save({ profiles: [changed] });
        expect(await profiles(person.id)).toEqual([changed]);
        expect(await store.tx((unit) => unit.nextDueMs())).toBeUndefined();
      });

      test('who was taken up by another is nobody any more and never due', async () => {
        const [into, from] = [personOf(), personOf(dueAt(10))];
        await save({ profiles: [into, from] });
        await save({ absorbed: [{ id: from.id, site: 1, into: into.id }] });
        expect(await profiles(into.id, from.id)).toEqual([into]);
        expect(await store.tx((unit) => unit.due(1_000, 10))).toEqual([]);
        const passed = await store.tx((unit) => unit.profilesAfter(1, 0, 10));
        expect(passed).toEqual([into]);
      });

      test('is among the members of a segment until they left it', async () => {
        const [one, other] = [personOf(), personOf()];
        const entry = ({ id: profile }: Profile, segment: number) => ({
          ...{ profile, segment, enteredAtMs: 1 },
        });
        await save({ profiles: [one, other], entered: [entry(one, 7), entry(other, 7)] });
        await save({ entered: [entry(one, -7)] });
        const members = (segment: number) => store.tx((unit) => unit.membersOf(segment));
        expect(new Set(await members(7))).toEqual(new Set([one.id, other.id]));
        expect(await members(-7)).toEqual([one.id]);
        await save({ left: [{ profile: one.id, segment: 7 }] });
        expect(await members(7)).toEqual([other.id]);
        expect(await members(8)).toEqual([]);
      });

      test('who was taken up and is somebody again is found and due', async () => {
        const [into, from] = [personOf(), personOf(dueAt(10))];
        await save({ profiles: [into, from] });
        await save({ absorbed: [{ id: from.id, site: 1, into: into.id }] });
        await save({ profiles: [from] });
        expect(await profiles(into.id, from.id)).toHaveLength(2);
        const due = await store.tx((unit) => unit.due(1_000, 10));
        expect(due).toEqual([from]);
      });

      test('who was removed is nobody, and their number is free', async () => {
        const [gone, stays] = [personOf(dueAt(10)), personOf()];
        await save({ profiles: [gone, stays] });
        await save({ removed: [gone.id] });
        expect(await profiles(gone.id, stays.id)).toEqual([stays]);
        expect(await store.tx((unit) => unit.nextDueMs())).toBeUndefined();
        await save({ profiles: [gone] });
        expect(await profiles(gone.id)).toEqual([gone]);
      });

      test('is not found twice, nor by a number that nobody has', async () => {
        const person = personOf();
        await save({ profiles: [person] });
        expect(await profiles(person.id, ids.next(1))).toEqual([person]);
        expect(await profiles()).toEqual([]);
      });
    });

    describe('histories', () => {
      test('of several strands come together, each event once', async () => {
        const parts = [ids.next(1), ids.next(2), ids.next(2)];
        const filed = parts.flatMap((part) =>
          [1, 2].map(
            (atMs): FiledEvent => ({
              ...{ id: ids.next(bucketOfId(part)), part, profile: part, site: 1 },
              event: eventOf({ atMs }),
            }),
          ),
        );
        await save({ events: filed });
        const idsOf = async (...wanted: readonly number[]) => {
          const history = await store.tx((unit) => unit.history(wanted));
          return new Set(history.map(([, id]) => id));
        };
        expect(await idsOf(...parts)).toEqual(new Set(filed.map(({ id }) => id)));
        const own = filed.filter(({ part }) => part === parts[1]).map(({ id }) => id);
        expect(await idsOf(parts[1] ?? 0)).toEqual(new Set(own));
        expect(await idsOf()).toEqual(new Set());
        expect(await idsOf(ids.next(1))).toEqual(new Set());
      });
    });

    describe('who is due', () => {
      const due = (nowMs: number, limit = 10) =>
        store.tx(async (unit) => (await unit.due(nowMs, limit)).map(({ id }) => id));

      test('is told the earliest first, up to and including now, across sites', async () => {
        const [late, early, never] = [
          personOf({ ...dueAt(30), site: 2 }),
          personOf(dueAt(10)),
          personOf(),
        ];
        const middle = personOf(dueAt(20));
        await save({ profiles: [late, early, never, middle] });
        expect(await store.tx((unit) => unit.nextDueMs())).toBe(10);
        expect(await due(9)).toEqual([]);
        expect(await due(10)).toEqual([early.id]);
        expect(await due(20)).toEqual([early.id, middle.id]);
        expect(await due(1_000)).toEqual([early.id, middle.id, late.id]);
        expect(await due(1_000, 2)).toEqual([early.id, middle.id]);
      });

      test('in the year 9999 or before 1970 is due then', async () => {
        await save({ profiles: [personOf(dueAt(253_402_300_799_999)), personOf(dueAt(-5))] });
        expect(await store.tx((unit) => unit.nextDueMs())).toBe(-5);
      });
    });

    test('who was seen before an instant is found, bucket by bucket, in steps of any size', async () => {
      const seenAt = (firstSeenMs: number, bucket: number) =>
        personOf({
          id: ids.next(bucket),
          state: { ...newState(1), settledMs: 0, lastSeenMs: 0, firstSeenMs },
        });
      const old = [seenAt(9, 0), seenAt(5, 2), seenAt(9, 2), seenAt(1, 3)];
      const others = [seenAt(10, 0), seenAt(11, 2), seenAt(5, 4)];
      const gone = seenAt(1, 1);
      await save({ profiles: [...old, ...others, gone] });
      await save({ absorbed: [{ id: gone.id, site: 1, into: others[0]?.id ?? 0 }] });
      for (const limit of [1, 3, 10]) {
        const found: Profile[] = [];
        for (let after = { bucket: 0, id: 0 }; ; ) {
          const stretch = { after, beforeBucket: 4 };
          const step = await store.tx((unit) => unit.seenBefore(10, stretch, limit));
          found.push(...step);
          const last = step.at(-1);
          if (last === undefined) break;
          after = { bucket: bucketOfId(last.id), id: last.id };
        }
        expect(found).toEqual(old);
      }
    });

    test('all people of a site are passed over once, in steps of any size', async () => {
      const own = Array.from({ length: 20 }, () => personOf());
      await save({ profiles: [...own, personOf({ site: 2 })] });
      for (const limit of [1, 7, 100]) {
        const passed: number[] = [];
        for (let after = 0; ; ) {
          const step = await store.tx((unit) => unit.profilesAfter(1, after, limit));
          passed.push(...step.map(({ id }) => id));
          const last = step.at(-1);
          if (last === undefined) break;
          after = last.id;
        }
        expect(passed).toHaveLength(20);
        expect(new Set(passed)).toEqual(new Set(own.map(({ id }) => id)));
      }
    });

    describe('outgoing messages', () => {
      const take = (limit = 10) =>
        store.tx(async (unit) => (await unit.takeOutbox(5, limit)).map(({ id }) => id));
      const put = async (count: number) => {
        // In many buckets, so that order of age and order of place differ.
        const rows = Array.from({ length: count }, (_, index) => ({
          ...{ id: ids.next((index * 389) % 1024), site: 1, payload: '{}' },
        }));
        await save({ outbox: rows });
        return rows.map(({ id }) => id);
      };

      test('are taken once, the oldest first', async () => {
        const rows = await put(12);
        expect(await take(5)).toEqual(rows.slice(0, 5));
        expect(await take(5)).toEqual(rows.slice(5, 10));
        const [young] = await put(1);
        expect(await take(5)).toEqual([...rows.slice(10), young]);
        expect(await take()).toEqual([]);
      });

      test('are not taken by a transaction that fails', async () => {
        const rows = await put(2);
        const failing = store.tx(async (unit) => {
          await unit.takeOutbox(5, 10);
          throw new Error('No room');
        });
        await expect(failing).rejects.toThrow('No room');
        expect(await take()).toEqual(rows);
      });
    });
  });
}

function identityOf(value: string, profile: number): Identity {
  return { kind: 'anonymous', value, spans: [{ fromMs: 0, profile, part: profile }] };
}
