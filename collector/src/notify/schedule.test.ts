import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  judge,
  lineUp,
  nextInLine,
  PAUSE_MS_FIRST,
  PAUSE_MS_MAX,
  type Placed,
  pauseMsAfter,
  roomFor,
  TRIED_MS,
  UNDER_WAY_MAX,
  UNDER_WAY_PER_WEBHOOK_MAX,
} from './schedule.ts';

const MADE_MS = 1_000_000;
const GIVE_UP_MS = MADE_MS + TRIED_MS;
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('what an answer means', () => {
  test.each([
    ...[200, 201, 202, 204, 299].map((status) => ({ status, kind: 'delivered' })),
    ...[410].map((status) => ({ status, kind: 'gone' })),
    ...[undefined, 0, 100, 199, 300, 301, 302, 307, 400, 401, 404, 409, 429, 500, 503, 599].map(
      (status) => ({ status, kind: 'again' }),
    ),
  ])('$status → $kind', ({ status, kind }) => {
    const result = { atMs: MADE_MS, ...(status !== undefined && { status }) };
    expect(judge(result, { tries: 1, giveUpMs: GIVE_UP_MS }, 0.5).kind).toBe(kind);
  });

  const fail = (atMs: number, retryAfterMs?: number, tries = 1, at = 0.5) =>
    judge(
      { atMs, status: 500, ...(retryAfterMs !== undefined && { retryAfterMs }) },
      { tries, giveUpMs: GIVE_UP_MS },
      at,
    );

  test.each([
    { when: 'shorter than our own pause', askedMs: 1, atMs: MADE_MS + 7_500 },
    { when: 'longer', askedMs: 7_200_000, atMs: MADE_MS + 7_200_000 },
    { when: 'just as long as we go on', askedMs: TRIED_MS, atMs: GIVE_UP_MS },
  ])('a receiver that asks for a pause that is $when', ({ askedMs, atMs }) => {
    expect(fail(MADE_MS, askedMs)).toEqual({ kind: 'again', atMs });
  });

  test('a receiver that asks for longer than we go on is not tried again', () => {
    expect(fail(MADE_MS, TRIED_MS + 1)).toEqual({ kind: 'failed' });
  });

  test('the last attempt is at the end of the three days, and none after it', () => {
    expect(fail(GIVE_UP_MS - 1, undefined, 20)).toEqual({ kind: 'again', atMs: GIVE_UP_MS });
    expect(fail(GIVE_UP_MS, undefined, 20)).toEqual({ kind: 'failed' });
  });
});

describe('pauses', () => {
  test('grow from seconds to hours, and are never more than spread', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), random, (tries, at) => {
        const ceilingMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_FIRST * 3 ** (tries - 1));
        const pauseMs = pauseMsAfter(tries, at);
        expect(Number.isInteger(pauseMs)).toBe(true);
        expect(pauseMs).toBeGreaterThanOrEqual(ceilingMs / 2);
        expect(pauseMs).toBeLessThanOrEqual(ceilingMs);
      }),
    );
    expect(pauseMsAfter(1, 0)).toBe(5_000);
    expect(pauseMsAfter(3, 0)).toBe(45_000);
  });

  test('a message nobody takes is tried for exactly three days, 25 to 60 times', () => {
    fc.assert(
      fc.property(fc.infiniteStream(random), (randoms) => {
        let atMs = MADE_MS;
        for (let tries = 1; ; tries += 1) {
          const state = { tries, giveUpMs: GIVE_UP_MS };
          const verdict = judge({ atMs }, state, randoms.next().value ?? 0);
          if (verdict.kind !== 'again') {
            expect([verdict.kind, atMs]).toEqual(['failed', GIVE_UP_MS]);
            expect(tries).toBeGreaterThanOrEqual(25);
            expect(tries).toBeLessThanOrEqual(60);
            return;
          }
          expect(verdict.atMs).toBeGreaterThan(atMs);
          atMs = verdict.atMs;
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('room', () => {
  test('is bounded for each webhook and for all', () => {
    const counts = fc.uniqueArray(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 8 })), {
      selector: ([webhook]) => webhook,
    });
    fc.assert(
      fc.property(counts, fc.nat(9), (list, webhook) => {
        const underWay = new Map(list);
        const room = roomFor(webhook, underWay);
        const total = list.reduce((sum, [, count]) => sum + count, 0);
        const own = underWay.get(webhook) ?? 0;
        expect(room).toBe(
          Math.max(0, Math.min(UNDER_WAY_PER_WEBHOOK_MAX - own, UNDER_WAY_MAX - total)),
        );
      }),
    );
    expect(roomFor(1, new Map())).toBe(8);
    expect(roomFor(1, new Map([[1, 8]]))).toBe(0);
    expect(roomFor(1, new Map(Array.from({ length: 8 }, (_, other) => [other + 2, 8])))).toBe(0);
  });
});

/** What is happening to the messages, as one who sends them sees it: an oracle without a database. */
interface World {
  readonly placed: Map<string, Placed>;
  readonly sent: string[];
  nowMs: number;
}

const nameOf = ({ webhook, message }: Placed) => `${webhook}/${message}`;

/** Sends all that is due once; `outcomes` says what comes of each attempt. */
function sendDue(world: World, outcomes: () => number, tries: Map<string, number>): void {
  const due = [...world.placed.values()].filter((each) => (each.nextMs ?? Infinity) <= world.nowMs);
  for (const each of due) {
    const name = nameOf(each);
    world.sent.push(name);
    tries.set(name, (tries.get(name) ?? 0) + 1);
    const state = { tries: tries.get(name) ?? 0, giveUpMs: TRIED_MS };
    const verdict = judge({ atMs: world.nowMs, status: outcomes() }, state, 0.5);
    if (verdict.kind === 'again') world.placed.set(name, { ...each, nextMs: verdict.atMs });
    else {
      world.placed.delete(name);
      const lane = [...world.placed.values()].filter(
        (other) => other.webhook === each.webhook && other.lane === each.lane,
      );
      for (const next of nextInLine(lane)) {
        world.placed.set(nameOf(next), { ...next, nextMs: world.nowMs });
      }
    }
  }
}

test('whatever receivers answer, messages of a lane go one after another and all of them go', () => {
  const arrival = fc.record({
    webhook: fc.integer({ min: 1, max: 2 }),
    lane: fc.constantFrom('a', 'b'),
    pauseMs: fc.nat(100_000),
  });
  const status = fc.constantFrom(200, 200, 404, 500, 503);
  fc.assert(
    fc.property(
      fc.array(fc.array(arrival, { maxLength: 4 }), { maxLength: 10 }),
      fc.infiniteStream(status),
      (batches, statuses) => {
        const world: World = { placed: new Map(), sent: [], nowMs: 0 };
        const tries = new Map<string, number>();
        const all: Placed[] = [];
        const outcomes = () => statuses.next().value ?? 200;
        for (const batch of batches) {
          const fresh = batch.map((each, index) => ({ ...each, message: all.length + index }));
          const isBusy = (webhook: number, lane: string) =>
            [...world.placed.values()].some((o) => o.webhook === webhook && o.lane === lane);
          for (const each of lineUp(fresh, isBusy, world.nowMs)) {
            world.placed.set(nameOf(each), each);
          }
          all.push(...fresh);
          sendDue(world, outcomes, tries);
          world.nowMs += batch[0]?.pauseMs ?? 0;
        }
        for (let step = 0; world.placed.size > 0 && step < 10_000; step += 1) {
          // At every moment exactly one of each lane may go: nothing overtakes, nothing is forgotten.
          const open = new Map<string, number>();
          for (const { webhook, lane, nextMs } of world.placed.values()) {
            const name = `${webhook} ${lane}`;
            open.set(name, (open.get(name) ?? 0) + (nextMs === undefined ? 0 : 1));
          }
          expect([...open.values()].every((count) => count === 1)).toBe(true);
          const nextMs = Math.min(...[...world.placed.values()].map((o) => o.nextMs ?? Infinity));
          world.nowMs = Math.max(world.nowMs, nextMs);
          sendDue(world, outcomes, tries);
        }
        expect(world.placed.size).toBe(0);
        for (const each of all) expect(tries.get(nameOf(each))).toBeGreaterThanOrEqual(1);
        for (const lane of ['a', 'b']) {
          for (const webhook of [1, 2]) {
            const own = all.filter((each) => each.webhook === webhook && each.lane === lane);
            const order = world.sent.filter((name) => own.some((each) => nameOf(each) === name));
            const firstTimes = [...new Set(order)];
            expect(firstTimes).toEqual(own.map(nameOf));
            // Once the next one was sent, the one before it never is again.
            expect(order).toEqual(
              order.toSorted((a, b) => firstTimes.indexOf(a) - firstTimes.indexOf(b)),
            );
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('of those that wait the first goes, and nobody while one of their lane is under way', () => {
  const row = (message: number, lane: string, nextMs?: number): Placed => ({
    ...{ webhook: 1, message, lane },
    ...(nextMs !== undefined && { nextMs }),
  });
  const waiting = [row(3, 'a'), row(1, 'a'), row(2, 'b'), row(5, 'b', 0), row(4, 'c')];
  expect(nextInLine(waiting).map(({ message }) => message)).toEqual([1, 4]);
  expect(nextInLine([{ ...row(1, 'a'), webhook: 2 }, row(2, 'a')])).toHaveLength(2);
});
