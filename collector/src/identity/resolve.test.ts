import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../event.ts';
import { bucketOf } from './bucket.ts';
import { creditTo, type Identity, SPANS_MAX, textOfId } from './identity.ts';
import { bucketOfId, createIdMaker } from './own-id.ts';
import { resolve } from './resolve.ts';

const SITE = 7;

/** What a test says of an event. */
interface Told {
  readonly type?: Event['type'];
  /** userId */
  readonly u?: string;
  /** anonymousId */
  readonly a?: string;
  readonly previousId?: string;
  readonly email?: string;
  readonly atMs: number;
}

interface Person {
  readonly userId?: string;
  readonly size: number;
}

/** Keeps what resolutions say, as the ledger does, and refuses what must never be said. */
function createWorld(idsMax = Number.POSITIVE_INFINITY) {
  const identities = new Map<string, Identity>();
  const people = new Map<number, Person>();
  const ownerOfPart = new Map<number, number>();
  const filed: { readonly told: Told; readonly part: number }[] = [];
  const ids = createIdMaker(0, 0);

  const take = (told: Told) => {
    const event = eventOf(told);
    const known = {
      identity: (kind: Identity['kind'], value: string) =>
        identities.get(textOfId({ kind, value })),
      person: (profile: number) => {
        const person = people.get(profile);
        return person && { isUser: person.userId !== undefined, size: person.size };
      },
      ...{ newId: ids.next, idsMax },
    };
    const said = resolve(SITE, event, known, told.email);
    for (const { id, userId } of said.created) {
      expect(people.has(id)).toBe(false);
      people.set(id, { size: 1, ...(userId !== undefined && { userId }) });
      ownerOfPart.set(id, id);
    }
    for (const identity of said.identities) identities.set(textOfId(identity), identity);
    const grow = (by: number) => {
      const into = people.get(said.profile);
      if (into) people.set(said.profile, { ...into, size: into.size + by });
    };
    for (const { part } of said.linked) {
      grow(1);
      if (part === undefined) continue;
      expect(ownerOfPart.has(part), 'a new strand is nobody’s').toBe(false);
      ownerOfPart.set(part, said.profile);
    }
    for (const { profile } of said.joined) {
      const from = people.get(profile);
      expect(from, 'who is joined is somebody').toBeDefined();
      expect(from?.userId, 'who is joined is nobody’s user').toBeUndefined();
      people.delete(profile);
      grow(from?.size ?? 0);
      for (const [part, owner] of ownerOfPart) {
        if (owner === profile) ownerOfPart.set(part, said.profile);
      }
      for (const identity of identities.values()) {
        identities.set(textOfId(identity), creditTo(identity, profile, said.profile));
      }
    }
    expect(people.get(said.profile)?.size).toBeLessThanOrEqual(idsMax);
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

/** An identify that says an e-mail, of a user or of a device alone. */
const mailed = (atMs: number, email: string, who: Pick<Told, 'a' | 'u'>): Told => ({
  ...{ type: 'identify', email, atMs },
  ...who,
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
      'a late identify of another user does not end the time of who was heard of first',
      [identify(3, 'v', 'a'), identify(1, 'u', 'a'), view(2, 'a'), view(4, 'a'), view(0, 'a')],
      ['v', 'u', 'u', 'v', 'v'],
    ],
    [
      'nor does it where the device was a stranger’s, or named its user',
      [
        view(0, 'a'),
        named(5, 'v', 'a'),
        identify(3, 'v', 'a'),
        identify(1, 'u', 'a'),
        view(4, 'a'),
      ],
      ['v', 'v', 'v', 'u', 'v'],
    ],
    [
      'nor do two of them, and each has their time',
      [
        ...[identify(9, 'v', 'a'), identify(5, 'u', 'a'), identify(2, 'w', 'a')],
        ...[view(3, 'a'), view(6, 'a'), view(10, 'a')],
      ],
      ['v', 'u', 'w', 'w', 'u', 'v'],
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

describe('whose they are where an e-mail names somebody', () => {
  const [E, F] = ['e@x.org', 'f@x.org'];
  test.each<[string, readonly Told[], readonly string[]]>([
    [
      'a device that says a user’s e-mail is theirs, with its past',
      [mailed(1, E, { u: 'u' }), view(2, 'a'), mailed(3, E, { a: 'a' }), view(4, 'a')],
      ['u', 'u', 'u', 'u'],
    ],
    [
      'so is a device never seen before',
      [mailed(1, E, { u: 'u' }), mailed(2, E, { a: 'a' }), view(3, 'a')],
      ['u', 'u', 'u'],
    ],
    [
      'two devices of one e-mail are one stranger',
      [mailed(1, E, { a: 'a' }), view(2, 'b'), mailed(3, E, { a: 'b' }), view(4, 'a')],
      ['#1', '#1', '#1', '#1'],
    ],
    [
      'whom a user with that e-mail takes over whole',
      [mailed(1, E, { a: 'a' }), mailed(2, E, { a: 'b' }), mailed(3, E, { u: 'u' }), view(4, 'b')],
      ['u', 'u', 'u', 'u'],
    ],
    [
      'or a user seen on one of the devices',
      [mailed(1, E, { a: 'a' }), mailed(2, E, { a: 'b' }), identify(3, 'u', 'b'), view(4, 'a')],
      ['u', 'u', 'u', 'u'],
    ],
    [
      'two users with one e-mail stay two, and it names the first',
      [
        mailed(1, E, { u: 'u' }),
        mailed(2, E, { u: 'v' }),
        mailed(3, E, { u: 'v', a: 'b' }),
        mailed(4, E, { a: 'a' }),
      ],
      ['u', 'v', 'v', 'u'],
    ],
    [
      'a device of one user that says another’s e-mail starts anew',
      [identify(1, 'u', 'a'), mailed(2, E, { u: 'v' }), mailed(3, E, { a: 'a' }), view(4, 'a')],
      ['u', 'v', 'v', 'v'],
    ],
    [
      'a user’s device that says a stranger’s e-mail takes the stranger over',
      [mailed(1, E, { a: 'b' }), identify(2, 'u', 'a'), mailed(3, E, { a: 'a' }), view(4, 'b')],
      ['u', 'u', 'u', 'u'],
    ],
    [
      'a stranger with two e-mails brings along who has the other',
      [
        mailed(1, E, { a: 'a' }),
        mailed(2, F, { a: 'a' }),
        mailed(3, F, { a: 'b' }),
        mailed(4, E, { u: 'u' }),
      ],
      ['u', 'u', 'u', 'u'],
    ],
    [
      'a device that was logged out and says the e-mail of its user',
      [mailed(1, E, { u: 'u' }), named(2, 'u', 'a'), mailed(4, E, { a: 'a' }), view(5, 'a')],
      ['u', 'u', 'u', '#1'],
    ],
  ])('%s', (_, story, expected) => check(story, expected));
});

describe('what is known is not said again', () => {
  const NOTHING = { created: [], identities: [], linked: [], joined: [], flags: [] };

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
      'an e-mail of whom it names',
      [mailed(1, 'e@x.org', { u: 'u', a: 'a' })],
      mailed(2, 'e@x.org', { a: 'a' }),
    ],
    [
      'an e-mail of another user',
      [mailed(1, 'e@x.org', { u: 'u' }), { u: 'v', atMs: 1 }],
      mailed(2, 'e@x.org', { u: 'v' }),
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

  test.each([
    ['a device', view(1, 'b'), identify(2, 'u', 'b')],
    ['a device never seen', view(1, 'z'), identify(2, 'u', 'b')],
    ['a device of somebody else’s', identify(1, 'v', 'b'), identify(2, 'u', 'b')],
    ['an e-mail', view(1, 'z'), mailed(2, 'e@x.org', { u: 'u' })],
    [
      'a stranger with an e-mail',
      mailed(1, 'e@x.org', { a: 'b' }),
      mailed(2, 'e@x.org', { u: 'u' }),
    ],
    [
      'a device by a user’s e-mail',
      mailed(1, 'f@x.org', { u: 'u' }),
      mailed(2, 'f@x.org', { a: 'b' }),
    ],
  ])('%s fits up to the limit, and one more does not and says so', (_, before, last) => {
    const sizes = (idsMax: number) => {
      const world = createWorld(idsMax);
      world.take(identify(0, 'u', 'a'));
      world.take(before);
      const { flags } = world.take(last);
      const user = [...world.people.values()].find(({ userId }) => userId === 'u');
      return { size: user?.size ?? 0, flags };
    };
    const { size } = sizes(1_000);
    expect(sizes(size)).toEqual({ size, flags: [] });
    expect(sizes(size - 1)).toMatchObject({ flags: ['merge_limit'] });
    expect(sizes(size - 1).size).toBeLessThan(size);
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
      email: fc.option(fc.constantFrom('e@x.org', 'f@x.org'), { nil: undefined }),
      atMs: fc.nat(40),
    })
    .filter(({ u, a }) => u !== undefined || a !== undefined)
    .filter(({ type, u }) => u !== undefined || type !== 'alias')
    .map(({ type, u, a, previousId, email, atMs }) => ({
      ...{ type, atMs },
      ...(u !== undefined && { u }),
      ...(a !== undefined && { a }),
      ...(type === 'alias' && { previousId }),
      ...(type === 'identify' && email !== undefined && { email }),
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
        for (const { kind, value, spans } of world.identities.values()) {
          expect(spans[0].fromMs).toBe(0);
          expect(spans.length).toBeLessThanOrEqual(SPANS_MAX);
          expect(spans).toEqual(spans.toSorted((a, b) => a.fromMs - b.fromMs));
          for (const span of kind === 'email' ? [] : spans) {
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
