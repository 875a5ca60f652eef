import { describe, expect, test } from 'vitest';
import type { Event } from '../event.ts';
import { newIdentity } from '../identity/identity.ts';
import type { Profile } from '../identity/profile.ts';
import type { Condition, Definition } from '../segments/definition.ts';
import { compilePlan } from '../segments/plan.ts';
import { newState } from '../segments/state.ts';
import { likelyStrands } from './likely-strands.ts';

const PRICING: Condition = { did: 'page', where: { path: '/pricing' } };
const base = { name: 'x', kind: 'implicit' } as const;
const PAST: Definition = { ...base, id: 'past', if: PRICING, leaveIf: { did: 'Bought' } };
const PLAIN: Definition = { ...base, id: 'plain', if: { did: 'Read' } };

/** A stranger with the device `a`, settled at 100, and a user `u`, at home on the device `b`. */
const PEOPLE: readonly Profile[] = [
  { id: 1, site: 1, anonymousIds: ['a'], parts: [1, 11], state: at(100) },
  { id: 2, site: 1, userId: 'u', anonymousIds: ['b'], parts: [2], state: at(100) },
];
const IDENTITIES = [
  newIdentity({ kind: 'anonymous', value: 'a' }, { fromMs: 0, profile: 1, part: 1 }),
  newIdentity({ kind: 'anonymous', value: 'b' }, { fromMs: 0, profile: 2, part: 2 }),
  newIdentity({ kind: 'user', value: 'u' }, { fromMs: 0, profile: 2, part: 2 }),
];

describe('whose history a group of events will ask for', () => {
  const view = (anonymousId: string, atMs: number) =>
    event({ type: 'page', anonymousId, atMs, properties: { path: '/pricing' } });
  const did = (name: string, anonymousId: string, atMs: number) =>
    event({ type: 'track', name, anonymousId, atMs });
  const identify = (userId: string, anonymousId: string) =>
    event({ type: 'identify', userId, anonymousId, atMs: 200 });

  test.each([
    { when: 'all is in order', events: [view('a', 101), view('a', 102)], strands: [] },
    { when: 'it comes late', events: [view('a', 99)], strands: [1, 11] },
    { when: 'it has the same instant as what was', events: [view('a', 100)], strands: [1, 11] },
    {
      when: 'it is late within the group',
      events: [view('a', 102), view('a', 101)],
      strands: [1, 11],
    },
    { when: 'another was later', events: [view('b', 102), view('a', 101)], strands: [] },
    { when: 'what leaves comes late', events: [did('Bought', 'a', 99)], strands: [1, 11] },
    { when: 'no past depends on it', events: [did('Read', 'a', 99)], strands: [] },
    { when: 'nobody knows it', events: [view('c', 99)], strands: [] },
    { when: 'a stranger is named', events: [identify('v', 'a')], strands: [1, 11] },
    { when: 'a stranger turns out to be known', events: [identify('u', 'a')], strands: [2, 1, 11] },
    { when: 'a user is named again', events: [identify('u', 'b')], strands: [] },
  ])('$when: $strands', ({ events, strands }) => {
    expect(likelyStrands(planOf(PAST, PLAIN), events, known())).toEqual(strands);
  });

  test('what reads a segment that depends on the past is read along', () => {
    const reader: Definition = { ...base, id: 'reader', if: { segment: 'plain', state: 'ever' } };
    const plan = planOf(PLAIN, reader);
    expect(likelyStrands(plan, [did('Read', 'a', 99)], known())).toEqual([1, 11]);
  });

  test('where nothing depends on the past, nobody’s', () => {
    const events = [view('a', 99), identify('u', 'a')];
    expect(likelyStrands(planOf(PLAIN), events, known())).toEqual([]);
  });
});

function known() {
  return { identities: IDENTITIES, profiles: PEOPLE };
}

function at(settledMs: number): Profile['state'] {
  return { ...newState(1), settledMs };
}

function planOf(...definitions: readonly Definition[]) {
  const stored = definitions.map((definition, index) => {
    return { key: index + 1, version: 1, revision: 1, definition };
  });
  return compilePlan(stored, 1, 'UTC');
}

function event(of: Pick<Event, 'type' | 'atMs'> & Partial<Event>): Event {
  const nothing = { properties: {}, context: {}, traits: {}, flags: [] };
  return { messageId: 'm', receivedAtMs: of.atMs, ...nothing, ...of };
}
