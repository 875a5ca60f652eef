import { expect, test } from 'vitest';
import type { Event } from '../event.ts';
import type { SeenRow } from './census.ts';
import { createVocabulary, UNHEARD_MS } from './vocabulary.ts';

const ROOM = { names: 2, paths: 3 };
const SITE = 1;

function event(change: Partial<Event> = {}): Event {
  return {
    ...{ messageId: 'm', type: 'track', name: 'A', anonymousId: 'a', atMs: 0, receivedAtMs: 0 },
    ...{ properties: {}, context: {}, traits: {}, flags: [] },
    ...change,
  };
}

/** Which of these events are let through, in their order. */
function admitted(events: readonly Event[], rows: readonly SeenRow[] = []) {
  const { admit } = createVocabulary(rows, ROOM);
  return events.map((each) => admit(SITE, each)?.pointer ?? 'taken');
}

test('of names so many are taken, and these again and again', () => {
  const names = ['A', 'B', 'C', 'A', 'B', 'D'].map((name) => event({ name }));
  expect(admitted(names)).toEqual(['taken', 'taken', '/event', 'taken', 'taken', '/event']);
});

test('a view, a group and an identify need no name', () => {
  const events = ['A', 'B'].map((name) => event({ name }));
  const others = (['page', 'screen', 'group', 'identify'] as const).map((type) =>
    event({ type, name: `A ${type}` }),
  );
  expect(admitted([...events, ...others])).toEqual(Array(6).fill('taken'));
});

test('of keys so many are taken, of each event its own, in objects, too', () => {
  expect(
    admitted([
      event({ properties: { a: 1, b: { c: 1 } } }),
      event({ properties: { a: 2, b: { c: 2 } } }),
      event({ properties: { a: 3, b: { 'd/e': 2 } } }),
      event({ name: 'B', properties: { a: 3 } }),
      event({ type: 'identify', traits: { plan: 'pro' } }),
    ]),
  ).toEqual(['taken', 'taken', '/properties/b/d~1e', '/properties/a', '/traits/plan']);
});

test('of what is refused nothing is learnt', () => {
  const tooMany = event({ name: 'C', properties: { a: 1, b: 2, c: 3, d: 4 } });
  expect(admitted([tooMany, event({ name: 'A' }), event({ name: 'B' })])).toEqual([
    '/properties/a',
    'taken',
    'taken',
  ]);
});

test('what was seen before a start is known', () => {
  const seen = { site: SITE, count: 1, firstAtMs: 0, lastAtMs: 0, types: [], examples: [] };
  const rows: readonly SeenRow[] = [
    ...['A', 'B'].map((name) => ({ ...seen, kind: 'event' as const, event: name, path: '' })),
    ...['a', 'b', 'b.c'].map((path) => ({ ...seen, kind: 'property' as const, event: 'A', path })),
    // Contexts take no room.
    { ...seen, kind: 'context', event: '', path: 'context.locale' },
  ];
  const events = [
    event({ name: 'C' }),
    event({ properties: { a: 1, b: { c: 2 } } }),
    event({ properties: { d: 1 } }),
  ];
  expect(admitted(events, rows)).toEqual(['/event', 'taken', '/properties/d']);
});

test('a name that was unheard for long gives its place to another', () => {
  const at = (name: string, receivedAtMs: number) => event({ name, receivedAtMs });
  const events = [at('A', 0), at('B', 5), at('C', UNHEARD_MS - 1), at('B', UNHEARD_MS)];
  expect(admitted([...events, at('C', UNHEARD_MS), at('A', UNHEARD_MS + 1)])).toEqual([
    ...['taken', 'taken', '/event', 'taken'],
    ...['taken', '/event'],
  ]);
});

test('sites do not take each other’s room', () => {
  const { admit } = createVocabulary([], ROOM);
  for (const name of ['A', 'B']) admit(SITE, event({ name }));
  expect(admit(SITE + 1, event({ name: 'C' }))).toBeUndefined();
});
