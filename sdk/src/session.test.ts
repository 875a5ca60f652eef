import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { continueSession, type Moment, type Session } from './session.ts';

const BEFORE: Session = { id: 'old', lastMs: 1_000_000, count: 4, campaign: 7 };

function check(moment: Partial<Moment>, expected: Partial<Session>): void {
  const at = { atMs: BEFORE.lastMs + 1, campaign: 0, idleMs: 1_000, ...moment };
  expect(continueSession(BEFORE, at, () => 'new')).toMatchObject(expected);
}

describe('a session', () => {
  test.each<[string, Partial<Moment>, Partial<Session>]>([
    ['goes on, and counts', {}, { id: 'old', count: 5, campaign: 7, lastMs: 1_000_001 }],
    ['goes on up to its last millisecond', { atMs: 1_000_999 }, { id: 'old' }],
    ['ends after the pause', { atMs: 1_001_000 }, { id: 'new', count: 1, campaign: 0 }],
    ['goes on with the campaign that began it', { campaign: 7 }, { id: 'old' }],
    ['ends with another campaign', { campaign: 8 }, { id: 'new', campaign: 8 }],
    ['takes an older event in', { atMs: 999_500 }, { id: 'old', count: 5, lastMs: 1_000_000 }],
    ['ends when the clock was set back', { atMs: 1_000 }, { id: 'new', lastMs: 1_000 }],
  ])('%s', (_, moment, expected) => check(moment, expected));

  test('begins with the first event', () => {
    const at = { atMs: 5, campaign: 3, idleMs: 1_000 };
    const first = { id: 'new', lastMs: 5, count: 1, campaign: 3 };
    expect(continueSession(undefined, at, () => 'new')).toEqual(first);
  });
});

test('events number a session from 1, without a gap', () => {
  const steps = fc.array(fc.record({ waitMs: fc.nat(2_000), campaign: fc.nat(2) }));
  fc.assert(
    fc.property(steps, (steps) => {
      let session: Session | undefined;
      let [ids, atMs] = [0, 0];
      const counts = new Map<string, number>();
      for (const { waitMs, campaign } of steps) {
        atMs += waitMs;
        session = continueSession(session, { atMs, campaign, idleMs: 1_000 }, () => `${ids++}`);
        const expected = (counts.get(session.id) ?? 0) + 1;
        counts.set(session.id, expected);
        expect(session.count).toBe(expected);
      }
    }),
  );
});
