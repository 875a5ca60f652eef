import type { Event } from '../event.ts';
import { bucketOfId, publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import {
  IDS_PER_PROFILE_MAX,
  type Identity,
  type IdentityKind,
  type Resolution,
  resolve,
} from '../identity/resolve.ts';
import { formatInstant } from '../instant.ts';
import type { StreamMessage } from '../query/answers.ts';
import { advance, type Outcome } from '../segments/advance.ts';
import { join, type Open, observe, upgrade } from '../segments/apply.ts';
import { evidenceOf } from '../segments/evidence.ts';
import type { Change, Moment } from '../segments/judge.ts';
import type { Plan } from '../segments/plan.ts';
import { replay } from '../segments/replay.ts';
import { newState } from '../segments/state.ts';
import type { Changes, FiledEvent, MemberLogRow, OutboxRow } from '../store/store.ts';

/** What the database knows of the people and ids that a group of events speaks of. */
export interface Loaded {
  readonly site: number;
  readonly identities: readonly Identity[];
  readonly profiles: readonly Profile[];
}

/** A change of a membership and whose it is. */
export interface PersonalChange extends Change {
  readonly profile: number;
}

/** What was read of strands of history, by their number. */
export type Histories = ReadonlyMap<number, readonly (readonly [event: Event, id: number])[]>;

export interface LedgerPorts {
  readonly planOf: (site: number) => Plan;
  readonly newId: (bucket: number) => number;
  readonly tick: () => number;
  /** When these events are decided; not before any of them happened. */
  readonly nowMs: number;
}

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
  readonly #absorbed: { id: number; site: number; into: number }[] = [];
  readonly #messages: { site: number; messageId: string }[] = [];
  readonly #events: FiledEvent[] = [];
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
    const { planOf, newId } = this.#ports;
    const resolution = resolve(site, event, {
      identity: (kind, value) => this.#identities.get(nameOf(site, kind, value))?.identity,
      hasRoom: (id) => (this.#people.get(id)?.parts.length ?? 1) < IDS_PER_PROFILE_MAX,
      newId,
    });
    const id = newId(bucketOfId(resolution.part));
    for (const created of resolution.created) this.#create(site, created);
    for (const identity of resolution.identities) this.#know(site, identity, true);
    const merged = resolution.linked.flatMap((linked) =>
      this.#link(resolution.profile, linked, event, id),
    );
    const person = withAnonymousId(this.#personOf(resolution.profile), event);
    const observed = observe(planOf(site), person.state, event, id);
    this.#messages.push({ site, messageId: event.messageId });
    this.#events.push({ id, part: resolution.part, profile: person.id, site, event });
    const cause = event.atMs < person.state.settledMs ? 'late' : 'event';
    const seen = { ...person, state: observed.state };
    const { state, changes } = this.#completed(seen, observed, { cause, event: id });
    const now = { ...person, state };
    this.#people.set(person.id, now);
    return [...merged, ...this.#record(person.id, now, changes)];
  }

  /** Brings a loaded person up to the site's newest definitions. */
  upgrade(id: number, history: readonly (readonly [Event, number])[]): void {
    const person = this.#personOf(id);
    const plan = this.#ports.planOf(person.site);
    const { state, changes } = upgrade(plan, person.state, history, this.#ports.nowMs);
    const upgraded = { ...person, state };
    this.#people.set(id, upgraded);
    this.#record(id, upgraded, changes);
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
      profiles: [...this.#people.values()].filter(
        (person) => this.#before.get(person.id) !== person,
      ),
      absorbed: this.#absorbed,
      ...membershipDifference(this.#before, this.#people, this.#ports.planOf),
      log: this.#log,
      outbox: this.#outbox,
      tick: this.#ports.tick(),
    };
  }

  #know(site: number, identity: Identity, changed: boolean): void {
    this.#identities.set(nameOf(site, identity.kind, identity.value), { site, identity, changed });
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

  /** Gives a strand of history to a person; whoever the strand was till now becomes them. */
  #link(
    into: number,
    { anonymousId, part, joins }: Resolution['linked'][number],
    event: Event,
    eventId: number,
  ): readonly PersonalChange[] {
    const person = this.#personOf(into);
    const anonymousIds = [...new Set([...person.anonymousIds, anonymousId])];
    this.#absorbed.push({ id: part, site: person.site, into });
    if (!joins) {
      this.#people.set(into, { ...person, anonymousIds, parts: [...person.parts, part] });
      return [];
    }
    const from = this.#personOf(part);
    const plan = this.#ports.planOf(person.site);
    const joined = join(plan, person.state, from.state, event.atMs, eventId);
    const parts = [...new Set([...person.parts, ...from.parts])];
    const both = { ...person, anonymousIds, parts, state: joined.state };
    const { state, changes } = this.#completed(both, joined, { cause: 'merge', event: eventId });
    const merged = { ...both, state };
    this.#people.set(into, merged);
    this.#people.delete(part);
    return [
      ...this.#record(part, merged, joined.changesOfFrom),
      ...this.#record(into, merged, changes),
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

  /** Writes down what changed for a profile; `person` is who they are by now. */
  #record(profile: number, person: Profile, changes: readonly Change[]): readonly PersonalChange[] {
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

/** The member table follows the states: what differs between before and after is what is written. */
function membershipDifference(
  before: ReadonlyMap<number, Profile>,
  after: ReadonlyMap<number, Profile>,
  planOf: (site: number) => Plan,
): Pick<Changes, 'entered' | 'left'> {
  const entered: Changes['entered'][number][] = [];
  const left: Changes['left'][number][] = [];
  for (const profile of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(profile);
    const person = after.get(profile);
    const site = (person ?? old)?.site;
    const was = old?.state.standings ?? {};
    const is = person?.state.standings ?? {};
    if (site === undefined || was === is) continue;
    for (const segment of planOf(site).segments.keys()) {
      const wasMs = was[segment]?.enteredMs;
      const isMs = is[segment]?.enteredMs;
      if (wasMs === isMs) continue;
      if (wasMs !== undefined) left.push({ profile, segment });
      if (isMs !== undefined) entered.push({ profile, segment, enteredAtMs: isMs });
    }
  }
  return { entered, left };
}

/** An anonymous person is known by the id that they were first seen with. */
function withAnonymousId(person: Profile, { userId, anonymousId }: Event): Profile {
  if (userId !== undefined || anonymousId === undefined) return person;
  if (person.anonymousIds.includes(anonymousId)) return person;
  return { ...person, anonymousIds: [...person.anonymousIds, anonymousId] };
}

function logRow(id: number, profile: number, change: Change, nowMs: number): MemberLogRow {
  const { segment, direction, atMs, cause, event } = change;
  return {
    id,
    profile,
    segment: segment.key,
    version: segment.version,
    direction,
    effectiveAtMs: atMs,
    recordedAtMs: nowMs,
    cause,
    ...(event !== undefined && { event }),
  };
}

function messageOf(id: number, person: Profile, change: Change): StreamMessage {
  const { segment, direction, atMs, cause } = change;
  const traits = Object.entries(person.state.traits).map(([name, { value }]) => [name, value]);
  return {
    type: direction === 'entered' ? 'segment.entered' : 'segment.left',
    id: publicId('msg', id),
    occurredAt: formatInstant(atMs),
    segment: { id: segment.id, name: segment.name, version: segment.version },
    profile: {
      id: publicId('prf', person.id),
      ...(person.userId !== undefined && { userId: person.userId }),
      anonymousIds: person.anonymousIds,
      traits: Object.fromEntries(traits),
    },
    cause,
    evidence: evidenceOf(segment.condition, person.state, atMs).map((event) =>
      publicId('evt', event),
    ),
  };
}

function nameOf(site: number, kind: IdentityKind, value: string): string {
  return `${site} ${kind} ${value}`;
}
