import type { Event } from '../event.ts';
import { advance, segmentsDue } from './advance.ts';
import { describe, gather, newCompany, type Told, type Turn, toldOf, turnsOf } from './company.ts';
import type { AccountFacts } from './facts.ts';
import { groupingsOf } from './grouping.ts';
import { type Change, judge, type Moment } from './judge.ts';
import { addAll, remember } from './perceive.ts';
import type { AccountPlan, CompiledSegment } from './plan.ts';
import { type History, instantsOf } from './replay.ts';
import { newState, type State } from './state.ts';

/** Somebody who was ever put into a company, with all that they did. */
export interface Colleague {
  /** The person's internal number. */
  readonly self: number;
  readonly history: History;
}

/** What became of a company to which everything happened in order. */
export interface CompanyLife {
  /** In order of time; of one instant there is one. */
  readonly turns: readonly Turn[];
  /** As it is in the end; absent where nobody ever named it. */
  readonly state?: State;
}

/** What somebody knew of their company from an instant on. */
export interface Copy {
  readonly atMs: number;
  readonly account: AccountFacts;
}

/**
 * The life of a company, up to and including `untilMs`. Its people at an instant are those whose newest
 * group call up to then names it; all that they did before counts, also from before they came. What
 * happened in one instant is judged together.
 *
 * @param people - Everybody who ever named it, each once. Nobody else can change what holds of it.
 */
export function companyLife(
  accounts: AccountPlan,
  groupId: string,
  people: readonly Colleague[],
  untilMs: number,
): CompanyLife {
  const { plan } = accounts;
  const turns: Turn[] = [];
  const staff = new Staff(accounts, groupId, people);
  let state: State | undefined;
  let told: Told = NOTHING_TOLD;
  const become = (next: State, changes: readonly Change[], moment: Moment) => {
    const now = toldOf(accounts, next);
    turns.push(...turnsOf(told, now, { changes, moment }));
    told = now;
    state = next;
  };
  const pass = (atMs: number) => {
    if (state === undefined) return;
    const passed = advance(plan, state, atMs);
    become(passed.state, passed.changes, { atMs, cause: 'time', announced: false });
  };
  for (const [atMs, deeds] of deedsOf(people, untilMs)) {
    pass(atMs - 1);
    const moved = staff.take(atMs, deeds);
    const calls = deeds.filter(({ event }) => event.type === 'group' && event.groupId === groupId);
    const isNew = state === undefined;
    if (state === undefined && calls.length === 0) continue;
    let next: State = { ...(state ?? newCompany(plan.revision, atMs)), settledMs: atMs };
    const touched = new Set<CompiledSegment>();
    if (moved || isNew) {
      next = { ...next, lists: gather(accounts, staff.present) };
      addAll(touched, plan.segments.values());
    } else {
      for (const { event, id, self } of deeds) {
        if (!staff.has(self)) continue;
        next = { ...next, lists: remember(plan, next, [event, id, self], touched) };
      }
    }
    for (const { event } of calls) next = describe(next, event);
    addAll(touched, segmentsDue(plan, next, atMs));
    const moment: Moment = { atMs, cause: 'event', announced: false };
    const judged = judge(plan, next, touched, moment);
    become(judged.state, judged.changes, moment);
  }
  pass(untilMs);
  return { turns, ...(state && { state }) };
}

/**
 * What somebody knew of their companies, step by step in order of time.
 *
 * @param lifeOf - The life of each company that their history names.
 */
export function copiesOf(
  history: History,
  lifeOf: (groupId: string) => CompanyLife | undefined,
): readonly Copy[] {
  const groupings = groupingsOf(history);
  return groupings.flatMap((grouping, index): Copy[] => {
    const fromMs = grouping.atMs;
    const untilMs = groupings[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const turns = lifeOf(grouping.id)?.turns ?? [];
    const found = turns.findLast(({ atMs }) => atMs <= fromMs) ?? NOTHING_TOLD;
    const copy = (atMs: number, { traits, holds }: Told): Copy => ({
      atMs,
      account: { ...grouping, traits, holds },
    });
    const later = turns.filter(({ atMs }) => fromMs < atMs && atMs < untilMs);
    return [copy(fromMs, found), ...later.map((turn) => copy(turn.atMs, turn))];
  });
}

const NOTHING_TOLD: Told = { traits: {}, holds: [] };

/** Something that somebody did. */
interface Deed {
  readonly event: Event;
  readonly id: number;
  readonly self: number;
}

/** All that they did, instant by instant. */
function deedsOf(people: readonly Colleague[], untilMs: number): Iterable<[number, Deed[]]> {
  const all = people.flatMap(({ self, history }) =>
    history.flatMap(([event, id]): Deed[] => (event.atMs <= untilMs ? [{ event, id, self }] : [])),
  );
  return instantsOf(all, ({ event }) => event.atMs);
}

/** Who is in a company by now, and what each of its people ever did. */
class Staff {
  readonly #accounts: AccountPlan;
  readonly #groupId: string;
  readonly #places = new Map<number, ReadonlyMap<number, string>>();
  readonly #states = new Map<number, State>();
  readonly #present = new Set<number>();

  constructor(accounts: AccountPlan, groupId: string, people: readonly Colleague[]) {
    this.#accounts = accounts;
    this.#groupId = groupId;
    for (const { self, history } of people) {
      const places = groupingsOf(history).map(({ atMs, id }): [number, string] => [atMs, id]);
      this.#places.set(self, new Map(places));
      this.#states.set(self, newState(accounts.plan.revision, self));
    }
  }

  get present(): readonly State[] {
    return [...this.#present].flatMap((self) => this.#states.get(self) ?? []);
  }

  has(self: number): boolean {
    return this.#present.has(self);
  }

  /** Takes in what happened in one instant; answers whether somebody came or left. */
  take(atMs: number, deeds: readonly Deed[]): boolean {
    let moved = false;
    for (const { event, id, self } of deeds) {
      const state = this.#states.get(self) ?? newState(this.#accounts.plan.revision, self);
      const lists = remember(this.#accounts.plan, state, [event, id, self], new Set());
      this.#states.set(self, { ...state, lists, settledMs: atMs });
      const place = this.#places.get(self)?.get(atMs);
      if (place === undefined || (place === this.#groupId) === this.#present.has(self)) continue;
      moved = true;
      if (place === this.#groupId) this.#present.add(self);
      else this.#present.delete(self);
    }
    return moved;
  }
}
