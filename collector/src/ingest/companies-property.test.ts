import fc from 'fast-check';
import { expect, test } from 'vitest';
import { START_MS, type Story, startStory } from '../../testing/story.ts';
import { listMembers } from '../query/members.ts';
import { listTrueMembers } from '../query/members-then.ts';
import { planOf } from '../query/replay.ts';
import { findStoredSegment } from '../query/segments.ts';
import { preview } from '../query/simulate.ts';
import type { Condition, Definition, Test, Window } from '../segments/definition.ts';
import { isRecomputable } from '../segments/recompute.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';

type Step =
  | { kind: 'view'; who: number; path: string; session: number; lateS: number }
  | { kind: 'group'; who: number; company: string; plan: string; lateS: number }
  | { kind: 'identify'; who: number; device: number }
  | { kind: 'merge'; who: number; from: number }
  | { kind: 'split'; who: number; from: number }
  | { kind: 'wait'; s: number }
  | { kind: 'restart' }
  | { kind: 'define'; index: number; asked: Asked };

/** What of a definition is drawn. */
type Asked = Pick<Definition, 'if' | 'leaveIf' | 'minStay'>;

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
/** Definitions that stand behind the first one may ask about it and about its past. */
const another = fc
  .record(
    {
      segment: fc.constant('s0'),
      state: fc.constantFrom(
        'in' as const,
        'out' as const,
        'ever' as const,
        'entered' as const,
        'left' as const,
      ),
      within: fc.constantFrom('3s', '10s'),
    },
    { requiredKeys: ['segment', 'state'] },
  )
  .map(
    ({ within, ...rest }): Condition =>
      rest.state === 'entered' || rest.state === 'left'
        ? { ...rest, ...(within && { within }) }
        : rest,
  );
/** What depends on the past asks about the person alone as often as about companies. */
const asked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 2, arbitrary: condition.map((each): Asked => ({ if: each })) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        if: fc.oneof(own, condition),
        leaveIf: fc.oneof(own, leaf),
        minStay: fc.constantFrom('2s', '6s'),
      },
      { requiredKeys: ['if'] },
    ),
  },
);
const later: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 2, arbitrary: asked },
  another.map((each): Asked => ({ if: each })),
  fc.tuple(another, leaf).map((all): Asked => ({ if: { all } })),
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
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'restart' }) },
  {
    weight: 1,
    arbitrary: fc
      .nat(2)
      .chain((index) =>
        (index === 0 ? asked : later).map((each): Step => ({ kind: 'define', index, asked: each })),
      ),
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

const NEXT_DUE = `SELECT min(due) FROM (SELECT min(next_due) AS due FROM profile
  UNION ALL SELECT min(next_due) FROM account)`;

/** A story in which everything is held against the log after each step. */
class Play {
  #story: Story;
  readonly #definitions = new Map<string, Definition>();
  checked = 0;
  tried = 0;

  constructor(story: Story) {
    this.#story = story;
  }

  async end(): Promise<void> {
    await this.#story.end();
  }

  async define(index: number, asked: Asked): Promise<void> {
    const id = `s${index}`;
    const { if: condition, ...rest } = asked;
    await this.#story.define(id, condition, rest);
    await this.#story.built(id);
    this.#definitions.set(id, { id, name: id, kind: 'implicit', ...asked });
  }

  async take(step: Step): Promise<void> {
    const story = this.#story;
    switch (step.kind) {
      case 'wait':
        return await this.#wait(step.s * 1_000);
      case 'define':
        return await this.define(step.index, step.asked);
      case 'restart':
        // Messages are numbered from the instant of the start on.
        await this.#story.wait(1);
        this.#story = await story.restart();
        return;
      case 'merge':
      case 'split':
        return await this.#apply(step);
      case 'identify':
        await story.send({ type: 'identify', ...idOf(step.who), anonymousId: `d${step.device}` });
        return;
      default:
        return await this.#happen(step);
    }
  }

  async compare(): Promise<void> {
    const audit = await this.#story.audit();
    this.checked += audit.checked;
    expect(audit.differing, `at ${this.#story.nowMs - START_MS}`).toEqual([]);
    expect(await this.#story.sql(WRONG_SIZES)).toEqual([]);
    expect(this.#story.reported).toEqual([]);
  }

  /** What a definition says before it is saved is what it says afterwards. */
  async tryAll(): Promise<void> {
    const story = this.#story;
    const world = { timeZone: 'UTC', segments: this.#definitions };
    for (const definition of this.#definitions.values()) {
      if (!isRecomputable(definition, world)) continue;
      this.tried += 1;
      const tried = { ...definition, id: 'tried' };
      const site = await loadSiteDefinitions(story.database, SITE);
      const { size } = await preview(story.database, tried, { ...site, nowMs: story.nowMs });
      const others = site.segments.filter((each) => each.definition.id !== 'tried');
      const asked = { site: SITE, plan: planOf([tried], 'UTC', { segments: others }), key: 1 };
      const before = await listTrueMembers(story.database, asked, story.nowMs, { limit: 500 });
      const { if: condition, ...rest } = tried;
      await story.define('tried', condition, rest);
      await story.built('tried');
      const key = (await findStoredSegment(story.database, SITE, 'tried'))?.key ?? 0;
      const page = { limit: 500 };
      const saved = { site: SITE, key };
      const after = await listMembers(story.database, saved, page, story.nowMs);
      const until = ({ id, leavesAt }: { readonly id: string; readonly leavesAt?: string }) =>
        `${id} until ${leavesAt}`;
      expect(before.data.map(until).sort(), JSON.stringify(tried)).toEqual(
        after.data.map(until).sort(),
      );
      expect(size).toBe(after.data.length);
    }
  }

  /** Stops just before and at every instant at which time alone may change something. */
  async #wait(ms: number): Promise<void> {
    const untilMs = this.#story.nowMs + ms;
    for (;;) {
      const dueMs = Number((await this.#story.sql(NEXT_DUE))[0]?.[0] ?? Number.POSITIVE_INFINITY);
      const nextMs = Math.min(dueMs, untilMs);
      for (const atMs of [nextMs - 1, nextMs]) {
        if (atMs <= this.#story.nowMs) continue;
        await this.#story.wait(atMs - this.#story.nowMs);
        await this.compare();
      }
      if (this.#story.nowMs >= untilMs) return;
    }
  }

  async #apply({ kind, who: into, from }: Extract<Step, { from: number }>): Promise<void> {
    const { writer } = this.#story;
    const owner = await this.#story.person(nameOf(into));
    const other = await this.#story.person(nameOf(from));
    if (owner === undefined || other === undefined) return;
    if (kind === 'merge') await writer.mergePeople(SITE, owner.id, other.id);
    else await writer.unmergeIdentity(SITE, owner.id, nameOf(from));
  }

  async #happen(step: Extract<Step, { kind: 'view' | 'group' }>): Promise<void> {
    const atMs = this.#story.nowMs - step.lateS * 1_000;
    const common = { ...idOf(step.who), atMs };
    if (step.kind === 'view') {
      const { path, session } = step;
      const visit = session > 0 && { sessionId: `s${session}` };
      await this.#story.send({ ...common, path, ...visit });
      return;
    }
    const { company: groupId, plan } = step;
    const traits = plan === '' ? {} : { plan, due: atMs + 5_000 };
    await this.#story.send({ ...common, type: 'group', groupId, traits });
  }
}

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);

test(
  'what is true of people through their company equals a recomputation from the log',
  async () => {
    let checked = 0;
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(
        asked,
        fc.array(later, { maxLength: 2 }),
        fc.array(step, { minLength: 4, maxLength: 25 }),
        async (first, others, steps) => {
          const play = new Play(await startStory());
          try {
            for (const [index, each] of [first, ...others].entries())
              await play.define(index, each);
            for (const each of steps) {
              await play.take(each);
              await play.compare();
            }
            await play.tryAll();
            checked += play.checked;
            tried += play.tried;
          } finally {
            await play.end();
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(checked).toBeGreaterThan(1_000);
    expect(tried).toBeGreaterThan(RUNS);
  },
  600_000 + RUNS * 10_000,
);
