const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** No zone has changed its offset at any other place within an hour since 1972. */
const OFFSET_STEP_MS = 15 * MINUTE_MS;
/** Asking `Intl` takes microseconds, so answers are kept; a bench of years has fewer. */
const OFFSETS_MAX = 50_000;
/** The longest name of the IANA data base has 32 characters. */
const ZONE_CHARS_MAX = 64;

/** Names the calendar day of an instant; two instants share a name exactly if they share a day. */
export type DayOf = (atMs: number) => string;

export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** Days, weeks and months as a place on earth has them. */
export interface Calendar {
  /** IANA name. */
  readonly zone: string;
  readonly dayOf: DayOf;
  /** The first instant of the unit that holds `atMs`, or of the one `moved` units later. Weeks begin on Monday. */
  readonly startOf: (unit: CalendarUnit, atMs: number, moved?: number) => number;
  /**
   * The instant of the same time of day `months` earlier. Where that month lacks the day, its end.
   * Never runs backwards: a later `atMs` gives the same instant or a later one.
   */
  readonly monthsBefore: (atMs: number, months: number) => number;
}

/** A day by its year, month (1 to 12) and day of the month. */
interface CivilDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Is this the name of an IANA time zone that this machine knows? */
export function isTimeZone(name: string): boolean {
  // Some versions of `Intl` also take bare offsets, which have no calendar of their own.
  if (!/^[A-Za-z]/.test(name) || name.length > ZONE_CHARS_MAX) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const dayOfUtc: DayOf = (atMs) => String(Math.floor(atMs / DAY_MS));

/** Calendar days of an IANA time zone. Throws a RangeError for a zone that `Intl` does not know. */
export function dayOf(timeZone: string): DayOf {
  if (timeZone === 'UTC') return dayOfUtc;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (atMs) => format.format(atMs);
}

/** The calendar of an IANA time zone. Throws a RangeError for a zone that `Intl` does not know. */
export function calendarOf(zone: string): Calendar {
  const offsetMs = offsetOf(zone);
  const dayNumber = (atMs: number) => Math.floor((atMs + offsetMs(atMs)) / DAY_MS);
  const midnight = (day: number) => instantOf(day * DAY_MS, offsetMs);
  return {
    zone,
    dayOf: dayOf(zone),
    startOf: (unit, atMs, moved = 0) => midnight(firstDay(unit, dayNumber(atMs), moved)),
    monthsBefore: (atMs, months) => {
      const today = dayNumber(atMs);
      const { year, month, day } = civilOf(today);
      const first = dayOfCivil(monthMoved(year, month, -months));
      const next = dayOfCivil(monthMoved(year, month, 1 - months));
      if (day > next - first) return midnight(next);
      const then = first + day - 1;
      return Math.min(midnight(then) + atMs - midnight(today), midnight(then + 1));
    },
  };
}

/** The day on which a unit begins that holds a day, or one `moved` units later. */
function firstDay(unit: CalendarUnit, day: number, moved: number): number {
  if (unit === 'day') return day + moved;
  // 1 January 1970 was a Thursday, three days after a Monday.
  if (unit === 'week') return Math.floor((day + 3) / 7) * 7 - 3 + 7 * moved;
  const { year, month } = civilOf(day);
  if (unit === 'month') return dayOfCivil(monthMoved(year, month, moved));
  if (unit === 'year') return dayOfCivil({ year: year + moved, month: 1, day: 1 });
  return dayOfCivil(monthMoved(year, month - ((month - 1) % 3), 3 * moved));
}

/** The first of a month. */
function monthMoved(year: number, month: number, moved: number): CivilDay {
  const months = year * 12 + month - 1 + moved;
  return { year: Math.floor(months / 12), month: (((months % 12) + 12) % 12) + 1, day: 1 };
}

/**
 * The instant at which a local clock shows `localMs`: the earlier one where it shows it twice, the
 * same time after the jump where it never does.
 */
function instantOf(localMs: number, offsetMs: (atMs: number) => number): number {
  const before = localMs - offsetMs(localMs - DAY_MS);
  if (before + offsetMs(before) === localMs) return before;
  const after = localMs - offsetMs(localMs + DAY_MS);
  return after + offsetMs(after) === localMs ? after : before;
}

/** By how much a zone's clocks are ahead of UTC. */
function offsetOf(zone: string): (atMs: number) => number {
  if (zone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  return (atMs) => {
    const step = Math.floor(atMs / OFFSET_STEP_MS);
    const present = known.get(step);
    if (present !== undefined) return present;
    if (known.size >= OFFSETS_MAX) known.clear();
    const offsetMs = parseOffset(format.format(step * OFFSET_STEP_MS));
    known.set(step, offsetMs);
    return offsetMs;
  };
}

/** Reads "GMT", "GMT+09:30" or "GMT-00:44:30" at the end of a text. */
function parseOffset(text: string): number {
  const [, sign, hours, minutes, seconds = '0'] =
    /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
  if (sign === undefined) return 0;
  const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1_000;
  return sign === '-' ? -ms : ms;
}

/**
 * Days since 1 January 1970 of the proleptic Gregorian calendar, and back.
 *
 * @see Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that
 * the leap day is the last.
 */
function dayOfCivil({ year, month, day }: CivilDay): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilOf(dayNumber: number): CivilDay {
  const z = dayNumber + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
