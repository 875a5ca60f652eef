import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../event.ts';
import { bucketOf } from './bucket.ts';
import { bucketOfId, createIdMaker } from './own-id.ts';
import { type Identity, resolve, SPANS_MAX } from './resolve.ts';

const SITE = 7;

/** What a test says of an event. */
interface Told {
  readonly type?: Event['type'];
  /** userId */
  readonly u?: string;
  /** anonymousId */
  readonly a?: string;
  readonly previousId?: string;
  readonly atMs: number;
}

interface Person {
  readonly userId?: string;
  readonly parts: number;
}

/** Keeps what resolutions say, as the ledger does, and refuses what must never be said. */
function createWorld(partsMax = Number.POSITIVE_INFINITY) {
  const identities = new Map<string, Identity>();
  const people = new Map<number, Person>();
  const ownerOfPart = new Map<number, number>();
  const filed: { readonly told: Told; readonly part: number }[] = [];
  const ids = createIdMaker(0, 0);

  const take = (told: Told) => {
    const event = eventOf(told);
    const said = resolve(SITE, event, {
      identity: (kind, value) => identities.get(`${kind} ${value}`),
      hasRoom: (profile) => (people.get(profile)?.parts ?? 1) < partsMax,
      newId: ids.next,
    });
    for (const { id, userId } of said.created) {
      expect(people.has(id)).toBe(false);
      people.set(id, { parts: 1, ...(userId !== undefined && { userId }) });
      ownerOfPart.set(id, id);
    }
    for (const identity of said.identities) {
      identities.set(`${identity.kind} ${identity.value}`, identity);
    }
    for (const { part, joins } of said.linked) {
      if (joins) {
        expect(people.get(part), 'who is joined is somebody').toBeDefined();
        expect(people.get(part)?.userId, 'who is joined is nobody’s user').toBeUndefined();
        people.delete(part);
      } else expect(ownerOfPart.has(part), 'a new strand is nobody’s').toBe(false);
      ownerOfPart.set(part, said.profile);
      const into = people.get(said.profile);
      if (into) people.set(said.profile, { ...into, parts: into.parts + 1 });
    }
    filed.push({ told, part: said.part });
    return said;
  };
  /** Whose each event is by now: a user's id, or `#1`, `#2`, … for strangers. */
  const owners = (): readonly string[] => {
    const strangers = new Map<number, string>();
    return filed.map(({ part }) => {
      const owner = ownerOfPart.get(part) ?? Number.NaN;
      const { userId } = people.get(owner) ?? {};
      if (userId !== undefined) return userId;
      if (!strangers.has(owner)) strangers.set(owner, `#${strangers.size + 1}`);
      return strangers.get(owner) ?? '';
    });
  };
  return { take, owners, identities, people, ownerOfPart, filed };
}

function eventOf({ type = 'page', u, a, previousId, atMs }: Told): Event {
  return {
    ...{ messageId: '', type, atMs, receivedAtMs: atMs, flags: [] },
    ...{ properties: {}, context: {}, traits: {} },
    ...(u !== undefined && { userId: u }),
    ...(a !== undefined && { anonymousId: a }),
    ...(previousId !== undefined && { previousId }),
  };
}

const view = (atMs: number, a: string): Told => ({ a, atMs });
const named = (atMs: number, u: string, a: string): Told => ({ u, a, atMs });
const identify = (atMs: number, u: string, a: string): Told => ({ type: 'identify', u, a, atMs });
const alias = (atMs: number, u: string, previousId: string): Told => ({
  ...{ type: 'alias', u, previousId, atMs },
});

function check(story: readonly Told[], expected: readonly string[]): void {
  const world = createWorld();
  for (const told of story) world.take(told);
  expect(world.owners()).toEqual(expected);
}

describe('whose events they are, as they arrive', () => {
  test.each<[string, readonly Told[], readonly string[]]>([
    ['a stranger stays one person', [view(1, 'a'), view(2, 'a')], ['#1', '#1']],
    ['two devices are two strangers', [view(1, 'a'), view(2, 'b')], ['#1', '#2']],
    [
      'the first user takes over the past and what follows',
      [view(1, 'a'), identify(2, 'u', 'a'), view(3, 'a')],
      ['u', 'u', 'u'],
    ],
    [
      'any event that names both does so',
      [view(1, 'a'), { type: 'track', u: 'u', a: 'a', atMs: 2 }],
      ['u', 'u'],
    ],
    [
      'a user takes over every device that they are seen on',
      [view(1, 'a'), view(2, 'b'), identify(3, 'u', 'a'), identify(4, 'u', 'b'), view(5, 'b')],
      ['u', 'u', 'u', 'u', 'u'],
    ],
    [
      'a second user starts anew from that moment on',
      [view(1, 'a'), identify(2, 'u', 'a'), view(3, 'a'), identify(4, 'v', 'a'), view(5, 'a')],
      ['u', 'u', 'u', 'v', 'v'],
    ],
    [
      'what arrives late belongs to whoever had the device then',
      [identify(2, 'u', 'a'), identify(4, 'v', 'a'), view(5, 'a'), view(3, 'a'), view(1, 'a')],
      ['u', 'v', 'v', 'u', 'u'],
    ],
    [
      'the first user comes back',
      [identify(1, 'u', 'a'), identify(2, 'v', 'a'), identify(3, 'u', 'a'), view(4, 'a')],
      ['u', 'v', 'u', 'u'],
    ],
    [
      'a device that named its user and stops to is a stranger’s',
      [view(1, 'a'), named(2, 'u', 'a'), named(3, 'u', 'a'), view(4, 'a'), view(5, 'a')],
      ['u', 'u', 'u', '#1', '#1'],
    ],
    [
      'each logout is a new stranger’s',
      [named(1, 'u', 'a'), view(2, 'a'), named(3, 'u', 'a'), view(4, 'a')],
      ['u', '#1', 'u', '#2'],
    ],
    [
      'the next user does not take over the stranger in between',
      [named(1, 'u', 'a'), view(2, 'a'), identify(3, 'v', 'a'), view(4, 'a')],
      ['u', '#1', 'v', 'v'],
    ],
    [
      'an event from before the naming is the user’s, however late it comes',
      [named(3, 'u', 'a'), view(2, 'a'), view(4, 'a')],
      ['u', 'u', '#1'],
    ],
    [
      'the earliest naming counts, however late it comes',
      [named(5, 'u', 'a'), view(4, 'a'), named(3, 'u', 'a'), view(4, 'a')],
      ['u', 'u', 'u', '#1'],
    ],
    [
      'identify alone does not tell that the device names its user',
      [identify(1, 'u', 'a'), view(2, 'a'), identify(3, 'u', 'a'), view(4, 'a')],
      ['u', 'u', 'u', 'u'],
    ],
    [
      'a late event of the user before does not end the time of the user after',
      [named(1, 'u', 'a'), named(4, 'v', 'a'), named(2, 'u', 'a'), named(5, 'v', 'a')],
      ['u', 'v', 'u', 'v'],
    ],
    [
      'users without a device are people too',
      [
        { u: 'u', atMs: 1 },
        { u: 'v', atMs: 2 },
        { u: 'u', atMs: 3 },
      ],
      ['u', 'v', 'u'],
    ],
    ['one id for both is no device', [named(1, 'x', 'x'), view(2, 'x')], ['x', '#1']],
    ['an alias takes over a device', [view(1, 'a'), alias(2, 'u', 'a')], ['u', 'u']],
    [
      'an alias takes over nothing twice',
      [view(1, 'a'), alias(2, 'u', 'a'), alias(3, 'u', 'a')],
      ['u', 'u', 'u'],
    ],
    ['an alias to oneself is nothing', [view(1, 'u'), alias(2, 'u', 'u')], ['#1', 'u']],
    [
      'an alias of a known user joins nobody',
      [{ u: 'v', atMs: 1 }, alias(2, 'u', 'v'), { u: 'v', atMs: 3 }],
      ['v', 'u', 'v'],
    ],
    [
      'an alias of somebody’s device starts anew there',
      [identify(1, 'u', 'a'), view(2, 'a'), alias(3, 'v', 'a'), view(4, 'a')],
      ['u', 'u', 'v', 'v'],
    ],
    [
      'an alias that names two devices takes over both',
      [view(1, 'a'), view(1, 'b'), { ...alias(2, 'u', 'b'), a: 'a' }],
      ['u', 'u', 'u'],
    ],
    [
      'an alias does not tell that the device names its user',
      [view(1, 'a'), { ...alias(2, 'u', 'old'), a: 'a' }, view(3, 'a')],
      ['u', 'u', 'u'],
    ],
  ])('%s', (_, story, expected) => check(story, expected));
});

describe('what is known is not said again', () => {
  const NOTHING = { created: [], identities: [], linked: [] };

  test.each<[string, readonly Told[], Told]>([
    ['a stranger', [view(1, 'a')], view(2, 'a')],
    ['a user on their device', [named(1, 'u', 'a')], named(2, 'u', 'a')],
    ['a device that is silent about its user', [identify(1, 'u', 'a')], view(2, 'a')],
    ['a late view', [identify(1, 'u', 'a'), identify(3, 'v', 'a')], view(2, 'a')],
    [
      'a late event of a user whose time it was',
      [named(1, 'u', 'a'), named(9, 'v', 'a')],
      named(2, 'u', 'a'),
    ],
    [
      'a late event of a user who has logged out since',
      [named(1, 'u', 'a'), view(9, 'a')],
      named(2, 'u', 'a'),
    ],
  ])('%s', (_, story, last) => {
    const world = createWorld();
    for (const told of story) world.take(told);
    expect(world.take(last)).toMatchObject(NOTHING);
  });
});

describe('what grows has an end', () => {
  test('past the limit of ids a device stays apart from its user', () => {
    const world = createWorld(3);
    for (const a of ['a', 'b', 'c', 'd']) {
      world.take(view(1, a));
      world.take(identify(2, 'u', a));
      world.take(view(3, a));
    }
    const [u, stranger] = ['u', '#'];
    const expected = [u, u, u, u, u, u, `${stranger}1`, u, `${stranger}1`, `${stranger}2`, u];
    expect(world.owners()).toEqual([...expected, `${stranger}2`]);
  });

  test('a device remembers its first and its latest people', () => {
    const world = createWorld();
    const users = Array.from({ length: SPANS_MAX + 10 }, (_, index) => `u${index}`);
    for (const [index, user] of users.entries()) world.take(identify(10 * index, user, 'a'));
    const { spans } = world.identities.get('anonymous a') ?? { spans: [] };
    expect(spans).toHaveLength(SPANS_MAX);
    for (const index of [0, 11, 41]) world.take(view(10 * index + 5, 'a'));
    expect(world.owners().slice(-3)).toEqual(['u0', 'u11', 'u41']);
    // What was forgotten in between is credited to the first.
    world.take(view(55, 'a'));
    expect(world.owners().at(-1)).toBe('u0');
  });

  test('two users in turn on one device need no more than their turns', () => {
    const world = createWorld();
    world.take(named(0, 'u', 'a'));
    world.take(named(1_000, 'v', 'a'));
    for (let late = 1; late < 500; late += 1) world.take(named(late, 'u', 'a'));
    expect(world.identities.get('anonymous a')?.spans).toHaveLength(2);
  });
});

describe('whatever is told', () => {
  const told: fc.Arbitrary<Told> = fc
    .record({
      type: fc.constantFrom<Event['type']>('page', 'track', 'identify', 'alias', 'group'),
      u: fc.option(fc.constantFrom('u', 'v', 'w', 'a'), { nil: undefined }),
      a: fc.option(fc.constantFrom('a', 'b', 'u'), { nil: undefined }),
      previousId: fc.constantFrom('a', 'b', 'u', 'v'),
      atMs: fc.nat(40),
    })
    .filter(({ u, a }) => u !== undefined || a !== undefined)
    .filter(({ type, u }) => u !== undefined || (type !== 'identify' && type !== 'alias'))
    .map(({ type, u, a, previousId, atMs }) => ({
      ...{ type, atMs },
      ...(u !== undefined && { u }),
      ...(a !== undefined && { a }),
      ...(type === 'alias' && { previousId }),
    }));

  test('two known users are never one, and each keeps what names them', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 60 }), (story) => {
        const world = createWorld();
        for (const each of story) world.take(each);
        const users = [...world.people.values()].flatMap(({ userId }) => userId ?? []);
        expect(new Set(users)).toEqual(new Set(story.flatMap(({ u }) => u ?? [])));
        expect(users).toHaveLength(new Set(users).size);
        const owners = world.owners();
        story.forEach(({ u }, index) => {
          if (u !== undefined) expect(owners[index]).toBe(u);
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('every strand and every event lives in the bucket of its id', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 40 }), (story) => {
        const world = createWorld();
        for (const each of story) world.take(each);
        for (const { told, part } of world.filed) {
          expect(bucketOfId(part)).toBe(bucketOf(SITE, told.u ?? told.a ?? ''));
        }
        for (const { value, spans } of world.identities.values()) {
          expect(spans[0].fromMs).toBe(0);
          expect(spans.length).toBeLessThanOrEqual(SPANS_MAX);
          expect(spans).toEqual(spans.toSorted((a, b) => a.fromMs - b.fromMs));
          for (const span of spans) {
            expect(bucketOfId(span.part)).toBe(bucketOf(SITE, value));
            expect(world.ownerOfPart.get(span.part)).toBe(span.profile);
            expect(world.people.has(span.profile)).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
