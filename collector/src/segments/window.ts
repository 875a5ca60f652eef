import { parseInstant } from '../instant.ts';
import type { Calendar, CalendarUnit } from './calendar.ts';
import type { CalendarSpan, Instant, Window } from './definition.ts';
import { compilePeriod } from './period.ts';
import type { Recency } from './recency.ts';

/**
 * When events have to lie to count at an instant x: `lowerMs(x) < t ≤ upperMs(x)`. Both bounds only
 * ever move forward, so that an event enters a window once and leaves it once.
 */
export interface CompiledWindow {
  readonly lowerMs: (x: number) => number;
  readonly upperMs: (x: number) => number;
  /** The first x at which an event at `t` counts, if it ever does. */
  readonly entersMs: (t: number) => number;
  /** The first x at which an event at `t` counts no more; `Infinity` if it counts for ever. */
  readonly leavesMs: (t: number) => number;
  /** Events longer ago than this neither count nor ever will; `Infinity` if all may. */
  readonly horizonMs: number;
  /** Newest events may be too new to count, so that keeping the newest does not do. */
  readonly isOffset: boolean;
  /** What an event has to fulfil by itself, whenever it is asked about. */
  readonly bounds?: Bounds;
}

/** `afterMs` included, `beforeMs` not. */
export interface Bounds {
  readonly afterMs?: number;
  readonly beforeMs?: number;
}

/** Everything up to now. */
export const EVER: CompiledWindow = {
  lowerMs: () => Number.NEGATIVE_INFINITY,
  upperMs: (x) => x,
  entersMs: (t) => t,
  leavesMs: () => Number.POSITIVE_INFINITY,
  horizonMs: Number.POSITIVE_INFINITY,
  isOffset: false,
};

const SPANS: Readonly<Record<CalendarSpan, { unit: CalendarUnit; isPast: boolean }>> = {
  today: { unit: 'day', isPast: false },
  thisWeek: { unit: 'week', isPast: false },
  thisMonth: { unit: 'month', isPast: false },
  thisQuarter: { unit: 'quarter', isPast: false },
  thisYear: { unit: 'year', isPast: false },
  yesterday: { unit: 'day', isPast: true },
  lastWeek: { unit: 'week', isPast: true },
  lastMonth: { unit: 'month', isPast: true },
  lastQuarter: { unit: 'quarter', isPast: true },
  lastYear: { unit: 'year', isPast: true },
};
/** More than two years with their leap day, in any zone. */
const SPAN_MS_MAX = 733 * 86_400_000;

/** @param calendarOf - Calendars by the name of their zone. */
export function compileWindow(
  within: Window | undefined,
  calendar: Calendar,
  calendarOf: (zone: string) => Calendar,
): CompiledWindow {
  if (within === undefined) return EVER;
  if (typeof within === 'string') {
    const { before, after, msMax } = compilePeriod(within, calendar);
    return { ...EVER, lowerMs: before, leavesMs: after, horizonMs: msMax };
  }
  if ('from' in within) {
    const from = compilePeriod(within.from, calendar);
    const to = compilePeriod(within.to, calendar);
    return {
      lowerMs: from.before,
      upperMs: to.before,
      entersMs: to.after,
      leavesMs: from.after,
      horizonMs: from.msMax,
      isOffset: true,
    };
  }
  if ('calendar' in within) {
    const zoned = within.zone === undefined ? calendar : calendarOf(within.zone);
    return spanWindow(SPANS[within.calendar], zoned);
  }
  return { ...EVER, bounds: boundsOf(within) };
}

function spanWindow(
  { unit, isPast }: { readonly unit: CalendarUnit; readonly isPast: boolean },
  { startOf }: Calendar,
): CompiledWindow {
  const past = isPast ? 1 : 0;
  return {
    // Times are whole milliseconds: after the last one before the start is from the start on.
    lowerMs: (x) => startOf(unit, x, -past) - 1,
    upperMs: isPast ? (x) => startOf(unit, x) - 1 : (x) => x,
    entersMs: isPast ? (t) => startOf(unit, t, 1) : (t) => t,
    leavesMs: (t) => startOf(unit, t, 1 + past),
    horizonMs: SPAN_MS_MAX,
    isOffset: isPast,
  };
}

function boundsOf({
  after,
  before,
}: {
  readonly after?: Instant;
  readonly before?: Instant;
}): Bounds {
  return {
    ...(after !== undefined && { afterMs: instant(after) }),
    ...(before !== undefined && { beforeMs: instant(before) }),
  };
}

function instant(text: Instant): number {
  const atMs = parseInstant(text);
  if (atMs === undefined) throw new Error(`Invariant broken: "${text}" was parsed`);
  return atMs;
}

/** The first instant after `nowMs` at which any of some entries enters or leaves a window. */
export function nextBoundaryMs(
  entries: Recency,
  { entersMs, leavesMs }: CompiledWindow,
  nowMs: number,
): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { atMs } of entries) {
    const enters = entersMs(atMs);
    const boundary = enters > nowMs ? enters : leavesMs(atMs);
    if (boundary > nowMs && boundary < next) next = boundary;
  }
  return next;
}
