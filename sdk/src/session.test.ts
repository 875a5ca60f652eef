import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Session } from './identity.ts';
import { continueSession } from './session.ts';

const BEFORE: Session = ['old', 1_000_000, 4, 7];

interface Change {
  readonly atMs?: number;
  readonly campaign?: number;
}

function check({ atMs = 1_000_001, campaign = 0 }: Change, expected: Session): void {
  expect(continueSession(BEFORE, [atMs, campaign, 1_000], () => 'new')).toEqual(expected);
}

describe('a session', () => {
  test.each<[string, Change, Session]>([
    ['goes on, and counts', {}, ['old', 1_000_001, 5, 7]],
    ['goes on up to its last millisecond', { atMs: 1_000_999 }, ['old', 1_000_999, 5, 7]],
    ['ends after the pause', { atMs: 1_001_000 }, ['new', 1_001_000, 1, 0]],
    ['goes on with the campaign that began it', { campaign: 7 }, ['old', 1_000_001, 5, 7]],
    ['ends with another campaign', { campaign: 8 }, ['new', 1_000_001, 1, 8]],
    ['takes an older event in', { atMs: 999_500 }, ['old', 1_000_000, 5, 7]],
    ['ends when the clock was set back', { atMs: 1_000 }, ['new', 1_000, 1, 0]],
  ])('%s', (_, moment, expected) => check(moment, expected));

  test('begins with the first event', () => {
    expect(continueSession([], [5_000, 3, 1_000], () => 'new')).toEqual(['new', 5_000, 1, 3]);
  });
});

test('events number a session from 1, without a gap', () => {
  const steps = fc.array(fc.record({ waitMs: fc.nat(2_000), campaign: fc.nat(2) }));
  fc.assert(
    fc.property(steps, (steps) => {
      let session: Session = [];
      let [ids, atMs] = [0, 1_000_000];
      const counts = new Map<string, number>();
      for (const { waitMs, campaign } of steps) {
        atMs += waitMs;
        session = continueSession(session, [atMs, campaign, 1_000], () => `${ids++}`);
        const [id = '', , count] = session;
        const expected = (counts.get(id) ?? 0) + 1;
        counts.set(id, expected);
        expect(count).toBe(expected);
      }
    }),
  );
});
