import { publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import type { ScoreMessage, SegmentMessage } from '../query/answers.ts';
import type { CompiledCondition } from '../segments/compiled.ts';
import { evidenceOf } from '../segments/evidence.ts';
import type { Facts } from '../segments/facts.ts';
import type { Change } from '../segments/judge.ts';
import { compileBand } from '../segments/leaves/score.ts';
import type { Plan } from '../segments/plan.ts';
import type { State } from '../segments/state.ts';
import type { Changes, MemberLogRow } from '../store/store.ts';
import type { Crossing } from './crossings.ts';

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

/**
 * What others are told of an announced change of a segment.
 *
 * @param facts - What the change rests on: the person's state, who sees their company itself.
 */
export function messageOf(
  id: number,
  person: Profile,
  change: Change,
  facts: Facts = person.state,
): SegmentMessage {
  const { segment, direction } = change;
  return {
    type: direction === 'entered' ? 'segment.entered' : 'segment.left',
    segment: { id: segment.id, name: segment.name, version: segment.version },
    ...momentOf(id, person, change, { condition: segment.condition, facts }),
  };
}

/** What others are told of whoever leaves because they were erased: their number and nothing else. */
export function farewellOf(
  { id, profile, atMs }: { readonly id: number; readonly profile: number; readonly atMs: number },
  segment: Change['segment'],
): SegmentMessage {
  return {
    type: 'segment.left',
    segment: { id: segment.id, name: segment.name, version: segment.version },
    ...{ id: publicId('msg', id), occurredAt: formatInstant(atMs) },
    profile: { id: publicId('prf', profile), anonymousIds: [], traits: {} },
    ...{ cause: 'erasure', evidence: [] },
  };
}

/** What others are told of an announced crossing of a score. */
export function crossingOf(id: number, person: Profile, crossing: Crossing): ScoreMessage {
  const { score, from, to, value } = crossing;
  const { model, version } = score;
  const bandOf = (place: number | undefined) => model.bands[place ?? -1]?.id ?? 'none';
  return {
    type: 'score.crossed',
    score: { id: model.id, name: model.name, version },
    ...{ from: bandOf(from), to: bandOf(to), value },
    ...momentOf(id, person, crossing, {
      condition: compileBand(score, to ?? 0),
      facts: person.state,
    }),
  };
}

function momentOf(
  id: number,
  person: Profile,
  { atMs, cause }: Pick<Change, 'atMs' | 'cause'>,
  { condition, facts }: { readonly condition: CompiledCondition; readonly facts: Facts },
) {
  const traits = Object.entries(person.state.traits).map(([name, { value }]) => [name, value]);
  return {
    id: publicId('msg', id),
    occurredAt: formatInstant(atMs),
    profile: {
      id: publicId('prf', person.id),
      ...(person.userId !== undefined && { userId: person.userId }),
      anonymousIds: person.anonymousIds,
      traits: Object.fromEntries(traits),
    },
    cause,
    evidence: evidenceOf(condition, facts, atMs).map((event) => publicId('evt', event)),
  };
}
