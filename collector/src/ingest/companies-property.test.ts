import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startStory } from '../../testing/story.ts';
import type { Condition, Test, Window } from '../segments/definition.ts';

type Step =
  | { kind: 'view'; who: number; path: string; session: number; lateS: number }
  | { kind: 'group'; who: number; company: string; plan: string; lateS: number }
  | { kind: 'identify'; who: number; device: number }
  | { kind: 'merge'; who: number; from: number }
  | { kind: 'split'; who: number; from: number }
  | { kind: 'wait'; s: number }
  | { kind: 'define'; index: number; condition: Condition };

const times = fc.oneof(
  fc.integer({ min: 1, max: 3 }),
  fc.record({ lte: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ eq: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ ne: fc.integer({ min: 0, max: 2 }) }),
);
const together = fc
  .record(
    {
      did: fc.constantFrom('page', 'group'),
      within: fc.constantFrom<Window>(
        '3s',
        '10s',
        { from: '10s', to: '3s' },
        { calendar: 'today' },
      ),
      distinct: fc.constantFrom('person', 'person', 'session', 'day', 'path'),
      where: fc.constantFrom({ path: '/a' }, { path: { ne: '/a' } }),
      times,
    },
    { requiredKeys: ['did'] },
  )
  .map((account) => ({ account }) as Condition);
const trait = fc.record({
  account: fc.constantFrom('plan', 'due'),
  is: fc.constantFrom<Test>(
    'pro',
    { ne: 'pro' },
    { exists: false },
    { next: '5s' },
    { last: '5s' },
  ),
}) as fc.Arbitrary<Condition>;
const own = fc.constantFrom<Condition>({ did: 'page', within: '3s' }, { idle: '5s' });
const leaf = fc.oneof({ weight: 4, arbitrary: together }, { weight: 2, arbitrary: trait }, own);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: leaf },
  leaf.map((not) => ({ not })),
  fc.array(leaf, { minLength: 2, maxLength: 3 }).map((all) => ({ all })),
  fc.array(leaf, { minLength: 2, maxLength: 3 }).map((any) => ({ any })),
);
const who = fc.nat(5);
const lateS = fc.oneof(fc.constant(0), fc.nat(12));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      ...{ kind: fc.constant('view' as const), who, lateS },
      ...{ path: fc.constantFrom('/a', '/b'), session: fc.nat(2) },
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ kind: fc.constant('group' as const), who, lateS },
      ...{ company: fc.constantFrom('x', 'y'), plan: fc.constantFrom('pro', 'free', '') },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('identify' as const),
      who: fc.nat(2),
      device: fc.nat(2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('merge' as const, 'split' as const),
      who,
      from: who,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), s: fc.nat(8) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('define' as const), index: fc.nat(2), condition }),
  },
);

/** The first three have user ids, the others are devices that may turn out to be theirs. */
function idOf(who: number): { userId: string } | { anonymousId: string } {
  return who < 3 ? { userId: `u${who}` } : { anonymousId: `d${who - 3}` };
}

function nameOf(who: number): string {
  return Object.values(idOf(who)).join();
}

const SITE = 1;
/** Companies whose size is not how many people they have, or that have somebody who is nobody. */
const WRONG_SIZES = `
  SELECT group_id, people FROM account WHERE people != (SELECT count(*) FROM account_person
    JOIN profile ON profile.id = account_person.profile AND "into" IS NULL
    WHERE account_person.site = account.site AND account_person.group_id = account.group_id)`;

async function play(definitions: readonly Condition[], steps: readonly Step[]): Promise<number> {
  const story = await startStory();
  const { nowMs: startMs } = story;
  let checked = 0;
  const compare = async () => {
    const audit = await story.audit();
    checked += audit.checked;
    expect(audit.differing, `at ${story.nowMs - startMs}`).toEqual([]);
    expect(await story.sql(WRONG_SIZES)).toEqual([]);
    expect(story.reported).toEqual([]);
  };
  const apply = async (step: Extract<Step, { from: number }>) => {
    const owner = await story.person(nameOf(step.who));
    const other = await story.person(nameOf(step.from));
    if (owner === undefined || other === undefined) return;
    if (step.kind === 'merge') await story.writer.mergePeople(SITE, owner.id, other.id);
    else await story.writer.unmergeIdentity(SITE, owner.id, nameOf(step.from));
  };
  const define = async (index: number, condition: Condition) => {
    await story.define(`s${index}`, condition);
    await story.built(`s${index}`);
  };
  try {
    for (const [index, each] of definitions.entries()) await define(index, each);
    for (const step of steps) {
      if (step.kind === 'wait') {
        for (let ms = step.s * 1_000; ms > 0; ms -= 1_000) {
          await story.wait(999);
          await compare();
          await story.wait(1);
          await compare();
        }
      } else if (step.kind === 'define') {
        await define(step.index, step.condition);
      } else if (step.kind === 'merge' || step.kind === 'split') {
        await apply(step);
      } else if (step.kind === 'identify') {
        await story.send({ type: 'identify', ...idOf(step.who), anonymousId: `d${step.device}` });
      } else {
        const atMs = story.nowMs - step.lateS * 1_000;
        const common = { ...idOf(step.who), atMs };
        if (step.kind === 'view') {
          const { path, session } = step;
          await story.send({ ...common, path, ...(session > 0 && { sessionId: `s${session}` }) });
        } else {
          const { company: groupId, plan } = step;
          const traits = plan === '' ? {} : { plan, due: atMs + 5_000 };
          await story.send({ ...common, type: 'group', groupId, traits });
        }
      }
      await compare();
    }
    return checked;
  } finally {
    await story.end();
  }
}

test('what is true of people through their company equals a recomputation from the log', async () => {
  let checked = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(condition, { minLength: 1, maxLength: 3 }),
      fc.array(step, { minLength: 4, maxLength: 25 }),
      async (definitions, steps) => {
        checked += await play(definitions, steps);
      },
    ),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 60) },
  );
  expect(checked).toBeGreaterThan(1_000);
}, 600_000);
