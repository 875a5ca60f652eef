import { type Event, eventKey } from '../event.ts';
import type { DayOf } from './calendar.ts';
import { dayOfUtc } from './calendar.ts';
import { canonicalJson, hash53 } from './canonical.ts';
import type { Did } from './definition.ts';
import type { Entry } from './recency.ts';
import { compilePath, compileWhere } from './where.ts';

/** Longer distinct values are represented by their hash, so that state stays bounded. */
const KEY_CHARS_MAX = 64;

/**
 * Which events count and what of them counts once. Window and threshold are not part of it, so one
 * matcher serves every condition that differs only in those.
 */
export interface Matcher {
  /** Stable across restarts and machines: made from the matcher's canonical text. */
  readonly id: string;
  readonly events: readonly string[];
  readonly where: Did['where'];
  /** What the event contributes, or `undefined` if it does not count. `event` is the event's id. */
  readonly entryOf: (event: Event, id: number) => Entry | undefined;
}

/** @param zone - The site's time zone; part of the identity where calendar days are counted. */
export function compileMatcher(did: Did, zone: { name: string; dayOf: DayOf }): Matcher {
  const events = [...new Set(typeof did.did === 'string' ? [did.did] : did.did)].sort();
  const { where, distinct } = did;
  const passes = where === undefined ? () => true : compileWhere(where);
  const keyOf = distinct === undefined ? undefined : compileKey(distinct, zone.dayOf);
  const identity = {
    events,
    ...(where && { where }),
    ...(distinct !== undefined && { distinct }),
    ...(distinct === 'day' && { zone: zone.name }),
  };
  return {
    id: hash53(canonicalJson(identity)),
    events,
    where,
    entryOf: (event, id) => {
      const key = eventKey(event);
      if (key === undefined || !events.includes(key) || !passes(event)) return undefined;
      if (keyOf === undefined) return { atMs: event.atMs, event: id };
      const counted = keyOf(event);
      return counted === undefined ? undefined : { atMs: event.atMs, event: id, key: counted };
    },
  };
}

/** What `distinct` counts of an event; an event without it does not count. */
function compileKey(distinct: string, dayOf: DayOf): (event: Event) => string | undefined {
  if (distinct === 'day') return (event) => dayOf(event.atMs);
  if (distinct === 'session') {
    // An event without a session counts by its calendar day, UTC.
    return ({ sessionId, atMs }) => (sessionId === undefined ? dayOfUtc(atMs) : `s${sessionId}`);
  }
  const read = compilePath(distinct);
  return (event) => {
    const value = read(event);
    if (value === undefined || value === null || typeof value === 'object') return undefined;
    const text = JSON.stringify(value);
    return text.length > KEY_CHARS_MAX ? `#${hash53(text)}` : text;
  };
}
