import { describe, expect, test } from 'vitest';
import { pointerOf, readHeading, wireOf } from './heading.ts';

function columns(...heading: readonly string[]) {
  const read = readHeading(heading);
  if (!read.ok) throw new Error(`Wrong: ${read.wrong.join()}`);
  return read.columns;
}

/** What becomes of one row below a heading, as JSON has it. */
function wire(heading: readonly string[], cells: readonly string[]): unknown {
  return JSON.parse(JSON.stringify(wireOf(cells, columns(...heading))));
}

describe('a row', () => {
  test.each<[string, readonly string[], readonly string[], object]>([
    [
      'tells who somebody is',
      ['userId', 'email', 'plan'],
      ['u', 'a@x.test', 'pro'],
      { type: 'identify', userId: 'u', traits: { email: 'a@x.test', plan: 'pro' } },
    ],
    [
      'tells what happened, where it names an event',
      ['anonymousId', 'event', 'price', 'timestamp'],
      ['a', 'Bought', '39', '2026-01-31T12:00:00Z'],
      {
        type: 'track',
        anonymousId: 'a',
        event: 'Bought',
        timestamp: '2026-01-31T12:00:00Z',
        properties: { price: 39 },
      },
    ],
    [
      'is of the type that it says',
      ['Type', 'userId', 'name', 'path'],
      ['Page', 'u', 'Prices', '/pricing'],
      { type: 'page', userId: 'u', name: 'Prices', properties: { path: '/pricing' } },
    ],
    [
      'has a name that is a trait of a person',
      ['userId', 'name'],
      ['u', 'Ada'],
      { type: 'identify', userId: 'u', traits: { name: 'Ada' } },
    ],
    [
      'has fields that are spelt in other ways',
      ['USER ID', 'anonymous_id', 'message-id', 'Session ID', 'groupid', 'type'],
      ['u', 'a', 'm', 's', 'g', 'group'],
      {
        ...{ type: 'group', userId: 'u', anonymousId: 'a', messageId: 'm', groupId: 'g' },
        context: { sessionId: 's' },
      },
    ],
    [
      'has paths',
      ['userId', 'traits.address.city', 'traits.address.zip', 'context.page.url', 'Properties.a'],
      ['u', 'Bonn', '053111', 'https://x.test/', '1'],
      {
        ...{ type: 'identify', userId: 'u' },
        traits: { address: { city: 'Bonn', zip: '053111' } },
        context: { page: { url: 'https://x.test/' } },
        properties: { a: 1 },
      },
    ],
    [
      'has JSON, and more beside it',
      ['userId', 'traits', 'traits.plan'],
      ['u', '{"age": 36, "plan": "free"}', 'pro'],
      { type: 'identify', userId: 'u', traits: { age: 36, plan: 'pro' } },
    ],
    [
      'says nothing in an empty cell',
      ['userId', 'plan'],
      ['u', ' '],
      { type: 'identify', userId: 'u' },
    ],
    [
      'may be shorter than the heading',
      ['userId', 'plan'],
      ['u'],
      { type: 'identify', userId: 'u' },
    ],
  ])('%s', (_, heading, cells, expected) => expect(wire(heading, cells)).toEqual(expected));
});

test.each<[string, unknown]>([
  ['39', 39],
  ['-0.5', -0.5],
  ['007', '007'],
  ['+49', '+49'],
  ['1e3', '1e3'],
  ['1,5', '1,5'],
  ['12345678901234567890', '12345678901234567890'],
  ['true', true],
  ['FALSE', false],
  ['yes', 'yes'],
  ['["a","b"]', ['a', 'b']],
  ['{"a":1}', { a: 1 }],
  ['[draft]', '[draft]'],
  ['2026-01-31', '2026-01-31'],
  [' padded ', 'padded'],
])('a cell with %j is %j', (cell, expected) => {
  expect(wire(['userId', 'x'], ['u', cell])).toMatchObject({ traits: { x: expected } });
});

test('ids and names stay texts, and instants may be numbers', () => {
  const heading = ['userId', 'messageId', 'event', 'timestamp'];
  expect(wire(heading, ['007', '42', '7', '1700000000'])).toEqual({
    ...{ type: 'track', userId: '007', messageId: '42', event: '7', timestamp: 1_700_000_000 },
  });
});

test('no heading reaches what all objects share', () => {
  const heading = ['userId', 'traits', 'traits.__proto__.polluted', 'properties.constructor.x'];
  wireOf(['u', '{"a":1}', 'yes', 'yes'], columns(...heading));
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect((Object as unknown as Record<string, unknown>).x).toBeUndefined();
});

test.each([
  [['userId', ''], ['']],
  [['userId', 'plan', ' plan '], ['plan']],
  [['userId', 'User ID'], ['User ID']],
  [['traits.plan', 'Traits.plan'], ['Traits.plan']],
])('the heading %j is refused for %j', (heading, wrong) => {
  expect(readHeading(heading)).toEqual({ ok: false, wrong });
});

test('a column knows where its cells go', () => {
  const all = columns('userId', 'a/b', 'traits.x~y', 'event');
  const pointers = (...cells: readonly string[]) => all.map((each) => pointerOf(each, cells, all));
  expect(pointers('u', '1', '2', '')).toEqual([
    '/userId',
    '/traits/a~1b',
    '/traits/x~0y',
    '/event',
  ]);
  expect(pointers('u', '1', '2', 'E')[1]).toBe('/properties/a~1b');
});
