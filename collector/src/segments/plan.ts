import { dayOf } from './calendar.ts';
import {
  type CompiledCondition,
  type CompiledDid,
  compileCondition,
  compileCount,
  windowOf,
} from './condition.ts';
import type { Definition, Did } from './definition.ts';
import { evaluate } from './evaluate.ts';
import { buildIndex, type EventIndex } from './event-index.ts';
import { compileMatcher, type Matcher } from './matcher.ts';

/** A segment as it is stored: its definition and its internal numbers. */
export interface StoredSegment {
  /** Our own integer id, never used again for another segment. */
  readonly key: number;
  readonly version: number;
  /** The site's revision at which this version was saved. */
  readonly revision: number;
  readonly definition: Definition;
}

export interface CompiledSegment {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly revision: number;
  readonly condition: CompiledCondition;
  /** Ids of the matchers that can change its answer. */
  readonly matchers: ReadonlySet<string>;
}

export interface PlannedMatcher {
  readonly matcher: Matcher;
  /** How many entries a person's list keeps: the largest need of all conditions that use it. */
  readonly capacity: number;
  /** Lists of profiles at an earlier revision are not complete and are read again from the log. */
  readonly sinceRevision: number;
  /** The segments that read it, by ascending key. */
  readonly segments: readonly CompiledSegment[];
}

/** All segments of one site, compiled. Immutable: a change of definition makes a new plan. */
export interface Plan {
  readonly revision: number;
  readonly matchers: ReadonlyMap<string, PlannedMatcher>;
  readonly segments: ReadonlyMap<number, CompiledSegment>;
  readonly index: EventIndex;
  /** The segments that a person without any past may already be in. */
  readonly bornInto: readonly CompiledSegment[];
}

/**
 * @param revision - The site's revision, at least that of its newest segment.
 * @param timeZone - IANA name; calendar days are counted in it.
 */
export function compilePlan(
  stored: readonly StoredSegment[],
  revision: number,
  timeZone: string,
): Plan {
  const zone = { name: timeZone, dayOf: dayOf(timeZone) };
  const matchers = new Map<string, Matcher>();
  const segments = new Map<number, CompiledSegment>();
  const byRevision = stored.toSorted((a, b) => a.revision - b.revision || a.key - b.key);
  const needs = new Map<string, { capacity: number; sinceRevision: number }>();

  for (const segment of byRevision) {
    const used = new Set<string>();
    const compileDid = (did: Did): CompiledDid => {
      const matcher = compileMatcher(did, zone);
      matchers.set(matcher.id, matcher);
      used.add(matcher.id);
      const count = compileCount(did.times);
      const need = needs.get(matcher.id);
      if (need === undefined || need.capacity < count.capacity) {
        needs.set(matcher.id, { capacity: count.capacity, sinceRevision: segment.revision });
      }
      return { op: 'did', matcher: matcher.id, windowMs: windowOf(did), count, did };
    };
    segments.set(segment.key, compileSegment(segment, compileDid, used));
  }

  const inKeyOrder = [...segments.values()].sort((a, b) => a.key - b.key);
  const planned = new Map<string, PlannedMatcher>();
  for (const [id, matcher] of matchers) {
    const need = needs.get(id) ?? { capacity: 1, sinceRevision: 0 };
    const readers = inKeyOrder.filter((segment) => segment.matchers.has(id));
    planned.set(id, { matcher, ...need, segments: readers });
  }
  return {
    revision,
    matchers: planned,
    segments: new Map(inKeyOrder.map((segment) => [segment.key, segment])),
    index: buildIndex(matchers.values()),
    bornInto: inKeyOrder.filter(({ condition }) =>
      [true, false].some((known) => evaluate(condition, { lists: {}, known }, 0).is),
    ),
  };
}

function compileSegment(
  { key, version, revision, definition }: StoredSegment,
  compileDid: (did: Did) => CompiledDid,
  matchers: ReadonlySet<string>,
): CompiledSegment {
  const { id, name, who = 'all' } = definition;
  const condition = compileCondition(definition.if, compileDid);
  const known: CompiledCondition = { op: 'known', known: who === 'known' };
  return {
    key,
    id,
    name,
    version,
    revision,
    condition: who === 'all' ? condition : { op: 'all', of: [known, condition] },
    matchers,
  };
}
