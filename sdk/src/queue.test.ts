import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BATCH_BYTES_MAX, QUEUE_EVENTS_MAX } from './limits.ts';
import { bytesOf, join, nextBatch, type Queue, sum, without } from './queue.ts';

const events = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `{"n":${from + index}}`);

describe('a queue', () => {
  test('keeps the order of events, and each once', () => {
    expect(join([['b', 'c'], {}], [['c', 'd'], {}])).toEqual([['b', 'c', 'd'], {}]);
  });

  test('lets the oldest go when there are too many, and counts them', () => {
    const full: Queue = [events(QUEUE_EVENTS_MAX), { overflow: 1 }];
    const queue = join(full, [events(3, QUEUE_EVENTS_MAX), { refused: 2 }]);
    expect(queue).toEqual([events(QUEUE_EVENTS_MAX, 3), { overflow: 4, refused: 2 }]);
  });

  test('adds losses up by reason', () => {
    expect(sum({ refused: 5, overflow: 1 }, { refused: 3, too_large: 2 })).toEqual({
      refused: 8,
      overflow: 1,
      too_large: 2,
    });
  });

  test('counts bytes, not characters, with what stands between events', () => {
    expect(bytesOf(['ü', 'a'])).toBe(4);
  });
});

describe('a batch', () => {
  test.each<[string, Parameters<typeof nextBatch>, readonly string[]]>([
    ['is empty if nothing is there', [[], [], 9], []],
    ['is empty if nothing may be sent', [['a'], [], 0], []],
    ['has the oldest events first', [['a', 'b', 'c'], [], 2], ['a', 'b']],
    ['leaves out what is on its way', [['a', 'b'], ['a'], 9], ['b']],
    [
      'is one event, however large',
      [['a'.repeat(BATCH_BYTES_MAX + 1), 'b'], [], 9],
      ['a'.repeat(BATCH_BYTES_MAX + 1)],
    ],
  ])('%s', (_, args, expected) => expect(nextBatch(...args)).toEqual(expected));

  test('after batch, everything leaves once and in order, within the room there is', () => {
    const sizes = fc.uniqueArray(fc.integer({ min: 1, max: BATCH_BYTES_MAX * 1.1 }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), (sizes, eventsMax) => {
        const texts = sizes.map((size) => 'x'.repeat(size));
        let queue: readonly string[] = texts;
        const left: string[] = [];
        while (queue.length > 0) {
          const batch = nextBatch(queue, [], eventsMax);
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(eventsMax);
          if (batch.length > 1) expect(bytesOf(batch)).toBeLessThanOrEqual(BATCH_BYTES_MAX);
          left.push(...batch);
          queue = without(queue, batch);
        }
        expect(left).toEqual(texts);
      }),
    );
  });
});

test('events in equal events out, left and lost together', () => {
  const step = fc.record({ count: fc.nat(300), sent: fc.nat(200) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let queue: Queue = [[], {}];
      let [made, sent] = [0, 0];
      for (const step of steps) {
        queue = join(queue, [events(step.count, made), {}]);
        made += step.count;
        const batch = nextBatch(queue[0], [], step.sent);
        queue = [without(queue[0], batch), queue[1]];
        sent += batch.length;
      }
      expect(queue[0].length + sent + (queue[1].overflow ?? 0)).toBe(made);
    }),
  );
});
