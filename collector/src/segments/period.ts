import type { Calendar } from './calendar.ts';
import type { Duration } from './definition.ts';

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);
const UNIT_MONTHS: ReadonlyMap<string, number> = new Map([
  ['mo', 1],
  ['y', 12],
]);
/** No month is longer, its clocks set back included. */
const MONTH_MS_MAX = 32 * 86_400_000;

/**
 * A length of time, to be laid before or after an instant. Both directions agree:
 * `before(x) ≥ t` exactly if `x ≥ after(t)`.
 */
export interface Period {
  /** The instant so long before `atMs`. Never runs backwards. */
  readonly before: (atMs: number) => number;
  /** The first instant that lies so long after `atMs`. */
  readonly after: (atMs: number) => number;
  /** At least as long as any such period, in milliseconds. */
  readonly msMax: number;
}

/** @param duration - Was parsed: an integer and a unit. Months and years go by the calendar. */
export function compilePeriod(duration: Duration, calendar: Calendar): Period {
  const [, digits, unit] = /^(\d+)([a-z]+)$/.exec(duration) ?? [];
  const count = Number(digits);
  const ms = count * (UNIT_MS.get(unit ?? '') ?? Number.NaN);
  if (!Number.isNaN(ms)) {
    return { before: (atMs) => atMs - ms, after: (atMs) => atMs + ms, msMax: ms };
  }
  const months = count * (UNIT_MONTHS.get(unit ?? '') ?? Number.NaN);
  if (Number.isNaN(months)) throw new Error(`Invariant broken: "${duration}" was parsed`);
  const before = (atMs: number) => calendar.monthsBefore(atMs, months);
  const msMax = months * MONTH_MS_MAX;
  return {
    before,
    after: (atMs) => firstWhere((x) => before(x) >= atMs, atMs, atMs + msMax),
    msMax,
  };
}

/** The first integer in (`low`, `high`] for which something holds that, once true, stays true. */
export function firstWhere(holds: (x: number) => boolean, low: number, high: number): number {
  let without = low;
  let withIt = high;
  while (withIt - without > 1) {
    const middle = Math.floor((without + withIt) / 2);
    if (holds(middle)) withIt = middle;
    else without = middle;
  }
  return withIt;
}
