import type { CalendarSpan, Window } from './definition.ts';
import { durationWords } from './duration.ts';

const SPANS: Readonly<Record<CalendarSpan, string>> = {
  today: 'today',
  thisWeek: 'this week',
  thisMonth: 'this month',
  thisQuarter: 'this quarter',
  thisYear: 'this year',
  yesterday: 'yesterday',
  lastWeek: 'last week',
  lastMonth: 'last month',
  lastQuarter: 'last quarter',
  lastYear: 'last year',
};

/** "within 14 days", "between 90 days and 30 days ago", "since 2026-01-01", "this month". */
export function windowWords(window: Window): string {
  if (typeof window === 'string') return `within ${durationWords(window)}`;
  if ('from' in window) {
    return `between ${durationWords(window.from)} and ${durationWords(window.to)} ago`;
  }
  if ('calendar' in window) {
    const span = SPANS[window.calendar];
    return window.zone === undefined ? span : `${span} (${window.zone})`;
  }
  const { after, before } = window;
  if (before === undefined) return `since ${after}`;
  return after === undefined ? `before ${before}` : `from ${after} to before ${before}`;
}

/** {@link windowWords} behind a space; empty where there is no window. */
export function inWindow(window: Window | undefined): string {
  return window === undefined ? '' : ` ${windowWords(window)}`;
}
