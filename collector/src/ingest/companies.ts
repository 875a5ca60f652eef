import type { Event } from '../event.ts';
import { type Company, type CompanyName, nameOfCompany } from '../identity/company.ts';
import type { Profile } from '../identity/profile.ts';
import type { Outcome } from '../segments/advance.ts';
import { advance } from '../segments/advance.ts';
import { adopt } from '../segments/apply.ts';
import {
  describe,
  gather,
  isSameTold,
  needsPeople,
  newCompany,
  owesTo,
  regroup,
  type Told,
  toldOf,
  turnsOf,
  undescribed,
  upgradeCompany,
  witness,
} from '../segments/company.ts';
import type { AccountFacts, Facts } from '../segments/facts.ts';
import { groupingOf, isNewer } from '../segments/grouping.ts';
import type { Change, Moment } from '../segments/judge.ts';
import type { AccountPlan, CompiledSegment, Plan } from '../segments/plan.ts';
import type { History } from '../segments/replay.ts';
import { combineStates, nextDueMs, type State } from '../segments/state.ts';
import { CompanyShelf, type LoadedCompanies, nameOf } from './company-shelf.ts';

/**
 * People of a company whom one transaction tells of its change. Those of a larger one are marked as
 * due and told at once by the steps that settle people, each with the instant of the change.
 */
export const COMPANY_PEOPLE_AT_ONCE_MAX = 200;
/** Changes that a large company remembers for people not told yet. Of more they learn the outcome alone. */
export const TRAIL_MAX = 32;

/** What somebody knows of a company that told them nothing yet. */
export const UNTOLD: Told = { traits: {}, holds: [] };

/** What was said of companies by others than somebody, by the company's id. */
export type CompanyCalls = ReadonlyMap<string, readonly Event[]>;

export interface CompaniesPorts {
  readonly planOf: (site: number) => Plan;
  readonly nowMs: number;
  readonly people: () => Iterable<Profile>;
  /** Takes over what became of somebody who was told. */
  readonly tell: (person: Profile, outcome: Outcome) => void;
  /** Is told of somebody who heard of a change later than of something that happened after it. */
  readonly lagged: (person: number, why: Moment) => void;
}

/** Works out what a group of events causes for companies and, through them, for their people. */
export class Companies {
  readonly #ports: CompaniesPorts;
  readonly #shelf: CompanyShelf;
  readonly #marked = new Map<string, CompanyName & { readonly atMs: number }>();

  constructor(loaded: LoadedCompanies, ports: CompaniesPorts) {
    this.#ports = ports;
    this.#shelf = new CompanyShelf(loaded, ports.people);
  }

  get changed(): readonly Company[] {
    return this.#shelf.changed;
  }

  /** What has to be read before all can be decided. */
  get wanted(): {
    readonly companies: readonly CompanyName[];
    readonly peopleOf: readonly CompanyName[];
  } {
    const { wanted, wantedPeople } = this.#shelf;
    return { companies: [...wanted.values()], peopleOf: [...wantedPeople.values()] };
  }

  /** Companies whose people have to be told later. */
  get marked(): readonly (CompanyName & { readonly atMs: number })[] {
    return [...this.#marked.values()];
  }

  /** Did a person's company, or the one that an event names, already see that instant or a later one? */
  isPast({ site, state }: Profile, { type, groupId, atMs }: Event): boolean {
    const named = type === 'group' ? groupId : undefined;
    return [state.account?.id, named].some((id) => {
      const company = id === undefined ? undefined : this.#shelf.get({ site, groupId: id });
      return company !== undefined && company.state.settledMs >= atMs;
    });
  }

  /** Takes in one event of a person before they do; answers their company as it then is, where it changed. */
  hear(person: Profile, event: Event, id: number): AccountFacts | undefined {
    const { accounts } = this.#ports.planOf(person.site);
    const groupId = event.type === 'group' ? event.groupId : undefined;
    const own = person.state.account;
    if (groupId === undefined) {
      const company = accounts && own && this.#shelf.find({ site: person.site, groupId: own.id });
      return company && this.#hearIn(accounts, company, person, { event, id });
    }
    const { atMs, messageId } = event;
    const target = this.#named(accounts, { site: person.site, groupId }, event);
    const described = { ...target, state: describe(target.state, event) };
    const moment = momentOf(target.state, event, id);
    if (own?.id !== groupId && own !== undefined && !isNewer(event, own)) {
      this.#update(accounts, described, [], moment, [person.id]);
      const company = accounts && this.#shelf.find({ site: person.site, groupId: own.id });
      return company && this.#hearIn(accounts, company, person, { event, id });
    }
    const grouping =
      own !== undefined && !isNewer(event, own) ? own : { id: groupId, atMs, messageId };
    if (accounts === undefined) {
      this.#update(accounts, described, [], moment, []);
      return { ...UNTOLD, ...grouping };
    }
    if (own?.id === groupId) {
      this.#hearIn(accounts, described, person, { event, id });
    } else {
      if (own !== undefined) {
        this.#leave(accounts, [person.state], { site: person.site, groupId: own.id }, moment, [
          person.id,
        ]);
      }
      const lists = gather(accounts, [described.state, person.state]);
      // What they did counts from now on, and some of it may be newer than what the company knows.
      const atMs = Math.max(moment.atMs, person.state.settledMs);
      const joined = regroup(accounts, described.state, lists, { ...moment, atMs });
      this.#hearIn(accounts, described, person, { event, id }, joined);
    }
    return { ...grouping, ...this.#told(accounts, target) };
  }

  /**
   * Takes in what a history says of companies as if it had not been heard; answers the company in
   * which it puts its person, where they are not in it by the same group call.
   */
  regroup(person: Profile, history: History): AccountFacts | undefined {
    const { site, state } = person;
    const { accounts } = this.#ports.planOf(site);
    const moment: Moment = { atMs: this.#ports.nowMs, cause: 'definition', announced: false };
    for (const [event] of history) {
      if (event.type !== 'group' || event.groupId === undefined) continue;
      const company = this.#named(accounts, { site, groupId: event.groupId }, event);
      const described = { ...company, state: describe(company.state, event) };
      this.#update(accounts, described, [], moment, [person.id]);
    }
    const own = state.account;
    const grouping = groupingOf(history);
    if (grouping === undefined || (own !== undefined && !isNewer(grouping, own))) return undefined;
    const name = { site, groupId: grouping.id };
    if (accounts === undefined || own?.id === grouping.id) {
      return { ...(own?.id === grouping.id ? own : UNTOLD), ...grouping };
    }
    if (own !== undefined) {
      this.#leave(accounts, [state], { site, groupId: own.id }, moment, [person.id]);
    }
    const company = this.#named(accounts, name, grouping);
    const lists = gather(accounts, [company.state, state]);
    const joined = regroup(accounts, company.state, lists, moment);
    this.#update(accounts, { ...company, state: joined.state }, joined.changes, moment, [
      person.id,
    ]);
    return { ...grouping, ...this.#told(accounts, name) };
  }

  /** Two persons become one: answers their company as it is with them as one. */
  merge(
    into: Profile,
    from: Profile,
    why: { readonly atMs: number; readonly event?: number },
  ): AccountFacts | undefined {
    const plan = this.#ports.planOf(into.site);
    const { accounts } = plan;
    const both = combineStates(plan, into.state, from.state);
    const { account } = both;
    if (accounts === undefined || account === undefined) return undefined;
    const except = [into.id, from.id];
    const atMs = Math.max(why.atMs, both.settledMs);
    const by = why.event !== undefined && { event: why.event };
    const moment: Moment = { atMs, cause: 'merge', ...by, announced: true };
    const company = this.#shelf.find({ site: into.site, groupId: account.id });
    for (const left of new Set([into.state.account?.id, from.state.account?.id])) {
      if (left === undefined || left === account.id) continue;
      const leaving = [into.state, from.state].filter((state) => state.account?.id === left);
      this.#leave(accounts, leaving, { site: into.site, groupId: left }, moment, except);
    }
    if (company === undefined) return undefined;
    // What the two counted for apart is counted anew, for people are counted too.
    const counted = from.state.account?.id === account.id;
    if (counted && !this.#shelf.hasAllPeople(company)) return undefined;
    const others = counted ? this.#shelf.statesOf(company, except) : [company.state];
    const lists = gather(accounts, [...others, both]);
    const { state, changes } = regroup(accounts, company.state, lists, moment);
    this.#update(accounts, { ...company, state }, changes, moment, except);
    return { ...account, ...toldOf(accounts, state) };
  }

  /**
   * A person falls apart: answers the company of each one as it is with them apart.
   *
   * @param person - As they were together, settled at the moment.
   * @param apart - Those that they are from now on, in the companies of their own group calls.
   */
  split(
    { site, state: before }: Profile,
    apart: readonly State[],
    moment: Moment,
  ): readonly (AccountFacts | undefined)[] {
    const { accounts } = this.#ports.planOf(site);
    if (accounts === undefined) return apart.map(({ account }) => account);
    const except = [before.self, ...apart.map(({ self }) => self)];
    for (const groupId of new Set([before, ...apart].flatMap(({ account }) => account?.id ?? []))) {
      const company = this.#named(accounts, { site, groupId }, moment);
      // What they counted for together is counted anew.
      const counted = before.account?.id === groupId && owesTo(accounts, company.state, before);
      if (counted && !this.#shelf.hasAllPeople(company)) continue;
      const others = counted ? this.#shelf.statesOf(company, except) : [company.state];
      const own = apart.filter(({ account }) => account?.id === groupId);
      const lists = gather(accounts, [...others, ...own]);
      const { state, changes } = regroup(accounts, company.state, lists, moment);
      this.#update(accounts, { ...company, state }, changes, moment, except);
    }
    return apart.map(
      ({ account }) =>
        account && { ...account, ...this.#told(accounts, { site, groupId: account.id }) },
    );
  }

  /**
   * Somebody is forgotten, with all that they said of companies: what these remember is put together
   * anew from their other people and from what others said.
   */
  forget({ id, site, state: left }: Profile, calls: CompanyCalls): void {
    const { accounts } = this.#ports.planOf(site);
    const moment: Moment = { atMs: this.#ports.nowMs, cause: 'erasure', announced: true };
    for (const [groupId, others] of calls) {
      const company = this.#shelf.find({ site, groupId });
      if (company === undefined || others.length === 0) continue;
      const isTheirs = accounts !== undefined && left.account?.id === groupId;
      const counted = isTheirs && owesTo(accounts, company.state, left);
      // Nobody is to be told later by what the person had said.
      const asked = counted || company.trail.length > 0;
      if (asked && !this.#shelf.hasAllPeople(company)) continue;
      const described = others.reduce(describe, undescribed(company.state));
      const except = [id];
      const { state, changes } = counted
        ? regroup(accounts, described, gather(accounts, this.#shelf.statesOf(company)), moment)
        : { state: described, changes: [] };
      this.#update(accounts, { ...company, state }, changes, moment, except);
      if (company.trail.length === 0) continue;
      for (const person of this.#shelf.peopleOf(company, except)) this.catchUp(person);
      this.#shelf.put({ ...company, state, trail: [] });
    }
  }

  /** Lets companies be only what is still said of them. */
  redescribe(site: number, calls: CompanyCalls, moment: Moment): void {
    const { accounts } = this.#ports.planOf(site);
    for (const [groupId, said] of calls) {
      const company = this.#shelf.find({ site, groupId });
      if (company === undefined) continue;
      const state = said.reduce(describe, undescribed(company.state));
      this.#update(accounts, { ...company, state }, [], moment, []);
    }
  }

  /** Brings what was read up to the site's newest definitions. */
  upgrade(): void {
    for (const company of this.#shelf.all) {
      const { accounts } = this.#ports.planOf(company.site);
      if (accounts === undefined) continue;
      const { state } = company;
      const isStale = needsPeople(accounts, state);
      if (!isStale && state.revision === accounts.plan.revision) continue;
      if (isStale && !this.#shelf.hasAllPeople(company)) continue;
      const lists = isStale ? gather(accounts, this.#shelf.statesOf(company)) : state.lists;
      const outcome = upgradeCompany(accounts, state, lists, this.#ports.nowMs);
      const moment: Moment = { atMs: this.#ports.nowMs, cause: 'definition', announced: false };
      this.#update(accounts, { ...company, state: outcome.state }, outcome.changes, moment, []);
    }
  }

  /** Tells somebody what their company is like by now. @param again - Also if they know. */
  catchUp(person: Profile, again = false): void {
    const plan = this.#ports.planOf(person.site);
    const own = person.state.account;
    if (plan.accounts === undefined || own === undefined) return;
    const company = this.#shelf.find({ site: person.site, groupId: own.id });
    if (company === undefined) return;
    let { state } = person;
    const changes: Change[] = [];
    // Those of a larger one are judged as they are told.
    const isShared = plan.shared.length > 0 && company.size <= COMPANY_PEOPLE_AT_ONCE_MAX;
    const adopted = (told: Told, moment: Moment) => {
      const lags = isShared && moment.atMs <= state.settledMs;
      if (lags) this.#ports.lagged(person.id, moment);
      const outcome = adopt(plan, state, { ...own, ...told }, moment, lags);
      state = outcome.state;
      changes.push(...outcome.changes);
    };
    for (const { traits, holds, ...moment } of company.trail) {
      if (moment.atMs > state.settledMs) adopted({ traits, holds }, moment);
      else if (isShared) this.#ports.lagged(person.id, moment);
    }
    const told = toldOf(plan.accounts, company.state);
    if (again || !isSameTold(state.account ?? UNTOLD, told)) {
      const definition = {
        atMs: this.#ports.nowMs,
        cause: 'definition',
        announced: false,
      } as const;
      adopted(told, again ? definition : (company.trail.at(-1) ?? definition));
    }
    if (state !== person.state) this.#ports.tell({ ...person, state }, { state, changes });
  }

  /** Somebody who sees their company itself, where a segment asks about it: for what a change rests on. */
  seenBy({ site, state }: Profile, { asksCompany }: CompiledSegment): Facts {
    const { account } = state;
    if (!asksCompany || account === undefined) return state;
    const itself = this.#shelf.get({ site, groupId: account.id })?.state;
    return itself === undefined ? state : { ...state, account: { ...account, itself } };
  }

  /**
   * Notes that somebody was in a company until an instant: whatever happened to it by then and is heard
   * of later concerns people who are not in it any more.
   */
  settle(name: CompanyName, atMs: number): void {
    if (this.#ports.planOf(name.site).shared.length === 0) return;
    // Of an earlier database's companies some may not be kept yet.
    const company = this.#shelf.get(name);
    if (company === undefined) return;
    this.#elapse(company, atMs);
    const { state, ...rest } = this.#shelf.get(name) ?? company;
    if (state.settledMs >= atMs) return;
    this.#shelf.put({ ...rest, state: { ...state, settledMs: atMs } });
  }

  /** Lets time pass for every company. */
  elapse(untilMs: number): void {
    for (const company of this.#shelf.all) this.#elapse(company, untilMs);
  }

  /** Lets time pass for the company of a person. */
  elapseOf(person: Profile, untilMs: number): void {
    const own = person.state.account;
    if (own === undefined || this.#ports.planOf(person.site).accounts === undefined) return;
    const company = this.#shelf.find({ site: person.site, groupId: own.id });
    if (company !== undefined) this.#elapse(company, untilMs);
  }

  #elapse(company: Company, untilMs: number): void {
    const { accounts } = this.#ports.planOf(company.site);
    if (accounts === undefined) {
      this.#forgetAsked(company);
      return;
    }
    const { state, changes } = advance(accounts.plan, company.state, untilMs);
    if (state === company.state) return;
    const moment: Moment = { atMs: untilMs, cause: 'time', announced: true };
    this.#update(accounts, { ...company, state }, changes, moment, []);
  }

  /** Of a company about which nothing is asked any more nothing comes due. */
  #forgetAsked({ state, ...rest }: Company): void {
    if (nextDueMs(state) !== undefined)
      this.#shelf.put({ ...rest, state: { ...state, standings: {} } });
  }

  /** Adds what a person did to what their company remembers; answers what they are to know, where that is new. */
  #hearIn(
    accounts: AccountPlan | undefined,
    company: Company,
    person: Profile,
    { event, id }: { readonly event: Event; readonly id: number },
    { state, changes }: Outcome = { state: company.state, changes: [] },
  ): AccountFacts | undefined {
    if (accounts === undefined) return undefined;
    const outcome = witness(accounts, state, event, { id, person: person.id });
    const moment = momentOf(state, event, id);
    const all = [...changes, ...outcome.changes];
    this.#update(accounts, { ...company, state: outcome.state }, all, moment, [person.id]);
    const { account } = person.state;
    const told = toldOf(accounts, outcome.state);
    return account === undefined || isSameTold(account, told) ? undefined : { ...account, ...told };
  }

  /** The company that a group call names, which is there from then on. */
  #named(
    accounts: AccountPlan | undefined,
    name: CompanyName,
    { atMs }: Pick<Event, 'atMs'>,
  ): Company {
    const present = this.#shelf.get(name);
    if (present !== undefined) {
      this.#elapse(present, atMs - 1);
      return this.#shelf.get(name) ?? present;
    }
    const empty = newCompany(accounts?.plan.revision ?? 0, atMs);
    this.#shelf.found(name);
    return { ...name, size: 0, trail: [], state: empty };
  }

  /** Takes people out of a company; where it remembers anything of theirs, its others are asked again. */
  #leave(
    accounts: AccountPlan,
    leaving: readonly State[],
    name: CompanyName,
    moment: Moment,
    except: readonly number[],
  ): void {
    const company = this.#shelf.find(name);
    if (company === undefined) return;
    if (!leaving.some((state) => owesTo(accounts, company.state, state))) {
      this.settle(name, moment.atMs);
      return;
    }
    if (!this.#shelf.hasAllPeople(company)) return;
    const lists = gather(accounts, this.#shelf.statesOf(company, except));
    const { state, changes } = regroup(accounts, company.state, lists, moment);
    this.#update(accounts, { ...company, state }, changes, moment, except);
  }

  /**
   * Takes over what became of a company and tells its people.
   *
   * @param moment - When and why its traits changed.
   * @param except - Whose turn comes later.
   */
  #update(
    accounts: AccountPlan | undefined,
    company: Company,
    changes: readonly Change[],
    moment: Moment,
    except: readonly number[],
  ): void {
    const name = nameOfCompany(company);
    const before = this.#shelf.get(company);
    this.#shelf.put(company);
    if (accounts === undefined) return;
    const old = before === undefined ? UNTOLD : toldOf(accounts, before.state);
    const turns = turnsOf(old, toldOf(accounts, company.state), { changes, moment });
    const [first] = turns;
    if (first === undefined) return;
    const told = { ...company, trail: [...company.trail, ...turns].slice(-TRAIL_MAX) };
    this.#shelf.put(told);
    const isLarge = company.size > COMPANY_PEOPLE_AT_ONCE_MAX && !this.#shelf.isGathered(company);
    if (!isLarge && !this.#shelf.hasAllPeople(company)) return;
    if (isLarge && !this.#marked.has(name)) {
      this.#marked.set(name, { ...nameOf(company), atMs: first.atMs });
    }
    for (const person of this.#shelf.peopleOf(company, except)) this.catchUp(person);
    // Where everybody was told there is nothing to remember.
    if (!isLarge) this.#shelf.put({ ...company, trail: [] });
  }

  #told(accounts: AccountPlan, name: CompanyName): Told {
    const company = this.#shelf.find(name);
    return company === undefined ? UNTOLD : toldOf(accounts, company.state);
  }
}

function momentOf({ settledMs }: State, { atMs }: Event, event: number): Moment {
  const late = atMs < settledMs;
  return {
    atMs: Math.max(atMs, settledMs),
    cause: late ? 'late' : 'event',
    event,
    announced: true,
  };
}
