import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

describe('whatever senders do', () => {
  const rates = fc.integer({ min: 1, max: 2_000 });
  const requests = fc.array(
    fc.record({ afterMs: fc.nat(5_000), events: fc.integer({ min: 1, max: 500 }) }),
  );

  test('no more goes through than rate, burst and one batch', () => {
    fc.assert(
      fc.property(rates, requests, (eventsPerS, sent) => {
        const limit = createRateLimit(eventsPerS);
        let nowMs = 0;
        let taken = 0;
        for (const { afterMs, events } of sent) {
          nowMs += afterMs;
          if (limit.waitMs('a', nowMs) > 0) continue;
          limit.take('a', events, nowMs);
          taken += events;
          expect(taken).toBeLessThanOrEqual(eventsPerS * (10 + nowMs / 1_000) + 500);
        }
      }),
    );
  });

  test('who waits as long as told is let through', () => {
    fc.assert(
      fc.property(rates, requests, (eventsPerS, sent) => {
        const limit = createRateLimit(eventsPerS);
        let nowMs = 0;
        for (const { events } of sent) {
          nowMs += Math.ceil(limit.waitMs('a', nowMs) / 1_000) * 1_000;
          expect(limit.waitMs('a', nowMs)).toBe(0);
          limit.take('a', events, nowMs);
        }
      }),
    );
  });
});

test('of many senders those heard of last are remembered', () => {
  const limit = createRateLimit(1, 2);
  for (const sender of ['a', 'b', 'c']) limit.take(sender, 10, 0);
  expect(['a', 'b', 'c'].map((sender) => limit.waitMs(sender, 0) > 0)).toEqual([false, true, true]);
});
