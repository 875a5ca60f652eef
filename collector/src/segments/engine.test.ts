import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../event.ts';
import { advance, type Change, join, observe, upgrade } from './apply.ts';
import type { Condition, Definition } from './definition.ts';
import { packState, unpackState } from './pack.ts';
import { compilePlan, type Plan, type StoredSegment } from './plan.ts';
import { recompute } from './recompute.ts';
import { newState, nextDueMs, type State } from './state.ts';

/** One step of a random story. Times are seconds, so that windows and events often touch exactly. */
type Step =
  | { kind: 'event'; person: number; name: string; path: string; session: number; lateS: number }
  | { kind: 'wait'; s: number }
  | { kind: 'merge'; into: number; from: number }
  | { kind: 'define'; condition: Condition; who: Definition['who'] }
  | { kind: 'edit'; index: number; condition: Condition };

const times = fc.oneof(
  fc.integer({ min: 1, max: 4 }),
  fc.record({ lte: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ eq: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ ne: fc.integer({ min: 0, max: 3 }) }),
  fc.constant({ between: [1, 2] as const }),
);
/** Few enough that conditions share their matchers and hunger for longer lists of them. */
const sharedDid = fc
  .record(
    { did: fc.constant('page'), within: fc.constantFrom('3s', '10s'), times },
    { requiredKeys: ['did'] },
  )
  .map((condition) => condition as Condition);
const did = fc
  .record(
    {
      did: fc.constantFrom<string | string[]>('page', 'Viewed', ['page', 'Viewed']),
      where: fc.constantFrom(
        { path: { glob: '/a*' } },
        { path: '/b' },
        { path: { ne: '/b' } },
        { 'context.n': { gt: 1 } },
      ),
      within: fc.constantFrom('3s', '10s', '1m'),
      distinct: fc.constantFrom('session', 'day', 'path', 'missing'),
      times,
    },
    { requiredKeys: ['did'] },
  )
  .map((condition) => condition as Condition);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    { weight: 3, arbitrary: did },
    { weight: 2, arbitrary: sharedDid },
    { weight: 1, arbitrary: fc.record({ not: tie('condition') }) },
    {
      weight: 1,
      arbitrary: fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    },
  ),
}));
const person = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      person,
      name: fc.constantFrom('page', 'Viewed', 'Other'),
      path: fc.constantFrom('/a', '/ab', '/b', '/c'),
      session: fc.nat(2),
      lateS: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.nat(20) },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), s: fc.nat(12) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('merge' as const), into: person, from: person }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('define' as const),
      condition,
      who: fc.constantFrom<Definition['who']>('all', 'known', 'anonymous'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('edit' as const), index: fc.nat(3), condition }),
  },
);

interface Person {
  state: State;
  events: [Event, number][];
}

/** Plays a story through the engine and counts how often it was compared with the full log. */
function play(definitions: readonly Condition[], steps: readonly Step[]): number {
  const zone = 'UTC';
  let revision = 0;
  let nowMs = 1_000_000;
  let nextId = 1;
  let compared = 0;
  const stored: StoredSegment[] = [];
  const people = new Map<number, Person>();
  /** What the change records alone say about who is a member. */
  const told = new Map<string, boolean>();
  let plan: Plan = compilePlan([], 0, zone);

  const define = (condition: Condition, who: Definition['who'] = 'all') => {
    revision += 1;
    const key = stored.length + 1;
    const definition: Definition = {
      id: `s${key}`,
      name: `S${key}`,
      kind: 'implicit',
      who,
      if: condition,
    };
    stored.push({ key, version: 1, revision, definition });
    plan = compilePlan(stored, revision, zone);
  };
  const record = (who: number, changes: readonly Change[]) => {
    for (const { segment, direction } of changes) {
      const name = `${who}/${segment.key}`;
      expect(told.get(name) ?? false, `${name} ${direction} twice`).toBe(direction === 'left');
      told.set(name, direction === 'entered');
    }
  };
  const current = (who: number): Person => {
    const present = people.get(who);
    if (!present) return { state: { ...newState(revision), known: who % 2 === 0 }, events: [] };
    if (present.state.revision === revision) return present;
    const outcome = upgrade(plan, present.state, present.events, nowMs);
    record(who, outcome.changes);
    return { ...present, state: outcome.state };
  };
  const settle = (who: number, { state, events }: Person) => {
    const outcome = advance(plan, state, nowMs);
    record(who, outcome.changes);
    people.set(who, { state: unpackState(packState(outcome.state)), events });
  };
  const compare = () => {
    for (const [who, { state, events }] of people) {
      expect(nextDueMs(state) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(nowMs);
      for (const { key, definition } of stored) {
        const expected = recompute(
          definition,
          { events: events.map(([event]) => event), known: state.known },
          nowMs,
        );
        const label = `person ${who}, segment ${JSON.stringify(definition.if)} at ${nowMs}`;
        expect(state.standings[key]?.enteredMs !== undefined, label).toBe(expected);
        expect(told.get(`${who}/${key}`) ?? false, `record: ${label}`).toBe(expected);
        compared += 1;
      }
    }
  };
  const settleAll = () => {
    for (const who of people.keys()) settle(who, current(who));
    compare();
  };

  for (const condition of definitions) define(condition);
  for (const step of steps) {
    switch (step.kind) {
      case 'event': {
        const event = eventOf(step, nowMs - step.lateS * 1_000, nextId);
        const { state, events } = current(step.person);
        const outcome = observe(plan, state, event, nextId);
        record(step.person, outcome.changes);
        settle(step.person, { state: outcome.state, events: [...events, [event, nextId]] });
        nextId += 1;
        break;
      }
      case 'wait': {
        const untilMs = nowMs + step.s * 1_000;
        // Step through every due instant, and to the millisecond before it.
        for (;;) {
          const dues = [...people.values()].map(({ state }) => nextDueMs(state) ?? Infinity);
          const dueMs = Math.min(...dues);
          if (dueMs > untilMs) break;
          nowMs = dueMs - 1;
          compare();
          nowMs = dueMs;
          settleAll();
        }
        nowMs = untilMs;
        break;
      }
      case 'merge': {
        const from = people.get(step.from);
        if (step.into === step.from || !from) break;
        const a = current(step.into);
        const b = current(step.from);
        const joined = join(plan, a.state, b.state, nowMs, nextId);
        record(step.into, joined.changes);
        record(step.from, joined.changesOfFrom);
        people.delete(step.from);
        settle(step.into, { state: joined.state, events: [...a.events, ...b.events] });
        for (const { key } of stored) expect(told.get(`${step.from}/${key}`) ?? false).toBe(false);
        break;
      }
      case 'define':
        if (stored.length < 6) define(step.condition, step.who);
        settleAll();
        break;
      case 'edit': {
        const segment = stored[step.index];
        if (!segment) break;
        revision += 1;
        const definition = { ...segment.definition, if: step.condition };
        stored[step.index] = { ...segment, version: segment.version + 1, revision, definition };
        plan = compilePlan(stored, revision, zone);
        settleAll();
        break;
      }
    }
    compare();
  }
  return compared;
}

function eventOf(
  { name, path, session }: Extract<Step, { kind: 'event' }>,
  atMs: number,
  id: number,
): Event {
  return {
    messageId: `m${id}`,
    type: name === 'page' ? 'page' : 'track',
    ...(name !== 'page' && { name }),
    atMs,
    receivedAtMs: atMs,
    ...(session > 0 && { sessionId: `s${session}` }),
    properties: { path },
    context: { n: session },
    traits: {},
    flags: [],
  };
}

test('incremental state equals recomputation from the log, at every instant', () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.array(condition, { minLength: 1, maxLength: 3 }),
      fc.array(step, { minLength: 1, maxLength: 40 }),
      (definitions, steps) => {
        compared += play(definitions, steps);
      },
    ),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 1_000) },
  );
  expect(compared).toBeGreaterThan(10_000);
});
