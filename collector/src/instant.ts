/**
 * Conversions between instants as people write them and integer milliseconds since 1970. `Date` is
 * used as a calculator here; the clock is read in `main.ts` alone.
 */

/** The last instant with a four-digit year: 9999-12-31T23:59:59.999Z. */
export const INSTANT_MS_MAX = 253_402_300_799_999;

/**
 * A number from here on is milliseconds (1973), one below it seconds (up to the year 5138). Real
 * timestamps of either kind lie on their own side of it by a factor of 50.
 */
const EPOCH_MS_MIN = 100_000_000_000;
/** A smaller number (before September 2001, if seconds) is a counter or a mistake. */
const EPOCH_S_MIN = 1_000_000_000;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Longer texts are refused unread: nanoseconds and an offset fit twice over. */
const TEXT_CHARS_MAX = 64;

const DATE = String.raw`(\d{4})-(\d\d)-(\d\d)`;
const TIME = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?`;
const ZONE = String.raw`(?:Z|([+-])(\d\d)(?::?(\d\d))?)`;
const ISO_8601 = new RegExp(`^${DATE}(?:[T ]${TIME} ?${ZONE}?)?$`, 'i');

/**
 * Reads an instant: ISO 8601 with any number of decimals (what is finer than a millisecond is cut),
 * an offset, `Z` or none (taken as UTC, for a client's zone is unknown here), or a date alone; or a
 * number of seconds or milliseconds since 1970.
 *
 * @returns An integer in [0, {@link INSTANT_MS_MAX}], or `undefined` for anything else: other
 * notations, days that no calendar has, years before 1970.
 */
export function parseInstant(written: string | number): number | undefined {
  const atMs = typeof written === 'number' ? epochMs(written) : isoMs(written);
  return atMs !== undefined && atMs >= 0 && atMs <= INSTANT_MS_MAX ? atMs : undefined;
}

/**
 * Writes an instant as ISO 8601 in UTC with milliseconds.
 *
 * @param atMs - In [0, {@link INSTANT_MS_MAX}]; `RangeError` if it is not a date at all.
 */
export function formatInstant(atMs: number): string {
  return new Date(atMs).toISOString();
}

function epochMs(epoch: number): number | undefined {
  if (epoch >= EPOCH_MS_MIN) return Math.trunc(epoch);
  return epoch >= EPOCH_S_MIN ? Math.round(epoch * 1000) : undefined;
}

function isoMs(text: string): number | undefined {
  const parts = text.length <= TEXT_CHARS_MAX ? ISO_8601.exec(text) : null;
  if (parts === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', decimals = ''] = parts;
  const [sign, offsetHour = '0', offsetMinute = '0'] = parts.slice(8);
  const date = dateMs(Number(year), Number(month), Number(day));
  // A leap second reads 60 and falls on the first instant of the next minute.
  if (date === undefined || exceeds(hour, 23) || exceeds(minute, 59) || exceeds(second, 60)) {
    return undefined;
  }
  if (exceeds(offsetHour, 23) || exceeds(offsetMinute, 59)) return undefined;
  const offsetMs = (Number(offsetHour) * 60 + Number(offsetMinute)) * MINUTE_MS;
  const timeMs =
    (Number(hour) * 60 + Number(minute)) * MINUTE_MS +
    Number(second) * 1000 +
    Number(decimals.slice(0, 3).padEnd(3, '0'));
  return date + timeMs + (sign === '-' ? offsetMs : -offsetMs);
}

/** Midnight UTC of a day of the calendar. */
function dateMs(year: number, month: number, day: number): number | undefined {
  if (year < 1900 || month < 1 || month > 12) return undefined;
  const daysOfMonth = (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / DAY_MS;
  return day >= 1 && day <= daysOfMonth ? Date.UTC(year, month - 1, day) : undefined;
}

function exceeds(digits: string, max: number): boolean {
  return Number(digits) > max;
}
