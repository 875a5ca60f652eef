import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventAnswer } from '../../src/query/answers.ts';
import { timelineOf } from './timeline.ts';

const HOUR_MS = 3_600_000;

function event(id: string, atMs: number, sessionId?: string): EventAnswer {
  const timestamp = new Date(atMs).toISOString();
  return {
    id,
    messageId: `m-${id}`,
    type: 'page',
    profile: 'p1',
    timestamp,
    receivedAt: timestamp,
    properties: {},
    context: sessionId === undefined ? {} : { sessionId },
  };
}

/** Each event is `id@hour` or `id@hour:session`, newest first; visits come out as their ids. */
function check(written: readonly string[], expected: { readonly [day: string]: string[] }): void {
  const events = written.map((each) => {
    const [id = '', hour = '', session] = each.split(/[@:]/);
    return event(id, Number(hour) * HOUR_MS, session);
  });
  const days = timelineOf(events, 'UTC').map(({ day, visits }) => [
    day,
    visits.map((visit) => visit.events.map(({ id }) => id).join('')),
  ]);
  expect(Object.fromEntries(days)).toEqual(expected);
}

describe('a timeline', () => {
  test('of nothing is empty', () => check([], {}));
  test('gathers a visit', () => check(['b@2:s', 'a@1:s'], { '1970-01-01': ['ba'] }));
  test('keeps two visits apart', () =>
    check(['c@3:t', 'b@2:s', 'a@1:s'], { '1970-01-01': ['c', 'ba'] }));
  test('does not split a visit for what a server sent', () =>
    check(['d@4:s', 'c@3', 'b@2', 'a@1:s'], { '1970-01-01': ['da', 'cb'] }));
  test('puts a visit over midnight on the day on which it ended', () =>
    check(['b@25:s', 'a@23:s'], { '1970-01-02': ['ba'] }));
  test('starts a new group of single events each day', () =>
    check(['b@25', 'a@23'], { '1970-01-02': ['b'], '1970-01-01': ['a'] }));
});

test('a visit spans its events', () => {
  const [day] = timelineOf([event('b', 2 * HOUR_MS, 's'), event('a', HOUR_MS, 's')], 'UTC');
  expect(day?.visits).toMatchObject([{ sessionId: 's', fromMs: HOUR_MS, toMs: 2 * HOUR_MS }]);
});

test('shows every event once, newest first within its visit', () => {
  const written = fc.record({
    atMs: fc.integer({ min: 0, max: 20 * 24 * HOUR_MS }),
    sessionId: fc.option(fc.constantFrom('s', 't', 'u'), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(written), (times) => {
      const events = times
        .map(({ atMs, sessionId }, index) => event(String(index), atMs, sessionId))
        .sort((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp));
      const visits = timelineOf(events, 'UTC').flatMap((day) => day.visits);
      const shown = visits.flatMap((visit) => visit.events.map(({ id }) => id));
      expect(shown.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
      for (const visit of visits) {
        const timesMs = visit.events.map(({ timestamp }) => Date.parse(timestamp));
        expect(timesMs).toEqual(timesMs.toSorted((a, b) => b - a));
        expect([visit.toMs, visit.fromMs]).toEqual([timesMs[0], timesMs.at(-1)]);
      }
    }),
  );
});
