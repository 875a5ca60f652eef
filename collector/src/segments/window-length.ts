import type { CalendarSpan, Window } from './definition.ts';
import { durationBounds } from './duration.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** From the first instant of the longest such span to its last, a change of clocks included. */
const SPAN_MS_MAX: Readonly<Record<CalendarSpan, number>> = {
  today: DAY_MS + HOUR_MS,
  thisWeek: 7 * DAY_MS + HOUR_MS,
  thisMonth: 31 * DAY_MS + HOUR_MS,
  thisQuarter: 92 * DAY_MS + HOUR_MS,
  thisYear: 366 * DAY_MS + HOUR_MS,
  yesterday: 2 * DAY_MS + HOUR_MS,
  lastWeek: 14 * DAY_MS + HOUR_MS,
  lastMonth: 62 * DAY_MS + HOUR_MS,
  lastQuarter: 184 * DAY_MS + HOUR_MS,
  lastYear: 731 * DAY_MS + HOUR_MS,
};

/** How long ago an event in a window can be at most, milliseconds; `Infinity` without an end. */
export function windowMsMax(window: Window | undefined): number {
  if (window === undefined) return Number.POSITIVE_INFINITY;
  if (typeof window === 'string') return durationBounds(window)?.mostMs ?? 0;
  if ('from' in window) return durationBounds(window.from)?.mostMs ?? 0;
  return 'calendar' in window ? SPAN_MS_MAX[window.calendar] : Number.POSITIVE_INFINITY;
}
