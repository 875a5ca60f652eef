import type { DayAnswer } from './answers.ts';

const DAY_MS = 86_400_000;

/** Calendar days that one answer lists. */
export const DAYS_MAX = 400;

/** Names the calendar day of an instant as `YYYY-MM-DD`. @param timeZone - IANA name. */
export function dateOf(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (atMs) => format.format(atMs);
}

/** Reads `YYYY-MM-DD`; `undefined` for other texts and for days that no calendar has. */
export function parseDate(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(atMs) || utcDate(atMs) !== text ? undefined : text;
}

/** The day that lies so many days after another one, or before it if `days` is negative. */
export function addDays(date: string, days: number): string {
  return utcDate(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS);
}

/** How many days lie from one day to another, both included. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS + 1;
}

/** Entries and leaves at some time. */
export interface Turns {
  readonly atMs: number;
  readonly entered: number;
  readonly left: number;
}

/** Adds up what happened by calendar day, with the size as each day ends. @param turns - In any order. */
export function tellDays(
  turns: Iterable<Turns>,
  range: { readonly from: string; readonly to: string; readonly timeZone: string },
): readonly DayAnswer[] {
  const date = dateOf(range.timeZone);
  const days = new Map<string, { entered: number; left: number }>();
  let size = 0;
  for (const { atMs, entered, left } of turns) {
    const name = date(atMs);
    if (name < range.from) size += entered - left;
    const day = days.get(name) ?? { entered: 0, left: 0 };
    days.set(name, { entered: day.entered + entered, left: day.left + left });
  }
  const length = Math.max(0, daysBetween(range.from, range.to));
  return Array.from({ length }, (_, index) => {
    const day = addDays(range.from, index);
    const { entered, left } = days.get(day) ?? { entered: 0, left: 0 };
    size += entered - left;
    return { day, size, entered, left };
  });
}

function utcDate(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
