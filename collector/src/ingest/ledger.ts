import type { Event } from '../event.ts';
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
import { join, type Open, observe, upgrade } from '../segments/apply.ts';
import type { Moment } from '../segments/judge.ts';
import type { Plan } from '../segments/plan.ts';
import { type History, replay } from '../segments/replay.ts';
import { newState } from '../segments/state.ts';
import type {
  Changes,
  FiledEvent,
  IdentityLogRow,
  MemberLogRow,
  OutboxRow,
} from '../store/store.ts';
import {
  type LedgerChange,
  logRow,
  membershipDifference,
  messageOf,
  type PersonalChange,
} from './ledger-rows.ts';
import { differences, inheritances, rebuilt } from './rebuilt.ts';

/** What the database knows of the people and ids that a group of events speaks of. */
export interface Loaded {
  readonly site: number;
  readonly identities: readonly Identity[];
  readonly profiles: readonly Profile[];
}

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

/** What told that an id is somebody's: an event, or the owner by the API. */
type Teller = Pick<IdentityLogRow, 'atMs' | 'by' | 'event'>;

/**
 * Works out what a group of events causes, event by event in order of arrival, and adds it up into
 * the rows of one transaction. The same loaded rows, events, ids and time give the same changes.
 */
export class Ledger {
  readonly #ports: LedgerPorts;
  readonly #identities = new Map<string, { site: number; identity: Identity; changed: boolean }>();
  readonly #before = new Map<number, Profile>();
  readonly #people = new Map<number, Profile>();
  /** Strands of history that are stored, and those of them that were read. */
  readonly #stored = new Set<number>();
  readonly #histories: Histories;
  readonly #wanted = new Set<number>();
  readonly #absorbed = new Map<number, Changes['absorbed'][number]>();
  readonly #removed: number[] = [];
  readonly #messages: { site: number; messageId: string }[] = [];
  readonly #events: FiledEvent[] = [];
  readonly #identityLog: IdentityLogRow[] = [];
  readonly #log: MemberLogRow[] = [];
  readonly #outbox: OutboxRow[] = [];

  constructor(loaded: readonly Loaded[], ports: LedgerPorts, histories: Histories = new Map()) {
    this.#ports = ports;
    this.#histories = histories;
    for (const { site, identities, profiles } of loaded) {
      for (const identity of identities) this.#know(site, identity, false);
      for (const profile of profiles) {
        this.#before.set(profile.id, profile);
        this.#people.set(profile.id, profile);
        for (const part of profile.parts) this.#stored.add(part);
      }
    }
  }

  /** Strands whose history has to be read before these events can be decided; then decide them anew. */
  get wanted(): ReadonlySet<number> {
    return this.#wanted;
  }

  /** Takes in one event that was not accepted before; answers which memberships it changed. */
  take(site: number, event: Event): readonly PersonalChange[] {
    const { planOf, newId, emailOf } = this.#ports;
    const resolution = this.#resolve(site, event, emailOf(site, event));
    const id = newId(bucketOfId(resolution.part));
    for (const created of resolution.created) this.#create(site, created);
    for (const identity of resolution.identities) this.#know(site, identity, true);
    const teller: Teller = { atMs: event.atMs, by: 'event', event: id };
    for (const linked of resolution.linked) this.#link(resolution.profile, linked, teller);
    const merged = resolution.joined.flatMap(({ profile, name }) =>
      this.#join(resolution.profile, profile, name, teller),
    );
    const person = withAnonymousId(this.#personOf(resolution.profile), event);
    const observed = observe(planOf(site), person.state, event, id);
    this.#messages.push({ site, messageId: event.messageId });
    const { flags } = resolution;
    const flagged = flags.length === 0 ? event : { ...event, flags: [...event.flags, ...flags] };
    this.#events.push({ id, part: resolution.part, profile: person.id, site, event: flagged });
    const cause = event.atMs < person.state.settledMs ? 'late' : 'event';
    const seen = { ...person, state: observed.state };
    const { state, changes } = this.#completed(seen, observed, { cause, event: id });
    const now = { ...person, state };
    this.#people.set(person.id, now);
    return [...merged, ...this.#record(person.id, now, changes)];
  }

  /** Brings a loaded person up to the site's newest definitions. */
  upgrade(id: number, history: History): void {
    const person = this.#personOf(id);
    const plan = this.#ports.planOf(person.site);
    const { state, changes } = upgrade(plan, person.state, history, this.#ports.nowMs);
    const upgraded = { ...person, state };
    this.#people.set(id, upgraded);
    this.#record(id, upgraded, changes);
  }

  /** Joins two loaded people at the owner's word; all ids of `from` must be loaded. */
  merge(into: number, from: number): void {
    const [name] = namesOf(this.#personOf(from));
    if (name === undefined) throw new Error('Invariant broken: a person has an id');
    this.#join(into, from, name, { atMs: this.#ports.nowMs, by: 'api' });
  }

  /** Takes an id out of a loaded person at the owner's word, and rebuilds both from the log. */
  split(from: number, split: Split, restHistory: History, history: History): void {
    const { planOf, nowMs } = this.#ports;
    const { rest, profile, parts, identity } = split;
    const { site } = rest;
    const plan = planOf(site);
    const settled = advance(plan, this.#personOf(from).state, nowMs);
    const before = settled.state;
    const { self, known, account } = before;
    const whom = { self, known, ...(account && { account }) };
    const remaining = rebuilt(plan, whom, restHistory, nowMs);
    const outcome = differences(plan, before, remaining, nowMs);
    const left = { ...rest, state: outcome.state };
    this.#people.set(from, left);
    this.#absorb(site, from, left.parts);
    this.#record(from, left, [...settled.changes, ...outcome.changes]);
    const teller: Teller = { atMs: nowMs, by: 'api' };
    this.#noteIdentity(site, from, 'unmerge', identity, { into: profile, from }, teller);
    this.#noteIdentity(site, profile, 'unmerge', identity, { into: profile, from }, teller);
    if (history.length === 0) {
      this.#know(site, withoutHistory(split), true);
      this.#removed.push(...parts);
      return;
    }
    this.#know(site, identity, true);
    const state = rebuilt(plan, { self: profile, known: identity.kind === 'user' }, history, nowMs);
    const person = withName({ id: profile, site, anonymousIds: [], parts, state }, identity);
    this.#people.set(profile, person);
    this.#absorb(site, profile, parts);
    this.#record(profile, person, inheritances(plan, before, state, nowMs));
  }

  /** Lets time pass for everybody loaded and adds up. */
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
      identities: [...this.#identities.values()].filter(({ changed }) => changed),
      identityLog: this.#identityLog,
      profiles: [...this.#people.values()].filter(
        (person) => this.#before.get(person.id) !== person,
      ),
      absorbed: [...this.#absorbed.values()],
      removed: this.#removed,
      ...membershipDifference(this.#before, this.#people, this.#ports.planOf),
      log: this.#log,
      outbox: this.#outbox,
      tick: this.#ports.tick(),
    };
  }

  #resolve(site: number, event: Event, email: string | undefined): Resolution {
    const { newId, idsMax } = this.#ports;
    const known = {
      identity: (kind: IdentityKind, value: string) => this.#identityOf(site, { kind, value }),
      person: (id: number) => {
        const person = this.#people.get(id);
        return person && { isUser: person.userId !== undefined, size: sizeOf(person) };
      },
      newId,
      idsMax,
    };
    return resolve(site, event, known, email);
  }

  #know(site: number, identity: Identity, changed: boolean): void {
    this.#identities.set(textOf(site, identity), { site, identity, changed });
  }

  #identityOf(site: number, name: IdentityName): Identity | undefined {
    return this.#identities.get(textOf(site, name))?.identity;
  }

  #personOf(id: number): Profile {
    const person = this.#people.get(id);
    if (person === undefined) throw new Error(`Invariant broken: profile ${id} is loaded`);
    return person;
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
    if (part !== undefined) this.#absorb(person.site, into, [part]);
    this.#noteIdentity(person.site, into, 'link', name, { into }, teller);
  }

  /** Makes one person of two; all that `from` was becomes `into`'s. */
  #join(into: number, from: number, name: IdentityName, teller: Teller): readonly PersonalChange[] {
    const person = this.#personOf(into);
    const other = this.#personOf(from);
    const { site } = person;
    const plan = this.#ports.planOf(site);
    const joined = join(plan, person.state, other.state, teller.atMs, teller.event ?? 0);
    const both = { ...withIdsOf(person, other), state: joined.state };
    const why = {
      cause: 'merge',
      ...(teller.event !== undefined && { event: teller.event }),
    } as const;
    const { state, changes } = this.#completed(both, joined, why);
    const merged = { ...both, state };
    this.#people.set(into, merged);
    this.#people.delete(from);
    for (const each of namesOf(other)) {
      const identity = this.#identityOf(site, each);
      if (identity === undefined)
        throw new Error('Invariant broken: who joins has their ids loaded');
      this.#know(site, creditTo(identity, from, into), true);
    }
    this.#absorb(site, into, other.parts);
    this.#noteIdentity(site, into, 'merge', name, { into, from }, teller);
    const told = (changes: readonly LedgerChange[]) =>
      teller.event === undefined ? changes.map(withoutEvent) : changes;
    return [
      ...this.#record(from, merged, told(joined.changesOfFrom)),
      ...this.#record(into, merged, told(changes)),
    ];
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

  /** The rows of these strands lead to their owner at once, never by way of another person. */
  #absorb(site: number, into: number, parts: readonly number[]): void {
    for (const id of parts) {
      if (id !== into) this.#absorbed.set(id, { id, site, into });
    }
  }

  #noteIdentity(
    site: number,
    profile: number,
    action: IdentityLogRow['action'],
    name: IdentityName,
    people: Pick<IdentityLogRow, 'into' | 'from'>,
    teller: Teller,
  ): void {
    const id = this.#ports.newId(bucketOfId(profile));
    const { kind, value } = name;
    const recordedAtMs = this.#ports.nowMs;
    const row = { id, site, profile, action, name: { kind, value }, recordedAtMs };
    this.#identityLog.push({ ...row, ...people, ...teller });
  }

  /** Writes down what changed for a profile; `person` is who they are by now. */
  #record(
    profile: number,
    person: Profile,
    changes: readonly LedgerChange[],
  ): readonly PersonalChange[] {
    return changes.map((change) => {
      const id = this.#ports.newId(bucketOfId(profile));
      this.#log.push(logRow(id, profile, change, this.#ports.nowMs));
      if (change.announced) {
        const payload = JSON.stringify(messageOf(id, person, change));
        this.#outbox.push({ id, site: person.site, payload });
      }
      return { ...change, profile: person.id };
    });
  }
}

/** An anonymous person is known by the id that they were first seen with. */
function withAnonymousId(person: Profile, { userId, anonymousId }: Event): Profile {
  if (userId !== undefined || anonymousId === undefined) return person;
  if (person.anonymousIds.includes(anonymousId)) return person;
  return { ...person, anonymousIds: [...person.anonymousIds, anonymousId] };
}

/** No event stands behind what the API was asked to do. */
function withoutEvent({ event: _, ...change }: LedgerChange): LedgerChange {
  return change;
}

function textOf(site: number, { kind, value }: IdentityName): string {
  return `${site} ${kind} ${value}`;
}
