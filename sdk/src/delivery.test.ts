import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WORK_DELAY_MS } from './limits.ts';
import type { WireEvent } from './protocol.ts';
import { ACCEPTED, createWorld, type World } from './testing/world.ts';

const SOON_MS = 5_000;
const HOUR_MS = 3_600_000;

const names = (world: World) =>
  world.taken().map((event) => ('event' in event ? event.event : event.type));
const storedQueues = (world: World) => world.values.keys('ink_q_');
const sizes = (world: World) => world.bodies.map(({ batch }) => batch.length);

describe('delivery', () => {
  test('waits for company, then leaves nothing behind', async () => {
    const world = createWorld();
    const { inkling } = world.open();
    inkling.track('A');
    await world.pass(500);
    inkling.track('B');
    await world.pass(500);
    expect(world.bodies).toEqual([]);
    expect(storedQueues(world)).toHaveLength(1);
    await world.pass(SOON_MS);
    expect(sizes(world)).toEqual([2]);
    expect(storedQueues(world)).toEqual([]);
  });

  test('rests when there is nothing to do', async () => {
    const world = createWorld();
    world.open().inkling.track('A');
    await world.pass(SOON_MS);
    const touched = world.touched();
    await world.pass(HOUR_MS);
    expect(world.touched()).toBe(touched);
  });

  test('does not wait once there is enough', async () => {
    const world = createWorld();
    const { inkling } = world.open();
    for (let n = 0; n < 20; n += 1) inkling.track(`${n}`);
    await world.pass(WORK_DELAY_MS);
    expect(sizes(world)).toEqual([20]);
  });

  test('is over when flush says so', async () => {
    const world = createWorld();
    const { inkling } = world.open();
    for (let n = 0; n < 600; n += 1) {
      inkling.track(`${n}`);
      if (n % 100 === 99) await inkling.flush();
    }
    expect(names(world)).toEqual(Array.from({ length: 600 }, (_, n) => `${n}`));
  });

  test('keeps what a server cannot take now, and gives it a rest', async () => {
    const world = createWorld();
    const { inkling } = world.open();
    world.answer = [503, 60_000];
    inkling.track('A');
    await world.pass(SOON_MS);
    inkling.track('B');
    await inkling.flush();
    await world.pass(50_000);
    expect(sizes(world)).toEqual([1]);
    world.answer = ACCEPTED;
    await world.pass(20_000);
    expect(names(world)).toEqual(['A', 'B']);
  });

  test('tries ever more rarely during an outage, and goes on after it', async () => {
    const world = createWorld();
    const { inkling } = world.open();
    world.answer = [503, 0];
    inkling.track('A');
    await world.pass(HOUR_MS);
    const attempts = world.bodies.length;
    expect(attempts).toBeGreaterThan(60);
    expect(attempts).toBeLessThan(140);
    world.answer = ACCEPTED;
    await world.pass(60_000);
    expect(names(world)).toEqual(['A']);
  });

  test('halves what is too large, until it fits', async () => {
    const world = createWorld();
    const { inkling } = world.open();
    world.answer = [413, 0];
    for (let n = 0; n < 8; n += 1) inkling.track(`${n}`);
    const flushed = inkling.flush();
    const taken = world.bodies;
    await flushed;
    expect(taken.map(({ batch }) => batch.length)).toEqual([8, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
    world.answer = ACCEPTED;
    inkling.track('After');
    await inkling.flush();
    expect(names(world)).toEqual(['After']);
    expect(world.bodies.at(-1)?.lost).toEqual({ too_large: 8 });
  });

  test('gives up what is refused, and says how much that was', async () => {
    const world = createWorld();
    const { inkling, warnings } = world.open();
    world.answer = [400, 0];
    inkling.track('A');
    inkling.track('B');
    await inkling.flush();
    world.answer = ACCEPTED;
    inkling.track('C');
    await inkling.flush();
    expect(names(world)).toEqual(['C']);
    expect(world.bodies.at(-1)?.lost).toEqual({ refused: 2 });
    expect(warnings).toEqual([400]);
  });

  test('stops for this page when it may not send, and keeps what it has for the next', async () => {
    const world = createWorld();
    const tab = world.open();
    world.answer = [401, 0];
    tab.inkling.track('A');
    await world.pass(24 * HOUR_MS);
    await tab.inkling.flush();
    tab.leave(true);
    expect(world.bodies).toHaveLength(1);
    tab.kill();
    world.answer = ACCEPTED;
    world.open().inkling.track('B');
    await world.pass(SOON_MS);
    expect(names(world)).toEqual(['A', 'B']);
  });

  test('survives a page that ends while a server is silent', async () => {
    const world = createWorld();
    const tab = world.open();
    world.answer = 'silence';
    tab.inkling.track('A');
    await world.pass(SOON_MS);
    tab.kill();
    world.answer = ACCEPTED;
    world.open().inkling.track('B');
    await world.pass(SOON_MS);
    expect(names(world)).toEqual(['A', 'B']);
    expect(storedQueues(world)).toEqual([]);
  });

  test('of a tab that lives is nobody else’s business', async () => {
    const world = createWorld();
    world.answer = 'silence';
    world.open().inkling.track('A');
    await world.pass(SOON_MS);
    world.answer = ACCEPTED;
    world.open().inkling.track('B');
    await world.pass(SOON_MS);
    expect(names(world)).toEqual(['B']);
  });

  test('at the end of a page sends what may be on its way together, and leaves the rest', async () => {
    const world = createWorld();
    const tab = world.open();
    world.answer = 'silence';
    const text = 'x'.repeat(20_000);
    for (let n = 0; n < 5; n += 1) tab.inkling.track(`${n}`, { text });
    tab.leave(true);
    const bytes = world.bodies.reduce((sum, body) => sum + JSON.stringify(body).length, 0);
    expect(sizes(world)).toEqual([1, 1]);
    expect(bytes).toBeLessThan(64 * 1024);
    tab.kill();
    world.answer = ACCEPTED;
    world.open().inkling.track('Next');
    await world.pass(SOON_MS);
    expect(names(world)).toEqual(['0', '1', '2', '3', '4', 'Next']);
  });

  test('sends a call that is made after the end at once', () => {
    const world = createWorld();
    const tab = world.open();
    tab.leave(true);
    tab.leave(false);
    tab.inkling.track('Went away');
    expect(sizes(world)).toEqual([1]);
  });

  test('goes on as before when a page is back', async () => {
    const world = createWorld();
    const tab = world.open();
    tab.inkling.track('A');
    tab.leave(true);
    await world.pass(0);
    tab.resume();
    tab.inkling.track('B');
    expect(sizes(world)).toEqual([1]);
    await world.pass(SOON_MS);
    expect(names(world)).toEqual(['A', 'B']);
  });

  test('is its own again when a page is back: no other tab adopts it', async () => {
    const world = createWorld();
    const tab = world.open();
    world.answer = [503, HOUR_MS];
    tab.inkling.track('A');
    tab.leave(true);
    await world.pass(0);
    tab.resume();
    world.open().inkling.track('B');
    await world.pass(SOON_MS);
    expect(sizes(world)).toEqual([1, 1]);
  });

  test('is let go of by a page that only the cache keeps', async () => {
    const world = createWorld();
    const tab = world.open();
    world.answer = [503, HOUR_MS];
    tab.inkling.track('A');
    await world.pass(SOON_MS);
    tab.leave(true);
    await world.pass(0);
    world.answer = ACCEPTED;
    world.open().inkling.track('B');
    await world.pass(SOON_MS);
    expect(names(world)).toEqual(['A', 'B']);
  });

  test('is let go of though the page ends before it was taken hold of', async () => {
    const world = createWorld();
    const tab = world.open();
    tab.inkling.track('A');
    tab.leave(true);
    await world.pass(0);
    expect(world.held.size).toBe(0);
  });

  test('tells a loss once, though two requests are on their way', async () => {
    const world = createWorld();
    const tab = world.open();
    tab.inkling.identify('x'.repeat(257));
    const text = 'x'.repeat(20_000);
    for (let n = 0; n < 2; n += 1) tab.inkling.track(`${n}`, { text });
    tab.leave(true);
    expect(world.bodies.map(({ lost }) => lost)).toEqual([{ refused: 1 }, {}]);
  });

  test.each(['{"events":["', '{}', 'null'])('passes over a queue that reads %s', async (text) => {
    const world = createWorld();
    world.values.value('ink_q_wk_torn', text);
    world.open().inkling.track('A');
    await world.pass(SOON_MS);
    expect(names(world)).toEqual(['A']);
  });
});

/** What befalls pages, in any order. */
const step = fc.constantFrom(
  ...(['track', 'track', 'pass', 'fail', 'heal', 'silence', 'kill', 'leave', 'open'] as const),
);

test('whatever happens, every event that was stored arrives, and its second copy is its double', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = createWorld();
      const made: string[] = [];
      let tab = world.open();
      for (const step of steps) {
        if (step === 'track') {
          made.push(`${made.length}`);
          tab.inkling.track(`${made.length - 1}`);
          // Only what has been worked off is promised.
          tab.inkling.ids();
        } else if (step === 'pass') await world.pass(SOON_MS);
        else if (step === 'fail') world.answer = [503, 0];
        else if (step === 'heal') world.answer = ACCEPTED;
        else if (step === 'silence') world.answer = 'silence';
        else if (step === 'leave') tab.leave(false);
        else {
          if (step === 'kill') tab.kill();
          tab = world.open();
        }
      }
      tab.kill();
      world.answer = ACCEPTED;
      await world.pass(0);
      // Tabs that wait for a silent server wait for ever: what they hold is theirs until they end.
      world.held.clear();
      world.open().inkling.track('Last');
      await world.pass(600_000);
      const once = new Map<string, WireEvent>();
      for (const event of world.taken()) once.set(event.messageId, event);
      const arrived = [...once.values()].map((event) => ('event' in event ? event.event : ''));
      expect(new Set(arrived)).toEqual(new Set([...made, 'Last']));
      expect(arrived).toHaveLength(made.length + 1);
    }),
    { numRuns: 60 },
  );
});
