import { type Event, eventKey } from '../event.ts';
import { type Calendar, dayOfUtc } from './calendar.ts';
import { canonicalJson, hash53 } from './canonical.ts';
import type { EventName, Where } from './definition.ts';
import type { Entry } from './recency.ts';
import { compilePath, compileWhere, type Readable } from './where.ts';
import type { Bounds } from './window.ts';
import { compileSlices, sliceKey, worthAt } from './worth.ts';

/** Longer distinct values are represented by their hash, so that state stays bounded. */
const KEY_CHARS_MAX = 64;

/** Which events count and what of them is remembered. */
export interface MatcherSpec {
  readonly events: EventName;
  readonly where?: Where;
  readonly bounds?: Bounds;
  /** Count different values: `session`, `day`, `person`, or a path. */
  readonly distinct?: string;
  /** Keep the values at these paths together as the key; an event without one of them does not count. */
  readonly same?: readonly string[];
  /** Keep the number at this path; an event without one does not count. */
  readonly value?: string;
  /** Keep as the key whether the event passes: {@link PASSED} or {@link FAILED}. */
  readonly passes?: Where;
  /** Keep the worth of one point by its slice of time, or of the first of each session in each slice. */
  readonly worth?: { readonly halfLifeMs: number | null; readonly per: 'event' | 'session' };
  /** What list the entries go to; lists of different kinds are not shared. Newest unless given. */
  readonly memory?: 'oldest' | 'journal' | 'firsts' | 'tally';
}

/** Counted values are JSON, and hashes begin otherwise. */
const UNHEARD_KEY = '~';
export const PASSED = '1';
export const FAILED = '0';

/**
 * Window and threshold are not part of a matcher, so one serves every condition that differs only in
 * those.
 */
export interface Matcher {
  /** Stable across restarts and machines: made from the matcher's canonical text. */
  readonly id: string;
  readonly events: readonly string[];
  readonly where: Where | undefined;
  /** Its entries have the number of the person as their key. */
  readonly countsPeople: boolean;
  /**
   * What the event contributes, or `undefined` if it does not count.
   *
   * @param id - The event's.
   * @param person - The number of whoever did it.
   */
  readonly entryOf: (event: Event, id: number, person: number) => Entry | undefined;
  /**
   * What one more occurrence would contribute, with a value not counted before; `undefined` where it
   * would have to have a number, which nobody can tell.
   */
  readonly another: (atMs: number, id: number) => Entry | undefined;
}

/** @param calendar - The site's; part of the identity where calendar days are counted. */
export function compileMatcher(spec: MatcherSpec, calendar: Calendar): Matcher {
  const events = namesOf(spec.events);
  const { where, bounds = {} } = spec;
  const { afterMs = Number.NEGATIVE_INFINITY, beforeMs = Number.POSITIVE_INFINITY } = bounds;
  const passes = where === undefined ? () => true : compileWhere(where);
  const keyOf = compileKey(spec, calendar);
  const figureOf = compileFigure(spec, calendar);
  return {
    id: hash53(canonicalJson(identityOf(spec, events, calendar))),
    events,
    where,
    countsPeople: spec.distinct === 'person',
    another: (atMs, event) => {
      if (spec.value !== undefined) return undefined;
      if (spec.worth === undefined) {
        const key = spec.passes === undefined ? UNHEARD_KEY : PASSED;
        return { atMs, event, ...(keyOf && { key }) };
      }
      const { halfLifeMs, per } = spec.worth;
      const sliceMs = compileSlices(halfLifeMs, calendar)(atMs);
      const session = per === 'session' ? UNHEARD_KEY : undefined;
      const value = worthAt(atMs - sliceMs, halfLifeMs);
      return { atMs, event, key: sliceKey(sliceMs, session), value };
    },
    entryOf: (event, id, person) => {
      const name = eventKey(event);
      const { atMs } = event;
      if (name === undefined || !events.includes(name) || !passes(event)) return undefined;
      if (atMs < afterMs || atMs >= beforeMs) return undefined;
      const figure = figureOf?.(event);
      if (figureOf !== undefined && typeof figure !== 'number') return undefined;
      const key = keyOf?.(event, person);
      if (keyOf !== undefined && key === undefined) return undefined;
      return {
        atMs,
        event: id,
        ...(key !== undefined && { key }),
        ...(typeof figure === 'number' && { value: figure }),
      };
    },
  };
}

export function namesOf(events: EventName): readonly string[] {
  return [...new Set(typeof events === 'string' ? [events] : events)].sort();
}

/** A counted value as it was, unless it was so long that only its hash is kept. */
export function readKey(key: string): unknown {
  return key.startsWith('#') ? key : JSON.parse(key);
}

/** All that makes two matchers different; members that are absent are left out. */
function identityOf(
  { where, bounds, distinct, same, value, passes, worth, memory }: MatcherSpec,
  events: readonly string[],
  { zone }: Calendar,
): unknown {
  return {
    events,
    where,
    bounds,
    distinct,
    zone: distinct === 'day' || worth !== undefined ? zone : undefined,
    same,
    value,
    passes,
    worth,
    memory,
  };
}

function compileFigure(
  { value, worth }: MatcherSpec,
  calendar: Calendar,
): ((event: Event) => unknown) | undefined {
  if (worth !== undefined) {
    const sliceOf = compileSlices(worth.halfLifeMs, calendar);
    return ({ atMs }) => worthAt(atMs - sliceOf(atMs), worth.halfLifeMs);
  }
  return value === undefined ? undefined : compilePath(value);
}

/** What an entry is told apart by; an event without it does not count. */
function compileKey(
  { distinct, same, passes, worth }: MatcherSpec,
  calendar: Calendar,
): ((event: Event, person: number) => string | undefined) | undefined {
  const { dayOf } = calendar;
  if (worth !== undefined) {
    const sliceOf = compileSlices(worth.halfLifeMs, calendar);
    if (worth.per === 'event') return ({ atMs }) => sliceKey(sliceOf(atMs));
    // An event without a session counts by its slice.
    return ({ sessionId, atMs }) =>
      sliceKey(sliceOf(atMs), sessionId === undefined ? '' : hash53(sessionId));
  }
  if (passes !== undefined) {
    const holds = compileWhere(passes);
    return (event) => (holds(event) ? PASSED : FAILED);
  }
  if (same !== undefined) return compileSame(same);
  if (distinct === undefined) return undefined;
  if (distinct === 'person') return (_, person) => String(person);
  if (distinct === 'day') return (event) => dayOf(event.atMs);
  if (distinct === 'session') {
    return sessionOf;
  }
  const figureOf = compileScalar(distinct);
  return (event) => {
    const text = figureOf(event);
    return text === undefined ? undefined : bounded(text);
  };
}

function compileSame(paths: readonly string[]): (event: Event) => string | undefined {
  const read = paths.map((path) => (path === 'session' ? sessionOf : compileScalar(path)));
  return (event) => {
    const texts = read.map((each) => each(event));
    return texts.includes(undefined) ? undefined : bounded(texts.join());
  };
}

/** The visit that an event belongs to; without a session it is its calendar day, UTC. */
function sessionOf({ sessionId, atMs }: Event): string {
  return sessionId === undefined ? dayOfUtc(atMs) : `s${sessionId}`;
}

/** A scalar at a path, as JSON. */
function compileScalar(path: string): (event: Readable) => string | undefined {
  const read = compilePath(path);
  return (event) => {
    const value = read(event);
    if (value === undefined || value === null || typeof value === 'object') return undefined;
    return JSON.stringify(value);
  };
}

function bounded(text: string): string {
  return text.length > KEY_CHARS_MAX ? `#${hash53(text)}` : text;
}
