import { WINDOW_MONTHS_MAX, WINDOW_MS_MAX, WINDOW_MS_MIN, WINDOW_YEARS_MAX } from './limits.ts';
import { quoted } from './quote.ts';

/**
 * What a text says as a duration: milliseconds; months of the calendar, whose length depends on when
 * they are; or a sentence that says what is wrong with it.
 */
export type DurationReading =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: true; readonly months: number }
  | { readonly ok: false; readonly detail: string };

/** The least and the most milliseconds that a duration can be long. */
export interface DurationBounds {
  readonly leastMs: number;
  readonly mostMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const UNITS: ReadonlyMap<string, { readonly ms: number; readonly word: string }> = new Map([
  ['s', { ms: 1_000, word: 'second' }],
  ['m', { ms: 60_000, word: 'minute' }],
  ['h', { ms: HOUR_MS, word: 'hour' }],
  ['d', { ms: DAY_MS, word: 'day' }],
  ['w', { ms: 7 * DAY_MS, word: 'week' }],
]);
const CALENDAR_UNITS = new Map([
  ['mo', { months: 1, word: 'month', max: WINDOW_MONTHS_MAX }],
  ['y', { months: 12, word: 'year', max: WINDOW_YEARS_MAX }],
]);
/** Units for a number of milliseconds, largest first. "14 days" reads better than "2 weeks". */
const PLAIN_UNITS = ['d', 'h', 'm', 's'];

/** No leading zeros, so that one length of time is written in one way per unit. */
const SHAPE = /^(0|[1-9][0-9]*)([a-z]+)$/;

/** Fewest and most days of so many months on end, for 1 to 13 of them. */
const MONTHS_DAYS: readonly (readonly [number, number])[] = [
  [0, 0],
  [28, 31],
  [59, 62],
  [89, 92],
  [120, 123],
  [150, 153],
  [181, 184],
  [212, 215],
  [242, 245],
  [273, 276],
  [303, 306],
  [334, 337],
  [365, 366],
  [393, 397],
];

/** Reads an integer with a unit, from 1 s to 400 d, or to 13 months or a year of the calendar. */
export function readDuration(text: string): DurationReading {
  const [, digits, unit] = SHAPE.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    return refuse(`${quoted(text)} is not a duration; write an integer and a unit, such as "14d"`);
  }
  const count = Number(digits);
  const calendar = CALENDAR_UNITS.get(unit);
  if (calendar !== undefined) {
    return count >= 1 && count <= calendar.max
      ? { ok: true, months: count * calendar.months }
      : refuse(`${quoted(text)} is out of range; use 1mo to 13mo, or 1y`);
  }
  const known = UNITS.get(unit);
  if (known === undefined) {
    return refuse(`${quoted(text)} has an unknown unit; use s, m, h, d, w, mo or y, such as "14d"`);
  }
  const ms = count * known.ms;
  if (ms < WINDOW_MS_MIN) return refuse(`${quoted(text)} is shorter than 1 s; use 1s to 400d`);
  if (ms > WINDOW_MS_MAX) return refuse(`${quoted(text)} is longer than 400 d; use 1s to 400d`);
  return { ok: true, ms };
}

/**
 * Length of a duration in milliseconds; `undefined` for months and years, which have none, and for
 * what {@link readDuration} refuses.
 */
export function durationMs(text: string): number | undefined {
  const reading = readDuration(text);
  return reading.ok && 'ms' in reading ? reading.ms : undefined;
}

/**
 * How short and how long a duration can be. Months vary by the calendar, and by an hour where clocks
 * change in between. `undefined` for what {@link readDuration} refuses.
 */
export function durationBounds(text: string): DurationBounds | undefined {
  const reading = readDuration(text);
  if (!reading.ok) return undefined;
  if ('ms' in reading) return { leastMs: reading.ms, mostMs: reading.ms };
  const [leastDays, mostDays] = MONTHS_DAYS[reading.months] ?? [0, Number.POSITIVE_INFINITY];
  return { leastMs: leastDays * DAY_MS - HOUR_MS, mostMs: mostDays * DAY_MS + HOUR_MS };
}

/** The first duration is longer than the second at any time. Both were read. */
export function isLonger(text: string, than: string): boolean {
  const a = readDuration(text);
  const b = readDuration(than);
  if (a.ok && b.ok && 'months' in a && 'months' in b) return a.months > b.months;
  const leastMs = durationBounds(text)?.leastMs ?? 0;
  return leastMs > (durationBounds(than)?.mostMs ?? 0);
}

/**
 * A duration in words: "14 days", "1 hour". A text keeps its own unit; milliseconds take the
 * largest unit that divides them, days at most. A text that is no duration comes back as it is.
 */
export function durationWords(duration: string | number): string {
  if (typeof duration === 'number') return millisecondWords(duration);
  const [, digits, unit = ''] = SHAPE.exec(duration) ?? [];
  const known = UNITS.get(unit) ?? CALENDAR_UNITS.get(unit);
  return known === undefined ? duration : counted(Number(digits), known.word);
}

function millisecondWords(ms: number): string {
  if (ms === 0) return '0 seconds';
  for (const unit of PLAIN_UNITS) {
    const known = UNITS.get(unit);
    if (known !== undefined && ms % known.ms === 0) return counted(ms / known.ms, known.word);
  }
  return counted(ms, 'millisecond');
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function refuse(detail: string): DurationReading {
  return { ok: false, detail };
}
