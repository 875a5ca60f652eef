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
import { advance, type Change, join, observe, upgrade } from '../segments/apply.ts';
import { evidenceOf } from '../segments/evidence.ts';
import type { Plan } from '../segments/plan.ts';
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

/**
 * Works out what a group of events causes, event by event in order of arrival, and adds it up into
 * the rows of one transaction. The same loaded rows, events, ids and time give the same changes.
 */
export interface Ledger {
  readonly take: (site: number, event: Event) => readonly PersonalChange[];
  /** Brings a loaded person up to the site's newest definitions. */
  readonly upgrade: (id: number, history: readonly (readonly [Event, number])[]) => void;
  /** Lets time pass for everybody touched and adds up. Ends the ledger. */
  readonly close: () => Changes;
}

export interface LedgerPorts {
  readonly planOf: (site: number) => Plan;
  readonly newId: (bucket: number) => number;
  readonly tick: () => number;
  /** When these events are decided; not before any of them happened. */
  readonly nowMs: number;
}

export function createLedger(loaded: readonly Loaded[], ports: LedgerPorts): Ledger {
  const { planOf, newId, nowMs } = ports;
  const identities = new Map<string, { site: number; identity: Identity; changed: boolean }>();
  const before = new Map<number, Profile>();
  const people = new Map<number, Profile>();
  const absorbed: { id: number; into: number }[] = [];
  const messages: { site: number; messageId: string }[] = [];
  const events: FiledEvent[] = [];
  const log: MemberLogRow[] = [];
  const outbox: OutboxRow[] = [];

  for (const { site, identities: known, profiles } of loaded) {
    for (const identity of known) {
      identities.set(nameOf(site, identity.kind, identity.value), {
        site,
        identity,
        changed: false,
      });
    }
    for (const profile of profiles) {
      before.set(profile.id, profile);
      people.set(profile.id, profile);
    }
  }

  const personOf = (id: number): Profile => {
    const person = people.get(id);
    if (person === undefined) throw new Error(`Invariant broken: profile ${id} is loaded`);
    return person;
  };

  /** Writes down what changed for a person; `person` is what they have become. */
  const record = (of: number, person: Profile, changes: readonly Change[]): PersonalChange[] =>
    changes.map((change) => {
      const id = newId(bucketOfId(of));
      log.push(logRow(id, of, change, nowMs));
      if (change.announced) {
        const payload = JSON.stringify(messageOf(id, person, change));
        outbox.push({ id, site: person.site, payload });
      }
      return { ...change, profile: person.id };
    });

  const create = (site: number, { id, userId }: Resolution['created'][number]) => {
    const state = { ...newState(planOf(site).revision), known: userId !== undefined };
    people.set(id, {
      id,
      site,
      ...(userId !== undefined && { userId }),
      anonymousIds: [],
      parts: [id],
      state,
    });
  };

  const link = (
    into: number,
    { anonymousId, part, joins }: Resolution['linked'][number],
    event: Event,
    eventId: number,
  ): PersonalChange[] => {
    const person = personOf(into);
    const anonymousIds = [...new Set([...person.anonymousIds, anonymousId])];
    if (!joins) {
      people.set(into, { ...person, anonymousIds, parts: [...person.parts, part] });
      return [];
    }
    const from = personOf(part);
    const plan = planOf(person.site);
    const joined = join(plan, person.state, from.state, event.atMs, eventId);
    const parts = [...new Set([...person.parts, ...from.parts])];
    const merged = { ...person, anonymousIds, parts, state: joined.state };
    people.set(into, merged);
    people.delete(part);
    absorbed.push({ id: part, into });
    return [...record(part, merged, joined.changesOfFrom), ...record(into, merged, joined.changes)];
  };

  return {
    take: (site, event) => {
      const plan = planOf(site);
      const resolution = resolve(site, event, {
        identity: (kind, value) => identities.get(nameOf(site, kind, value))?.identity,
        hasRoom: (id) => (people.get(id)?.parts.length ?? 1) < IDS_PER_PROFILE_MAX,
        newId,
      });
      const id = newId(bucketOfId(resolution.part));
      for (const created of resolution.created) create(site, created);
      for (const identity of resolution.identities) {
        const name = nameOf(site, identity.kind, identity.value);
        identities.set(name, { site, identity, changed: true });
      }
      const changes = resolution.linked.flatMap((linked) =>
        link(resolution.profile, linked, event, id),
      );
      const person = withAnonymousId(personOf(resolution.profile), event, resolution);
      const seen = observe(plan, person.state, event, id);
      const now = { ...person, state: seen.state };
      people.set(person.id, now);
      messages.push({ site, messageId: event.messageId });
      events.push({ id, part: resolution.part, site, event });
      return [...changes, ...record(person.id, now, seen.changes)];
    },

    upgrade: (id, history) => {
      const person = personOf(id);
      const outcome = upgrade(planOf(person.site), person.state, history, nowMs);
      const upgraded = { ...person, state: outcome.state };
      people.set(id, upgraded);
      record(id, upgraded, outcome.changes);
    },

    close: () => {
      for (const person of people.values()) {
        const outcome = advance(planOf(person.site), person.state, nowMs);
        if (outcome.state === person.state) continue;
        const settled = { ...person, state: outcome.state };
        people.set(person.id, settled);
        record(person.id, settled, outcome.changes);
      }
      const profiles = [...people.values()].filter((person) => before.get(person.id) !== person);
      return {
        messages,
        events,
        identities: [...identities.values()].filter(({ changed }) => changed),
        profiles,
        absorbed: absorbed.filter(({ id }) => before.has(id)),
        ...membershipDifference(before, people, planOf),
        log,
        outbox,
        tick: ports.tick(),
      };
    },
  };
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

/** A profile's list of anonymous ids grows with the first event of each. */
function withAnonymousId(person: Profile, event: Event, resolution: Resolution): Profile {
  const { anonymousId } = event;
  const isOwn =
    event.userId === undefined ||
    resolution.linked.some((link) => link.anonymousId === anonymousId);
  if (anonymousId === undefined || !isOwn || person.anonymousIds.includes(anonymousId))
    return person;
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
