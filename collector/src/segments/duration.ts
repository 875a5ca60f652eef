import { WINDOW_MS_MAX, WINDOW_MS_MIN } from './limits.ts';
import { quoted } from './quote.ts';

/** What a text says as a duration: milliseconds, or a sentence that says what is wrong with it. */
export type DurationReading =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly detail: string };

const UNITS: ReadonlyMap<string, { readonly ms: number; readonly word: string }> = new Map([
  ['s', { ms: 1_000, word: 'second' }],
  ['m', { ms: 60_000, word: 'minute' }],
  ['h', { ms: 3_600_000, word: 'hour' }],
  ['d', { ms: 86_400_000, word: 'day' }],
  ['w', { ms: 604_800_000, word: 'week' }],
]);
const CALENDAR_UNITS: ReadonlyMap<string, string> = new Map([
  ['mo', 'months'],
  ['y', 'years'],
]);
/** Units for a number of milliseconds, largest first. "14 days" reads better than "2 weeks". */
const PLAIN_UNITS = ['d', 'h', 'm', 's'];

/** No leading zeros, so that one length of time is written in one way per unit. */
const SHAPE = /^(0|[1-9][0-9]*)([a-z]+)$/;

/**
 * Reads an integer with a unit, from 1 s to 400 d. Months and years are refused: their length
 * depends on the calendar, which windows do not know yet.
 */
export function readDuration(text: string): DurationReading {
  const [, digits, unit] = SHAPE.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    return refuse(`${quoted(text)} is not a duration; write an integer and a unit, such as "14d"`);
  }
  const calendar = CALENDAR_UNITS.get(unit);
  if (calendar !== undefined) {
    return refuse(
      `${quoted(text)} is in calendar ${calendar}, which are not available yet; use days, such as "30d"`,
    );
  }
  const known = UNITS.get(unit);
  if (known === undefined) {
    return refuse(`${quoted(text)} has an unknown unit; use s, m, h, d or w, such as "14d"`);
  }
  const ms = Number(digits) * known.ms;
  if (ms < WINDOW_MS_MIN) return refuse(`${quoted(text)} is shorter than 1 s; use 1s to 400d`);
  if (ms > WINDOW_MS_MAX) return refuse(`${quoted(text)} is longer than 400 d; use 1s to 400d`);
  return { ok: true, ms };
}

/** Length of a duration in milliseconds; `undefined` for what {@link readDuration} refuses. */
export function durationMs(text: string): number | undefined {
  const reading = readDuration(text);
  return reading.ok ? reading.ms : undefined;
}

/**
 * A duration in words: "14 days", "1 hour". A text keeps its own unit; milliseconds take the
 * largest unit that divides them, days at most. A text that is no duration comes back as it is.
 */
export function durationWords(duration: string | number): string {
  if (typeof duration === 'number') return millisecondWords(duration);
  const [, digits, unit] = SHAPE.exec(duration) ?? [];
  const known = unit === undefined ? undefined : UNITS.get(unit);
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
