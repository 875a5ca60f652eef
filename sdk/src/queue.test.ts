import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QUEUE_EVENTS_MAX } from './limits.ts';
import { EVENT_BYTES_MAX } from './protocol.ts';
import { add, bytesOf, EMPTY, nextBatch, type Queue, remove } from './queue.ts';

const events = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `{"n":${from + index}}`);

describe('a queue', () => {
  test('keeps the order of events, and each once', () => {
    const queue = add(add(EMPTY, ['b', 'c'], {}), ['c', 'd'], {});
    expect(queue).toEqual({ events: ['b', 'c', 'd'], lost: {} });
  });

  test('counts an event that no collector would take', () => {
    const fits = `"${'ü'.repeat((EVENT_BYTES_MAX - 2) / 2)}"`;
    expect(bytesOf([fits])).toBe(EVENT_BYTES_MAX);
    expect(add(EMPTY, [fits, `${fits}x`], {})).toEqual({ events: [fits], lost: { too_large: 1 } });
  });

  test('lets the oldest go when there are too many, and counts them', () => {
    const queue = add(add(EMPTY, events(QUEUE_EVENTS_MAX), {}), events(3, QUEUE_EVENTS_MAX), {});
    expect(queue.events).toEqual(events(QUEUE_EVENTS_MAX, 3));
    expect(queue.lost).toEqual({ overflow: 3 });
  });

  test('forgets what a server knows, and no more', () => {
    const before: Queue = { events: ['a', 'b', 'c'], lost: { refused: 5, overflow: 1 } };
    const after = remove(before, ['a', 'c'], { refused: 3, overflow: 1 }, -1);
    expect(after).toEqual({ events: ['b'], lost: { refused: 2 } });
  });
});

describe('a batch', () => {
  test.each<[string, Parameters<typeof nextBatch>, readonly string[]]>([
    ['is empty if nothing is there', [EMPTY, [], 9, 99], []],
    ['has the oldest events first', [{ events: ['a', 'b', 'c'], lost: {} }, [], 2, 99], ['a', 'b']],
    ['leaves out what is on its way', [{ events: ['a', 'b'], lost: {} }, ['a'], 9, 99], ['b']],
    ['is one event, however large', [{ events: ['aaaa', 'b'], lost: {} }, [], 9, 2], ['aaaa']],
  ])('%s', (_, args, expected) => expect(nextBatch(...args)).toEqual(expected));

  test('after batch, everything leaves once and in order, within the room there is', () => {
    const texts = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }));
    fc.assert(
      fc.property(
        texts,
        fc.integer({ min: 1, max: 9 }),
        fc.nat(100),
        (texts, eventsMax, bytesMax) => {
          let queue = add(EMPTY, texts, {});
          const left: string[] = [];
          while (queue.events.length > 0) {
            const batch = nextBatch(queue, [], eventsMax, bytesMax);
            expect(batch.length).toBeGreaterThan(0);
            expect(batch.length).toBeLessThanOrEqual(eventsMax);
            if (batch.length > 1) expect(bytesOf(batch)).toBeLessThanOrEqual(bytesMax);
            left.push(...batch);
            queue = remove(queue, batch, {});
          }
          expect(left).toEqual(texts);
        },
      ),
    );
  });
});

test('events in equal events out, left and lost together', () => {
  const step = fc.record({ count: fc.nat(300), sent: fc.nat(200) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let [queue, made, sent]: [Queue, number, number] = [EMPTY, 0, 0];
      for (const step of steps) {
        queue = add(queue, events(step.count, made), {});
        made += step.count;
        const batch = nextBatch(queue, [], step.sent, 1e6);
        queue = remove(queue, batch, {});
        sent += batch.length;
      }
      expect(queue.events.length + sent + (queue.lost.overflow ?? 0)).toBe(made);
    }),
  );
});
