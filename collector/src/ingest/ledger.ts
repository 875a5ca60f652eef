import type { Event } from '../event.ts';
import { type Company, type CompanyName, nameOfCompany } from '../identity/company.ts';
import {
  creditTo,
  type Identity,
  type IdentityKind,
  type IdentityName,
} from '../identity/identity.ts';
import { bucketOfId } from '../identity/own-id.ts';
import { namesOf, type Profile, sizeOf, withIdsOf, withName } from '../identity/profile.ts';
import { type Resolution, resolve } from '../identity/resolve.ts';
import { type Split, withoutHistory } from '../identity/split.ts';
import { advance, type Outcome } from '../segments/advance.ts';
import { adopt, join, type Open, observe, rank, upgrade } from '../segments/apply.ts';
import { isHeardBy } from '../segments/company.ts';
import { groupingOf } from '../segments/grouping.ts';
import type { Change, Moment } from '../segments/judge.ts';
import type { Plan } from '../segments/plan.ts';
import { type History, replay, rewrite } from '../segments/replay.ts';
import { newState, type State } from '../segments/state.ts';
import type { Changes, FiledEvent, MemberLogRow, OutboxRow } from '../store/store.ts';
import { Companies, type CompanyCalls, UNTOLD } from './companies.ts';
import { companyDifference, countByCompany } from './company-rows.ts';
import { crossingsOf } from './crossings.ts';
import { IdentityBook, type Teller } from './identity-book.ts';
import {
  crossingOf,
  farewellOf,
  logRow,
  membershipDifference,
  messageOf,
  type PersonalChange,
} from './ledger-rows.ts';
import { type Apart, differences, inheritances, rebuilt } from './rebuilt.ts';

/** What the database knows of the people and ids that a group of events speaks of. */
export interface Loaded {
  readonly site: number;
  readonly identities: readonly Identity[];
  readonly profiles: readonly Profile[];
  readonly companies?: readonly Company[];
  /** Companies all of whose people are among what was read. */
  readonly gathered?: readonly CompanyName[];
}

/** What has to be read before events can be decided. */
export interface Wanted {
  /** Strands of history. */
  readonly strands: ReadonlySet<number>;
  readonly companies: readonly CompanyName[];
  /** Companies all of whose people are needed. */
  readonly peopleOf: readonly CompanyName[];
}

/** Whose past is not what it was, by their number; with what their changes are recorded. */
export interface Disturbed {
  /** Their own history is another one, and with it the past of every company that they ever named. */
  readonly rewritten: ReadonlyMap<number, Why>;
  /** Only they have to be gone through again; by any strand of theirs. */
  readonly lagging: ReadonlyMap<number, Why>;
}

/** Why a past is gone through again. */
export type Why = Omit<Moment, 'atMs'>;

/** What was read of strands of history, by their number. */
export type Histories = ReadonlyMap<number, History>;

export interface LedgerPorts {
  readonly planOf: (site: number) => Plan;
  /** The e-mail by which an event names its person; `undefined` where the site does not want that. */
  readonly emailOf: (site: number, event: Event) => string | undefined;
  readonly newId: (bucket: number) => number;
  readonly tick: () => number;
  /** When these events are decided; not before any of them happened. */
  readonly nowMs: number;
  /** Most ids that one person is known by. */
  readonly idsMax: number;
}

/**
 * Works out what a group of events causes, event by event in order of arrival, and adds it up into
 * the rows of one transaction. The same loaded rows, events, ids and time give the same changes.
 */
export class Ledger {
  readonly #ports: LedgerPorts;
  readonly #book: IdentityBook;
  readonly #before = new Map<number, Profile>();
  readonly #people = new Map<number, Profile>();
  /** Strands of history that are stored, and those of them that were read. */
  readonly #stored = new Set<number>();
  readonly #histories: Histories;
  readonly #wanted = new Set<number>();
  readonly #companies: Companies;
  /** Those who wait for their company to be judged by a newer definition. */
  readonly #awaiting = new Set<number>();
  /** Changes of those whom a company told something. */
  #told: PersonalChange[] = [];
  readonly #rewritten = new Map<number, Why>();
  readonly #lagging = new Map<number, Why>();
  readonly #removed: number[] = [];
  readonly #messages: { site: number; messageId: string }[] = [];
  readonly #events: FiledEvent[] = [];
  readonly #log: MemberLogRow[] = [];
  readonly #outbox: OutboxRow[] = [];

  constructor(loaded: readonly Loaded[], ports: LedgerPorts, histories: Histories = new Map()) {
    this.#ports = ports;
    this.#histories = histories;
    this.#book = new IdentityBook(ports);
    for (const { site, identities, profiles } of loaded) {
      for (const identity of identities) this.#book.load(site, identity);
      for (const profile of profiles) {
        this.#before.set(profile.id, profile);
        this.#people.set(profile.id, profile);
        for (const part of profile.parts) this.#stored.add(part);
      }
    }
    const gathered = loaded.flatMap((each) => each.gathered ?? []);
    this.#companies = new Companies(
      {
        companies: loaded.flatMap(({ companies }) => companies ?? []),
        gathered: new Set(gathered.map(nameOfCompany)),
        present: countByCompany(this.#before.values()),
      },
      {
        planOf: ports.planOf,
        nowMs: ports.nowMs,
        people: () => this.#people.values(),
        tell: (person, { changes }) => {
          this.#people.set(person.id, person);
          this.#told.push(...this.#record(person.id, person, changes));
        },
        lagged: (person, why) => this.#lagging.set(person, why),
      },
    );
  }

  /** What has to be read before these events can be decided; then decide them anew. */
  get wanted(): Wanted {
    return { strands: this.#wanted, ...this.#companies.wanted };
  }

  /** Whose past has to be gone through again once all of this is written. */
  get disturbed(): Disturbed {
    return { rewritten: this.#rewritten, lagging: this.#lagging };
  }

  /** Is anything? */
  get wants(): boolean {
    const { strands, companies, peopleOf } = this.wanted;
    return strands.size + companies.length + peopleOf.length > 0;
  }

  /** Takes in one event that was not accepted before; answers which memberships it changed. */
  take(site: number, event: Event): readonly PersonalChange[] {
    const { planOf, newId, emailOf } = this.#ports;
    const resolution = this.#resolve(site, event, emailOf(site, event));
    const id = newId(bucketOfId(resolution.part));
    for (const created of resolution.created) this.#create(site, created);
    for (const identity of resolution.identities) this.#book.know(site, identity);
    const teller: Teller = { atMs: event.atMs, by: 'event', event: id };
    for (const linked of resolution.linked) this.#link(resolution.profile, linked, teller);
    const merged = resolution.joined.flatMap(({ profile, name }) =>
      this.#join(resolution.profile, profile, name, teller),
    );
    const person = withAnonymousId(this.#upTo(resolution.profile, event.atMs - 1), event);
    this.#noteLate(person, event, id);
    const account = this.#companies.hear(person, event, id);
    const observed = observe(planOf(site), person.state, event, id, account);
    this.#messages.push({ site, messageId: event.messageId });
    const { flags } = resolution;
    const flagged = flags.length === 0 ? event : { ...event, flags: [...event.flags, ...flags] };
    this.#events.push({ id, part: resolution.part, profile: person.id, site, event: flagged });
    const cause = event.atMs < person.state.settledMs ? 'late' : 'event';
    const seen = { ...person, state: observed.state };
    const { state, changes } = this.#completed(seen, observed, { cause, event: id });
    const now = { ...person, state };
    this.#people.set(person.id, now);
    const told = this.#told;
    this.#told = [];
    return [...merged, ...told, ...this.#record(person.id, now, changes)];
  }

  /** Brings a loaded person up to the site's newest definitions. */
  upgrade(id: number, history: History): void {
    const person = this.#personOf(id);
    const plan = this.#ports.planOf(person.site);
    const { state, changes } = upgrade(plan, person.state, history, this.#ports.nowMs);
    const upgraded = { ...person, state };
    this.#people.set(id, upgraded);
    this.#record(id, upgraded, changes);
    if (plan.accounts !== undefined) this.#awaiting.add(id);
    if (plan.shared.length > 0) this.#lagging.set(id, { cause: 'definition', announced: false });
  }

  /** Notes whether somebody is among the first of a segment that ranks people. */
  rank(id: number, place: { readonly key: number; readonly isFirst: boolean }): void {
    const person = this.#personOf(id);
    const { planOf, nowMs } = this.#ports;
    const { state, changes } = rank(planOf(person.site), person.state, place, nowMs);
    const ranked = { ...person, state };
    this.#people.set(id, ranked);
    this.#record(id, ranked, changes);
  }

  /** Puts a loaded person into the company that their history names; all that it names must be loaded. */
  regroup(id: number, history: History): void {
    const { planOf, nowMs } = this.#ports;
    const person = this.#upTo(id, nowMs);
    const account = this.#companies.regroup(person, history);
    if (account === undefined) return;
    const moment = { atMs: nowMs, cause: 'definition', announced: false } as const;
    const { state, changes } = adopt(planOf(person.site), person.state, account, moment);
    const grouped = { ...person, state };
    this.#people.set(id, grouped);
    this.#record(id, grouped, changes);
    this.#disturb(grouped, { cause: 'definition', announced: false });
  }

  /** Notes that somebody was in a company until an instant. */
  settle(company: CompanyName, atMs: number): void {
    this.#companies.settle(company, atMs);
  }

  /** Lets a loaded person stand as in a life gone through again; see `rewrite` of segments. */
  rewrite(id: number, lived: State | undefined, why: Why): void {
    const { planOf, nowMs } = this.#ports;
    const person = this.#personOf(id);
    const { state, changes } = rewrite(planOf(person.site), person.state, lived, why, nowMs);
    const rewritten = { ...person, state };
    this.#people.set(id, rewritten);
    this.#record(id, rewritten, changes);
  }

  /** Notes that the past of people is not what it was. @param strands - Some of their histories. */
  relive(site: number, strands: Iterable<number>, why: Why): void {
    if (this.#ports.planOf(site).shared.length === 0) return;
    for (const part of strands) this.#lagging.set(part, why);
  }

  /** Joins two loaded people at the owner's word; all ids of `from` must be loaded. */
  merge(into: number, from: number): void {
    const [name] = namesOf(this.#personOf(from));
    if (name === undefined) throw new Error('Invariant broken: a person has an id');
    this.#join(into, from, name, { atMs: this.#ports.nowMs, by: 'api' });
  }

  /**
   * Takes an id out of a loaded person at the owner's word, and rebuilds both from the log. The
   * companies that the two histories name last must be loaded, if they are there.
   */
  split(from: number, split: Split, restHistory: History, history: History): void {
    const { planOf, nowMs } = this.#ports;
    const { rest, profile, parts, identity } = split;
    const { site } = rest;
    const plan = planOf(site);
    const settled = advance(plan, this.#upTo(from, nowMs).state, nowMs);
    const before = settled.state;
    const { self, known } = before;
    const isUser = identity.kind === 'user';
    const moment = { atMs: nowMs, cause: 'unmerge', announced: true } as const;
    const apart = [
      { self, known, history: restHistory },
      ...(history.length > 0 ? [{ self: profile, known: isUser, history }] : []),
    ];
    const [remaining, other] = this.#relived({ ...rest, state: before }, apart, moment);
    if (remaining === undefined) throw new Error('Invariant broken: who is split goes on');
    const outcome = differences(plan, before, remaining, moment);
    const left = { ...rest, state: outcome.state };
    this.#people.set(from, left);
    this.#disturb(left, { cause: 'unmerge', announced: true });
    this.#book.absorb(site, from, left.parts);
    this.#record(from, left, [...settled.changes, ...outcome.changes]);
    const teller: Teller = { atMs: nowMs, by: 'api' };
    this.#book.note(site, from, 'unmerge', identity, { into: profile, from }, teller);
    this.#book.note(site, profile, 'unmerge', identity, { into: profile, from }, teller);
    if (other === undefined) {
      this.#book.know(site, withoutHistory(split));
      this.#removed.push(...parts);
      return;
    }
    this.#book.know(site, identity);
    const person = withName({ id: profile, site, anonymousIds: [], parts, state: other }, identity);
    this.#people.set(profile, person);
    this.#disturb(person, { cause: 'unmerge', announced: true });
    this.#book.absorb(site, profile, parts);
    this.#record(profile, person, inheritances(plan, before, other, nowMs));
  }

  /**
   * Lets a loaded person go on as if they had done nothing but this: the rest is too old to be kept.
   *
   * @param history - Not empty.
   * @param calls - What is still said, by anybody, of the companies that the person named.
   */
  retain(id: number, history: History, calls: CompanyCalls): void {
    const { planOf, nowMs } = this.#ports;
    const { site } = this.#personOf(id);
    const moment: Moment = { atMs: nowMs, cause: 'retention', announced: true };
    this.#companies.redescribe(site, calls, moment);
    const person = this.#upTo(id, nowMs);
    const plan = planOf(site);
    const settled = advance(plan, person.state, nowMs);
    const { self, known } = settled.state;
    const together = { ...person, state: settled.state };
    const [state] = this.#relived(together, [{ self, known, history }], moment);
    if (state === undefined) throw new Error('Invariant broken: who did something goes on');
    const outcome = differences(plan, settled.state, state, moment);
    const retained = { ...person, state: outcome.state };
    this.#people.set(id, retained);
    this.#disturb(retained, moment);
    this.#record(id, retained, [...settled.changes, ...outcome.changes]);
  }

  /**
   * Forgets a loaded person at the owner's word. Of their memberships others are told that they ended.
   *
   * @param calls - What others said of the companies that the person named.
   */
  erase(id: number, calls: CompanyCalls): void {
    const { planOf, newId, nowMs } = this.#ports;
    const person = this.#personOf(id);
    const { site, state, parts } = person;
    this.#people.delete(id);
    this.#removed.push(...new Set([id, ...parts]));
    this.#companies.forget(person, calls);
    for (const segment of planOf(site).segments.values()) {
      if (state.standings[segment.key]?.enteredMs === undefined) continue;
      if (segment.band !== undefined || segment.candidatesOf !== undefined) continue;
      const message = newId(bucketOfId(id));
      this.#tell(message, site, farewellOf({ id: message, profile: id, atMs: nowMs }, segment));
    }
  }

  /** Brings companies up to the newest definitions, and those who wait for them; all people must be. */
  upgradeCompanies(): void {
    this.#companies.upgrade();
    for (const person of [...this.#people.values()]) {
      this.#companies.catchUp(person, this.#awaiting.has(person.id));
    }
    this.#told = [];
  }

  /** Lets time pass for companies and for those whom it concerns. */
  elapse(): void {
    this.#companies.elapse(this.#ports.nowMs);
  }

  /** Saves somebody even if nothing changed: they were marked as due for what they know already. */
  touch(id: number): void {
    this.#people.set(id, { ...this.#personOf(id) });
  }

  /** Lets time pass for everybody loaded and adds up. Nothing may be wanted any more. */
  close(): Changes {
    for (const person of this.#people.values()) {
      const plan = this.#ports.planOf(person.site);
      const { state, changes } = advance(plan, person.state, this.#ports.nowMs);
      if (state === person.state) continue;
      const settled = { ...person, state };
      this.#people.set(person.id, settled);
      this.#record(person.id, settled, changes);
    }
    return {
      messages: this.#messages,
      events: this.#events,
      ...this.#book.changes,
      profiles: [...this.#people.values()].filter(
        (person) => this.#before.get(person.id) !== person,
      ),
      removed: this.#removed,
      ...this.#companyChanges(),
      ...membershipDifference(this.#before, this.#people, this.#ports.planOf),
      log: this.#log,
      outbox: this.#outbox,
      tick: this.#ports.tick(),
    };
  }

  #companyChanges(): Pick<Changes, 'companies' | 'joined' | 'parted' | 'marked'> {
    const { joined, parted } = companyDifference(this.#before, this.#people);
    const { changed, marked } = this.#companies;
    return { companies: changed, joined, parted, marked };
  }

  #resolve(site: number, event: Event, email: string | undefined): Resolution {
    const { newId, idsMax } = this.#ports;
    const known = {
      identity: (kind: IdentityKind, value: string) => this.#book.find(site, { kind, value }),
      person: (id: number) => {
        const person = this.#people.get(id);
        return person && { isUser: person.userId !== undefined, size: sizeOf(person) };
      },
      newId,
      idsMax,
    };
    return resolve(site, event, known, email);
  }

  #personOf(id: number): Profile {
    const person = this.#people.get(id);
    if (person === undefined) throw new Error(`Invariant broken: profile ${id} is loaded`);
    return person;
  }

  /** A person whose company's changes up to an instant are known to them. */
  #upTo(id: number, untilMs: number): Profile {
    this.#companies.elapseOf(this.#personOf(id), untilMs);
    return this.#personOf(id);
  }

  /** Those whom a person falls apart into, each with their own history and company. */
  #relived(person: Profile, apart: readonly Apart[], moment: Moment): readonly State[] {
    const { planOf, nowMs } = this.#ports;
    const plan = planOf(person.site);
    const alone = apart.map(({ history, ...whom }) => {
      const account = groupingOf(history);
      const grouped = { ...whom, ...(account && { account: { ...account, ...UNTOLD } }) };
      return rebuilt(plan, grouped, history, nowMs);
    });
    const accounts = this.#companies.split(person, alone, moment);
    return alone.map((state, index) => {
      const account = accounts[index];
      const { history = [] } = apart[index] ?? {};
      const isTold = account === undefined || account === state.account;
      return isTold ? state : rebuilt(plan, { ...state, account }, history, nowMs);
    });
  }

  #create(site: number, { id, userId }: Resolution['created'][number]): void {
    const { revision } = this.#ports.planOf(site);
    const state = { ...newState(revision, id), known: userId !== undefined };
    const named = userId !== undefined && { userId };
    this.#people.set(id, { id, site, ...named, anonymousIds: [], parts: [id], state });
  }

  /** Gives an id that was nobody's to a person, with the strand of history that it brings. */
  #link(into: number, { name, part }: Resolution['linked'][number], teller: Teller): void {
    const person = this.#personOf(into);
    const parts = part === undefined ? person.parts : [...person.parts, part];
    this.#people.set(into, { ...withName(person, name), parts });
    if (part !== undefined) {
      this.#book.absorb(person.site, into, [part]);
      this.#disturb(person, { cause: 'merge', announced: true });
    }
    this.#book.note(person.site, into, 'link', name, { into }, teller);
  }

  /** Makes one person of two; all that `from` was becomes `into`'s. */
  #join(into: number, from: number, name: IdentityName, teller: Teller): readonly PersonalChange[] {
    const other = this.#upTo(from, teller.atMs - 1);
    const person = this.#upTo(into, teller.atMs - 1);
    const { site } = person;
    const plan = this.#ports.planOf(site);
    const account = this.#companies.merge(person, other, teller);
    const meeting = { atMs: teller.atMs, id: teller.event ?? 0, ...(account && { account }) };
    const joined = join(plan, person.state, other.state, meeting);
    const both = { ...withIdsOf(person, other), state: joined.state };
    const why = {
      cause: 'merge',
      ...(teller.event !== undefined && { event: teller.event }),
    } as const;
    const { state, changes } = this.#completed(both, joined, why);
    const merged = { ...both, state };
    this.#people.set(into, merged);
    this.#people.delete(from);
    this.#disturb(merged, { ...why, announced: true });
    for (const each of namesOf(other)) {
      const identity = this.#book.find(site, each);
      if (identity === undefined)
        throw new Error('Invariant broken: who joins has their ids loaded');
      this.#book.know(site, creditTo(identity, from, into));
    }
    this.#book.absorb(site, into, other.parts);
    this.#book.note(site, into, 'merge', name, { into, from }, teller);
    const told = (changes: readonly Change[]) =>
      teller.event === undefined ? changes.map(withoutEvent) : changes;
    return [
      ...this.#record(from, merged, told(joined.changesOfFrom)),
      ...this.#record(into, merged, told(changes)),
    ];
  }

  /** Two events of one instant have no order, so that both of them are late. */
  #noteLate(person: Profile, event: Event, id: number): void {
    const { accounts, shared } = this.#ports.planOf(person.site);
    if (accounts === undefined || shared.length === 0) return;
    const isLate = event.atMs <= person.state.settledMs;
    const why: Why = { cause: 'late', event: id, announced: true };
    if (!isHeardBy(accounts, event, { id, person: person.id })) {
      if (isLate) this.#lagging.set(person.id, why);
    } else if (isLate || this.#companies.isPast(person, event)) this.#disturb(person, why);
  }

  /** Notes that somebody's history is not what it was. */
  #disturb({ id, site }: Profile, why: Why): void {
    if (this.#ports.planOf(site).shared.length > 0) this.#rewritten.set(id, why);
  }

  /** Adds what only the whole history can tell, where that is so. */
  #completed(
    person: Profile,
    { state, changes, needsReplay }: Open,
    why: Pick<Moment, 'cause' | 'event'>,
  ): Outcome {
    if (!needsReplay) return { state, changes };
    const unread = person.parts.filter(
      (part) => this.#stored.has(part) && !this.#histories.has(part),
    );
    for (const part of unread) this.#wanted.add(part);
    const stored = person.parts.flatMap((part) => this.#histories.get(part) ?? []);
    const fresh = this.#events.filter(({ part }) => person.parts.includes(part));
    const history = [...stored, ...fresh.map(({ event, id }) => [event, id] as const)];
    const plan = this.#ports.planOf(person.site);
    const moment = { ...why, atMs: state.settledMs, announced: true };
    const replayed = replay(plan, state, history, moment);
    return { state: replayed.state, changes: [...changes, ...replayed.changes] };
  }

  /** Writes down what changed for a profile; `person` is who they are by now. */
  #record(profile: number, person: Profile, changes: readonly Change[]): readonly PersonalChange[] {
    const { newId, nowMs } = this.#ports;
    const { site } = person;
    const recorded = changes.flatMap((change) => {
      const id = newId(bucketOfId(profile));
      this.#log.push(logRow(id, profile, change, nowMs));
      if (change.segment.band !== undefined || change.segment.candidatesOf !== undefined) return [];
      if (change.announced) {
        const facts = this.#companies.seenBy(person, change.segment);
        this.#tell(id, site, messageOf(id, person, change, facts));
      }
      return [{ ...change, profile: person.id }];
    });
    for (const crossing of crossingsOf(changes)) {
      if (!crossing.announced) continue;
      const id = newId(bucketOfId(profile));
      this.#tell(id, site, crossingOf(id, person, crossing));
    }
    return recorded;
  }

  #tell(id: number, site: number, message: object): void {
    const relayedAtMs = this.#ports.nowMs;
    this.#outbox.push({ id, site, payload: JSON.stringify(message), relayedAtMs });
  }
}

/** An anonymous person is known by the id that they were first seen with. */
function withAnonymousId(person: Profile, { userId, anonymousId }: Event): Profile {
  if (userId !== undefined || anonymousId === undefined) return person;
  if (person.anonymousIds.includes(anonymousId)) return person;
  return { ...person, anonymousIds: [...person.anonymousIds, anonymousId] };
}

/** No event stands behind what the API was asked to do. */
function withoutEvent({ event: _, ...change }: Change): Change {
  return change;
}
