import type { EventAnswer } from '../../src/query/answers.ts';
import { dayOf } from './time.ts';

/** Events that belong together, newest first. */
export interface Visit {
  /** Absent for events outside of a visit, such as those sent by a server. */
  readonly sessionId?: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly events: readonly EventAnswer[];
}

/** The visits of one calendar day, newest first. A visit belongs to the day on which it ended. */
export interface Day {
  /** `2026-03-04` */
  readonly day: string;
  readonly atMs: number;
  readonly visits: readonly Visit[];
}

/**
 * Groups events into days and visits. Events of one session are one visit even where others came
 * between; events without a session form a group of their own wherever they interrupt.
 *
 * @param events - Newest first, as the API gives them.
 * @param timeZone - IANA name that decides where days begin; the reader's own by default.
 */
export function timelineOf(events: readonly EventAnswer[], timeZone?: string): readonly Day[] {
  const days = new Map<string, EventAnswer[][]>();
  const sessions = new Map<string, EventAnswer[]>();
  for (const event of events) {
    const sessionId = sessionOf(event);
    const visit = sessionId === undefined ? undefined : sessions.get(sessionId);
    if (visit !== undefined) {
      visit.push(event);
      continue;
    }
    const day = dayOf(Date.parse(event.timestamp), timeZone);
    const visits = days.get(day) ?? [];
    days.set(day, visits);
    const [open] = visits.at(-1) ?? [];
    if (sessionId === undefined && open !== undefined && sessionOf(open) === undefined) {
      visits.at(-1)?.push(event);
      continue;
    }
    const started = [event];
    visits.push(started);
    if (sessionId !== undefined) sessions.set(sessionId, started);
  }
  return [...days].map(([day, visits]) => dayFrom(day, visits.map(visitFrom)));
}

function dayFrom(day: string, visits: readonly Visit[]): Day {
  return { day, atMs: Math.max(...visits.map((visit) => visit.toMs)), visits };
}

function visitFrom(events: readonly EventAnswer[]): Visit {
  const timesMs = events.map((event) => Date.parse(event.timestamp));
  const [first] = events;
  const sessionId = first && sessionOf(first);
  const span = { fromMs: Math.min(...timesMs), toMs: Math.max(...timesMs), events };
  return sessionId === undefined ? span : { sessionId, ...span };
}

function sessionOf(event: EventAnswer): string | undefined {
  const { sessionId } = event.context;
  return typeof sessionId === 'string' && sessionId !== '' ? sessionId : undefined;
}
