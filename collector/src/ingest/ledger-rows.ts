import { publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import type { StreamMessage } from '../query/answers.ts';
import { evidenceOf } from '../segments/evidence.ts';
import type { Change } from '../segments/judge.ts';
import type { Plan } from '../segments/plan.ts';
import type { State } from '../segments/state.ts';
import type { Changes, MemberLogRow } from '../store/store.ts';

/** A change of a membership and whose it is. */
export interface PersonalChange extends Change {
  readonly profile: number;
}

/** The member table follows the states: what differs between before and after is what is written. */
export function membershipDifference(
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
    const { segments } = planOf(site);
    for (const segment of keysOf(was, is)) {
      // Whoever removed a segment removed its members.
      if (!segments.has(segment)) continue;
      const wasMs = was[segment]?.enteredMs;
      const isMs = is[segment]?.enteredMs;
      if (wasMs === isMs) continue;
      if (wasMs !== undefined) left.push({ profile, segment });
      if (isMs !== undefined) entered.push({ profile, segment, enteredAtMs: isMs });
    }
  }
  return { entered, left };
}

function keysOf(was: State['standings'], is: State['standings']): ReadonlySet<number> {
  return new Set([...Object.keys(was), ...Object.keys(is)].map(Number));
}

export function logRow(id: number, profile: number, change: Change, nowMs: number): MemberLogRow {
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

export function messageOf(id: number, person: Profile, change: Change): StreamMessage {
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
