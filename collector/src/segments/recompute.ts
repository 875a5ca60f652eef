import { type Event, eventKey } from '../event.ts';
import { type DayOf, dayOfUtc } from './calendar.ts';
import { TIMES_DEFAULT, windowOf } from './condition.ts';
import type { Compare, Condition, Definition, Did } from './definition.ts';
import { compileWhere, readPath } from './where.ts';

/** One person's full history and what else a definition asks about them. */
export interface Person {
  readonly events: readonly Event[];
  readonly known: boolean;
}

/**
 * Answers from the full log alone: no lists, no dues, no plan, just the meaning of the definition
 * counted event by event. Slow and plain on purpose: it is what the incremental engine is held
 * against, in tests and in the audit.
 */
export function recompute(
  definition: Definition,
  person: Person,
  nowMs: number,
  dayOf: DayOf = dayOfUtc,
): boolean {
  const { who = 'all' } = definition;
  if (person.events.length === 0) return false;
  if (who !== 'all' && person.known !== (who === 'known')) return false;
  return holds(definition.if, person, nowMs, dayOf);
}

function holds(condition: Condition, person: Person, nowMs: number, dayOf: DayOf): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, person, nowMs, dayOf));
  if ('any' in condition) return condition.any.some((part) => holds(part, person, nowMs, dayOf));
  if ('not' in condition) return !holds(condition.not, person, nowMs, dayOf);
  const counted = matching(condition, person.events, nowMs);
  return satisfies(condition.times ?? TIMES_DEFAULT, countOf(condition, counted, dayOf));
}

/** The events that a `did` speaks of, within its window at `nowMs`. */
function matching(did: Did, events: readonly Event[], nowMs: number): readonly Event[] {
  const names: readonly string[] = typeof did.did === 'string' ? [did.did] : did.did;
  const passes = did.where === undefined ? () => true : compileWhere(did.where);
  const windowMs = windowOf(did);
  return events.filter((event) => {
    const name = eventKey(event);
    const inWindow = nowMs - windowMs < event.atMs && event.atMs <= nowMs;
    return inWindow && name !== undefined && names.includes(name) && passes(event);
  });
}

function countOf(did: Did, events: readonly Event[], dayOf: DayOf): number {
  const { distinct } = did;
  if (distinct === undefined) return events.length;
  if (distinct === 'day') return new Set(events.map(({ atMs }) => dayOf(atMs))).size;
  if (distinct === 'session') {
    const sessions = events.map(({ sessionId, atMs }) =>
      sessionId === undefined ? dayOfUtc(atMs) : `session ${sessionId}`,
    );
    return new Set(sessions).size;
  }
  const values = events.map((event) => readPath(event, distinct));
  const scalars = values.filter((value) => value !== null && typeof value !== 'object');
  return new Set(scalars.filter((value) => value !== undefined)).size;
}

function satisfies(compare: Compare, n: number): boolean {
  if (typeof compare === 'number') return n >= compare;
  const { eq, ne, gt, gte, lt, lte, between } = compare;
  if (eq !== undefined && n !== eq) return false;
  if (ne !== undefined && n === ne) return false;
  if (gt !== undefined && n <= gt) return false;
  if (gte !== undefined && n < gte) return false;
  if (lt !== undefined && n >= lt) return false;
  if (lte !== undefined && n > lte) return false;
  return between === undefined || (n >= between[0] && n <= between[1]);
}
