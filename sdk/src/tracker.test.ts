import { describe, expect, test } from 'vitest';
import { visitorText } from './identity.ts';
import type { WireEvent } from './protocol.ts';
import { ACCEPTED, createWorld } from './testing/world.ts';

const SOON_MS = 5_000;
const HALF_HOUR_MS = 30 * 60_000;

const names = (events: readonly WireEvent[]) =>
  events.map((event) => ('event' in event ? event.event : event.type));
const seenOf = <T>(events: readonly WireEvent[], read: (event: WireEvent) => T) => [
  ...new Set(events.map(read)),
];

describe('a call', () => {
  test('arrives by itself, as it was made', async () => {
    const world = createWorld();
    const { inkling } = world.open();
    const madeAtMs = world.nowMs;
    const properties = { list: ['a'] };
    inkling.track('Bought', properties);
    properties.list.push('b');
    await world.pass(SOON_MS);
    expect(world.taken()).toMatchObject([
      {
        type: 'track',
        event: 'Bought',
        properties: { list: ['a'] },
        timestamp: new Date(madeAtMs).toISOString(),
        context: { page: { path: '/', title: 'Shop' }, sequence: 1 },
      },
    ]);
  });

  test('touches no storage on its way', () => {
    const world = createWorld();
    const tab = world.open();
    tab.inkling.track('Bought');
    expect(world.touched()).toBe(0);
    tab.inkling.ids();
    expect(world.touched()).toBeGreaterThan(0);
  });

  test('that says nothing is counted, told with the next batch, and told once', async () => {
    const world = createWorld();
    const { inkling, warnings } = world.open();
    const circle: { self?: object } = {};
    circle.self = circle;
    inkling.identify('x'.repeat(257));
    inkling.track('Circle', circle);
    inkling.track('Fine');
    await world.pass(SOON_MS);
    inkling.track('Fine too');
    await world.pass(SOON_MS);
    expect(names(world.taken())).toEqual(['Fine', 'Fine too']);
    expect(world.bodies.map(({ lost }) => lost)).toEqual([{ refused: 2 }, {}]);
    expect(warnings).toEqual(['refused', 'refused']);
  });

  test('that no collector would take for its size is counted as such', async () => {
    const world = createWorld();
    const { inkling, warnings } = world.open();
    inkling.track('Large', { text: 'x'.repeat(33_000) });
    inkling.track('Fine', { text: 'x'.repeat(31_000) });
    await world.pass(SOON_MS);
    expect(names(world.taken())).toEqual(['Fine']);
    expect(world.bodies[0]?.lost).toEqual({ too_large: 1 });
    expect(warnings).toEqual(['too_large']);
  });

  test('noted by the stub is taken with its own time and page; one of no meaning is not', async () => {
    const world = createWorld();
    const tab = world.open();
    const atMs = world.nowMs - 800;
    tab.take(['then', [], atMs, 'https://shop.example/early', 'Early']);
    tab.take(['track', ['Early'], atMs, 'https://shop.example/early', 'Early']);
    await world.pass(SOON_MS);
    expect(world.taken()).toMatchObject([
      {
        timestamp: new Date(atMs).toISOString(),
        context: { page: { path: '/early', title: 'Early' } },
      },
    ]);
    expect(world.bodies[0]?.lost).toEqual({});
  });

  test('has the title of its route, which is rendered after it, unless the page is elsewhere by then', async () => {
    const world = createWorld();
    const { inkling, page } = world.open();
    page.href = 'https://shop.example/plans';
    inkling.page();
    inkling.track('Seen');
    page.title = 'Plans';
    await world.pass(SOON_MS);
    inkling.track('Left');
    page.href = 'https://shop.example/sign-up';
    page.title = 'Sign up';
    await world.pass(SOON_MS);
    const titles = world.taken().map(({ context }) => context?.page?.title);
    expect(titles).toEqual(['Plans', 'Plans', 'Plans']);
  });

  test('goes through what the owner lets look at it', async () => {
    const world = createWorld();
    const { inkling } = world.open({
      beforeSend: (event) => {
        if ('event' in event && event.event === 'Broken') throw new Error('theirs');
        return 'event' in event && event.event === 'Secret' ? null : { ...event, userId: 'masked' };
      },
    });
    for (const name of ['Secret', 'Broken', 'Plain']) inkling.track(name);
    await world.pass(SOON_MS);
    expect(world.taken()).toMatchObject([{ event: 'Plain', userId: 'masked' }]);
    // What was dropped on purpose leaves no gap in the numbers of the session.
    expect(world.taken()[0]?.context?.sequence).toBe(1);
    expect(world.bodies[0]?.lost).toEqual({ refused: 1 });
  });
});

describe('a visitor', () => {
  test('is the same on every page, and in every tab', async () => {
    const world = createWorld();
    const first = world.open();
    first.inkling.track('A');
    await world.pass(SOON_MS);
    const ids = first.inkling.ids();
    expect(ids.anonymousId).toBeDefined();
    expect(world.open().inkling.ids()).toEqual(ids);
    first.kill();
    expect(world.open().inkling.ids()).toEqual(ids);
  });

  test.each(['cookies', 'values'] as const)('is known again when %s are gone', (gone) => {
    const world = createWorld();
    const ids = world.open().inkling.ids();
    world[gone].entries.clear();
    expect(world.open().inkling.ids()).toEqual(ids);
    expect(world[gone].entries.size).toBeGreaterThan(0);
  });

  test('is whom the cookie names, where the copy disagrees', () => {
    const world = createWorld();
    world.open().inkling.ids();
    world.cookies.value('ink_id', visitorText(['granted', 'cookie']));
    expect(world.open().inkling.ids().anonymousId).toBe('cookie');
    expect(world.open().inkling.ids().anonymousId).toBe('cookie');
  });

  test('who signs in keeps the anonymous id; another user, and signing out, get a new one', async () => {
    const world = createWorld();
    const { inkling } = world.open();
    const anonymous = inkling.ids().anonymousId;
    inkling.identify('ada');
    expect(inkling.ids()).toMatchObject({ anonymousId: anonymous, userId: 'ada' });
    inkling.identify('bob');
    const second = inkling.ids();
    inkling.reset();
    const third = inkling.ids();
    expect(new Set([anonymous, second.anonymousId, third.anonymousId]).size).toBe(3);
    expect(second.userId).toBe('bob');
    expect(third.userId).toBeUndefined();
  });

  test('named in one tab is known in the other with its next call', async () => {
    const world = createWorld();
    const [here, there] = [world.open(), world.open()];
    here.inkling.track('Here');
    await world.pass(SOON_MS);
    here.inkling.identify('ada');
    await world.pass(SOON_MS);
    there.inkling.track('There');
    await world.pass(SOON_MS);
    expect(world.taken().find((event) => 'event' in event && event.event === 'There')?.userId).toBe(
      'ada',
    );
  });

  test('named in one tab is known in the other also where there are no cookies', () => {
    const world = createWorld();
    world.cookies.isDenied = true;
    const [here, there] = [world.open(), world.open()];
    expect(there.inkling.ids()).toEqual(here.inkling.ids());
    here.inkling.identify('ada');
    expect(here.inkling.ids().userId).toBe('ada');
    expect(there.inkling.ids()).toEqual(here.inkling.ids());
  });

  test('without storage is somebody for as long as the page lives', async () => {
    const world = createWorld();
    world.cookies.isDenied = true;
    world.values.isDenied = true;
    const { inkling } = world.open();
    inkling.track('A');
    await world.pass(SOON_MS);
    inkling.track('B');
    await world.pass(SOON_MS);
    expect(names(world.taken())).toEqual(['A', 'B']);
    expect(seenOf(world.taken(), ({ anonymousId }) => anonymousId)).toHaveLength(1);
  });

  test('outside of the sample is not recorded', async () => {
    const world = createWorld();
    const { inkling } = world.open({ sampleRate: 0 });
    inkling.track('A');
    await inkling.flush();
    expect(world.bodies).toEqual([]);
  });
});

describe('a session', () => {
  test('ends after half an hour, or when the owner says', async () => {
    const world = createWorld();
    const { inkling } = world.open();
    for (const waitMs of [0, HALF_HOUR_MS - SOON_MS - 1, HALF_HOUR_MS]) {
      await world.pass(waitMs);
      inkling.track('A');
      await world.pass(SOON_MS);
    }
    const numbers = world.taken().map(({ context }) => context?.sequence);
    expect(numbers).toEqual([1, 2, 1]);
    const short = createWorld();
    const tab = short.open({ sessionMinutes: 1 });
    tab.inkling.track('A');
    await short.pass(61_000);
    tab.inkling.track('B');
    await short.pass(SOON_MS);
    expect(seenOf(short.taken(), ({ context }) => context?.sessionId)).toHaveLength(2);
  });

  test('is shared between tabs', async () => {
    const world = createWorld();
    const [here, there] = [world.open(), world.open()];
    for (const { inkling } of [here, there, here]) {
      inkling.track('A');
      await world.pass(SOON_MS);
    }
    expect(seenOf(world.taken(), ({ context }) => context?.sessionId)).toHaveLength(1);
    expect(world.taken().map(({ context }) => context?.sequence)).toEqual([1, 2, 3]);
  });

  test('begins anew with a campaign, and goes on where its address is seen again', async () => {
    const world = createWorld();
    const tab = world.open();
    for (const query of ['', '?utm_source=mail', '', '?utm_source=mail', '?utm_source=ads']) {
      tab.page.href = `https://shop.example/${query}`;
      tab.inkling.page();
    }
    await world.pass(SOON_MS);
    expect(world.taken().map(({ context }) => context?.sequence)).toEqual([1, 1, 2, 3, 1]);
  });
});

describe('consent', () => {
  const stored = (world: ReturnType<typeof createWorld>) => [
    ...world.cookies.entries,
    ...world.values.entries,
  ];

  test('that is to be given: nothing is stored or sent before, everything after', async () => {
    const world = createWorld();
    const { inkling } = world.open({}, { byDefault: 'pending' });
    inkling.track('Early');
    await world.pass(SOON_MS);
    await inkling.flush();
    expect(inkling.consent()).toBe('pending');
    expect(inkling.ids()).toEqual({});
    expect(stored(world)).toEqual([]);
    expect(world.bodies).toEqual([]);

    const madeAtMs = world.nowMs - SOON_MS;
    inkling.optIn();
    await world.pass(SOON_MS);
    expect(inkling.consent()).toBe('granted');
    expect(world.taken()).toMatchObject([
      { event: 'Early', timestamp: new Date(madeAtMs).toISOString() },
    ]);
    expect(world.open({}, { byDefault: 'pending' }).inkling.consent()).toBe('granted');
  });

  test('that is refused: what waited is forgotten, and only the refusal is stored', async () => {
    const world = createWorld();
    const { inkling } = world.open({}, { byDefault: 'pending' });
    inkling.track('Early');
    inkling.optOut();
    inkling.track('Late');
    await world.pass(SOON_MS);
    expect(inkling.consent()).toBe('denied');
    expect(stored(world)).toEqual([
      ['ink_id', visitorText(['denied'])],
      ['ink_id', visitorText(['denied'])],
    ]);
    expect(world.bodies).toEqual([]);
    expect(world.open({}, { byDefault: 'pending' }).inkling.consent()).toBe('denied');
  });

  test('that is withdrawn: what was stored is removed, also by other tabs', async () => {
    const world = createWorld();
    const [here, there] = [world.open(), world.open()];
    world.answer = [503, 0];
    for (const { inkling } of [here, there]) {
      inkling.identify('ada');
      await world.pass(SOON_MS);
    }
    expect(world.values.keys('ink_q_')).toHaveLength(2);
    here.inkling.optOut();
    expect(stored(world)).toEqual([
      ['ink_id', visitorText(['denied'])],
      ['ink_id', visitorText(['denied'])],
    ]);
    world.answer = ACCEPTED;
    there.inkling.track('After');
    await world.pass(600_000);
    expect(world.taken()).toEqual([]);
    expect(there.inkling.ids()).toEqual({});
  });

  test('that is given again makes another visitor', () => {
    const world = createWorld();
    const { inkling } = world.open();
    const { anonymousId } = inkling.ids();
    inkling.optOut();
    inkling.optIn();
    expect(inkling.ids().anonymousId).toBeDefined();
    expect(inkling.ids().anonymousId).not.toBe(anonymousId);
  });

  test('that a signal of the browser refuses: nothing is kept, unless the visitor agrees', async () => {
    const world = createWorld();
    world.open().inkling.ids();
    const { inkling } = world.open({}, { byDefault: 'denied' });
    inkling.track('A');
    await world.pass(SOON_MS);
    expect(stored(world)).toEqual([]);
    inkling.optIn();
    inkling.track('B');
    await world.pass(SOON_MS);
    expect(names(world.taken())).toEqual(['B']);
  });

  test('pending for ever costs no memory without bound', async () => {
    const world = createWorld();
    const { inkling, warnings } = world.open({}, { byDefault: 'pending' });
    for (let n = 0; n < 503; n += 1) inkling.track(`${n}`);
    expect(warnings).toEqual(['overflow', 'overflow', 'overflow']);
    inkling.optIn();
    await world.pass(SOON_MS);
    expect(names(world.taken())[0]).toBe('3');
    expect(world.bodies[0]?.lost).toEqual({ overflow: 3 });
  });
});

describe('a page that is only prerendered', () => {
  test('is nobody’s, and becomes somebody’s once it is seen', async () => {
    const world = createWorld();
    const tab = world.open({}, { isPrerendered: true });
    tab.inkling.track('A');
    await world.pass(SOON_MS);
    tab.leave(false);
    expect(tab.inkling.ids()).toEqual({});
    expect(world.cookies.entries.size + world.bodies.length).toBe(0);
    tab.page.isPrerendered = false;
    tab.inkling.track('B');
    await world.pass(SOON_MS);
    expect(names(world.taken())).toEqual(['A', 'B']);
  });
});
