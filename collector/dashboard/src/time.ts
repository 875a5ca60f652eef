/** Times in words. All functions are pure: what time it is comes in as `nowMs`. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** From here on nobody thinks in days: 60 days read "2 months", not "60 d". */
const MONTHS_FROM_MS = 60 * DAY_MS;
const MONTH_MS = 30.4375 * DAY_MS;
const YEARS_FROM_MS = 730 * DAY_MS;
const YEAR_MS = 365.25 * DAY_MS;

/** Younger than this is "just now": clocks of browser and server differ by about as much. */
const JUST_NOW_MS = 5 * SECOND_MS;

const UNITS = [
  { ms: DAY_MS, word: 'd' },
  { ms: HOUR_MS, word: 'h' },
  { ms: MINUTE_MS, word: 'min' },
  { ms: SECOND_MS, word: 's' },
] as const;

/** "3 min ago", "in 6 d": one unit, rounded towards now, so that nothing is older than it says. */
export function relativeWords(atMs: number, nowMs: number): string {
  const distanceMs = Math.abs(nowMs - atMs);
  if (distanceMs < JUST_NOW_MS) return 'just now';
  const length = lengthWords(distanceMs);
  return atMs < nowMs ? `${length} ago` : `in ${length}`;
}

/**
 * "6 d 23 h", "3 min 5 s": the two largest units of what is left until `atMs`, for a countdown.
 * A moment that has passed reads "now".
 */
export function countdownWords(atMs: number, nowMs: number): string {
  const leftMs = atMs - nowMs;
  if (leftMs < SECOND_MS) return 'now';
  if (leftMs >= MONTHS_FROM_MS) return lengthWords(leftMs);
  const first = UNITS.findIndex((unit) => leftMs >= unit.ms);
  const parts = UNITS.slice(first, first + 2).map((unit, index, [largest]) => {
    const restMs = index === 0 || largest === undefined ? leftMs : leftMs % largest.ms;
    return { count: Math.floor(restMs / unit.ms), word: unit.word };
  });
  return parts
    .filter((part) => part.count > 0)
    .map((part) => `${part.count} ${part.word}`)
    .join(' ');
}

/** "4 min", "3 months": a length of time in one unit, rounded down. Below a second it is "0 s". */
export function lengthWords(lengthMs: number): string {
  if (lengthMs >= YEARS_FROM_MS) return `${Math.floor(lengthMs / YEAR_MS)} years`;
  if (lengthMs >= MONTHS_FROM_MS) {
    const months = Math.floor(lengthMs / MONTH_MS);
    return months === 1 ? '1 month' : `${months} months`;
  }
  const unit = UNITS.find(({ ms }) => lengthMs >= ms);
  return unit === undefined ? '0 s' : `${Math.floor(lengthMs / unit.ms)} ${unit.word}`;
}

/** "4 March 2026, 14:02:31": the full moment, for titles and for those who need the exact time. */
export function exactWords(atMs: number, timeZone?: string): string {
  const format = { dateStyle: 'long', timeStyle: 'medium' } as const;
  return formatter(format, timeZone).format(atMs);
}

/** "14:02" */
export function clockWords(atMs: number, timeZone?: string): string {
  return formatter({ hour: '2-digit', minute: '2-digit' }, timeZone).format(atMs);
}

/** The calendar day in `timeZone` (default: the reader's), as `2026-03-04`. Sorts as text. */
export function dayOf(atMs: number, timeZone?: string): string {
  const format = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = formatter(format, timeZone).formatToParts(atMs);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** "Today", "Yesterday", "Wednesday, 4 March", with the year where it is not this one. */
export function dayWords(atMs: number, nowMs: number, timeZone?: string): string {
  const day = dayOf(atMs, timeZone);
  if (day === dayOf(nowMs, timeZone)) return 'Today';
  if (day === dayOf(nowMs - DAY_MS, timeZone)) return 'Yesterday';
  const format = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  const thisYear = day.slice(0, 4) === dayOf(nowMs, timeZone).slice(0, 4);
  return formatter(thisYear ? format : { ...format, year: 'numeric' }, timeZone).format(atMs);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs about 50 µs, and a page shows hundreds of times. */
function formatter(format: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat {
  const options = timeZone === undefined ? format : { ...format, timeZone };
  const key = JSON.stringify(options);
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', options);
  formatters.set(key, made);
  return made;
}
