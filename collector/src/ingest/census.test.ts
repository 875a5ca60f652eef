import { expect, test } from 'vitest';
import type { Event } from '../event.ts';
import { Census, SEEN_PATHS_MAX } from './census.ts';

function event(name: string, properties: Event['properties'], atMs = 1): Event {
  return {
    ...{ messageId: 'm', type: 'track', name, anonymousId: 'a', atMs, receivedAtMs: atMs },
    ...{ properties, context: {}, traits: {}, flags: [] },
  };
}

const told = (census: Census) =>
  census.takeChanges().map(({ path, count, firstAtMs, lastAtMs }) => {
    return [path, count, firstAtMs, lastAtMs];
  });

test('what changed is given out once, and again if it could not be saved', () => {
  const census = new Census([]);
  census.take(1, event('A', { p: 1 }, 5));
  expect(census.hasChanges()).toBe(true);
  const rows = census.takeChanges();
  expect(census.hasChanges()).toBe(false);
  census.take(1, event('A', {}, 3));
  census.putBack(rows);
  expect(told(census)).toEqual([
    ['', 2, 3, 5],
    ['p', 1, 5, 5],
  ]);
});

test('counting goes on where it was', () => {
  const before = new Census([]);
  before.take(1, event('A', { p: 1 }, 5));
  before.take(1, { ...event('', {}), type: 'identify', traits: { plan: 'pro' } });
  const after = new Census(structuredClone(before.takeChanges()));
  after.take(1, event('A', { p: 2, q: 2 }, 9));
  after.take(1, { ...event('', {}, 7), type: 'identify', traits: { plan: 'free' } });
  expect(told(after)).toEqual([
    ['', 2, 5, 9],
    ['p', 2, 5, 9],
    ['q', 1, 9, 9],
    ['plan', 2, 1, 7],
  ]);
});

test('paths past the limit are not noted, those known are still counted', () => {
  const census = new Census([]);
  census.take(1, event('A', { known: 1 }));
  for (let index = 0; index < SEEN_PATHS_MAX + 10; index += 1) {
    census.take(1, event('A', { known: 1, [`p${index}`]: 1 }));
  }
  census.take(2, event('A', { other: 1 }));
  const rows = census.takeChanges().filter(({ kind }) => kind === 'property');
  expect(rows.filter(({ site }) => site === 1)).toHaveLength(SEEN_PATHS_MAX);
  expect(rows[0]).toMatchObject({ path: 'known', count: SEEN_PATHS_MAX + 11 });
  expect(rows.filter(({ site }) => site === 2)).toHaveLength(1);
});

test('a path named like a member of every object is a path like any other', () => {
  const census = new Census([]);
  const odd = JSON.parse('{"__proto__":{"constructor":"x"}}') as Event['properties'];
  census.take(1, event('toString', odd));
  expect(told(census).map(([path]) => path)).toEqual(['', '__proto__', '__proto__.constructor']);
});
