import type { Calendar } from './calendar.ts';
import { FOREVER } from './compiled.ts';
import { firstWhere, type Period } from './period.ts';
import { type Curve, MILLIONTHS } from './score-curve.ts';

/** What a condition compares, in points, as a function of time if nothing more happens. */
export interface Figure {
  readonly at: (atMs: number) => number;
  /** The first instant after `atMs` up to which the figure only ever falls or only ever rises. */
  readonly turnAfter: (atMs: number) => number;
  /** From here on it stays as it is. */
  readonly stillMs: number;
  /** A figure that it never passes from an instant on, and never comes back over 0, where that can be told. */
  readonly bound?: (atMs: number) => number;
  /** From here on the bound holds. */
  readonly quietFromMs?: (nowMs: number) => number;
}

/** The value itself. */
export function valueFigure(curve: Curve): Figure {
  return {
    at: (atMs) => curve.valueAt(atMs) / MILLIONTHS,
    turnAfter: (atMs) => turnAfter(curve, atMs),
    stillMs: Math.max(curve.stillMs, curve.turnsMs.at(-1) ?? -FOREVER),
  };
}

/**
 * By how much the value lies above the one with which the site's day began that holds the instant
 * `period` before; `sign` is -1 for how much below.
 */
export function changeFigure(
  curve: Curve,
  period: Period,
  { startOf }: Calendar,
  sign: 1 | -1,
): Figure {
  const dayAt = (atMs: number) => startOf('day', period.before(atMs));
  const stillMs = Math.max(curve.stillMs, curve.turnsMs.at(-1) ?? -FOREVER);
  return {
    at: (atMs) => (sign * (curve.valueAt(atMs) - curve.valueBefore(dayAt(atMs)))) / MILLIONTHS,
    turnAfter: (atMs) => {
      const nextDayMs = startOf('day', period.before(atMs), 1);
      return Math.min(turnAfter(curve, atMs), period.after(nextDayMs));
    },
    stillMs: stillMs === -FOREVER ? stillMs : period.after(startOf('day', stillMs, 1)),
    bound: (atMs) => {
      const dayMs = dayAt(atMs);
      // What is still to turn may raise the value again.
      if (turnAfter(curve, dayMs) < FOREVER) return FOREVER;
      return (-sign * curve.valueAt(dayMs)) / MILLIONTHS;
    },
    // Then both days lie in a future in which the value only falls.
    quietFromMs: (nowMs) => period.after(startOf('day', nowMs, 1)),
  };
}

/** The highest of the present value and those with which the site's days in the window ended. */
export function peakFigure(curve: Curve, period: Period, { startOf }: Calendar): Figure {
  const values = new Map<number, number>();
  const valueBefore = (dayMs: number) => {
    const value = values.get(dayMs) ?? curve.valueBefore(dayMs);
    values.set(dayMs, value);
    return value;
  };
  const stillMs = Math.max(curve.stillMs, curve.turnsMs.at(-1) ?? -FOREVER);
  return {
    at: (atMs) => {
      const afterMs = period.before(atMs);
      let highest = curve.valueAt(atMs);
      for (let dayMs = startOf('day', atMs); dayMs > afterMs; dayMs = startOf('day', dayMs, -1)) {
        highest = Math.max(highest, valueBefore(dayMs));
      }
      return highest / MILLIONTHS;
    },
    turnAfter: (atMs) => turnAfter(curve, atMs),
    stillMs: stillMs === -FOREVER ? stillMs : period.after(startOf('day', stillMs, 1)),
  };
}

/**
 * The first instant after `nowMs` at which a figure lies in another cell, if nothing more happens;
 * `Infinity` if it never does.
 *
 * @param cellOf - Cells are ranges of figures, side by side: what lies between two figures of one
 * cell lies in it too.
 */
export function nextCrossingMs(
  figure: Figure,
  cellOf: (figure: number) => number,
  nowMs: number,
): number {
  const cell = cellOf(figure.at(nowMs));
  const differs = (atMs: number) => cellOf(figure.at(atMs)) !== cell;
  const lastMs = figure.stillMs;
  const quietFromMs = figure.quietFromMs?.(nowMs) ?? FOREVER;
  for (let fromMs = nowMs; fromMs < lastMs; ) {
    const turnMs = figure.turnAfter(fromMs);
    const toMs = Math.min(turnMs, lastMs);
    if (toMs - 1 > fromMs && differs(toMs - 1)) return firstWhere(differs, fromMs, toMs - 1);
    if (differs(toMs)) return toMs;
    fromMs = toMs;
    if (figure.bound !== undefined && fromMs >= quietFromMs) {
      const bound = figure.bound(fromMs);
      if (bound < FOREVER && cellOf(bound) === cell && cellOf(0) === cell) return FOREVER;
    }
  }
  return FOREVER;
}

/** Cells between some thresholds: each threshold is a cell of its own. */
export function cellsOf(thresholds: readonly number[]): (figure: number) => number {
  return (figure) => {
    let cell = 0;
    for (const threshold of thresholds) {
      if (figure > threshold) cell += 2;
      else if (figure === threshold) cell += 1;
    }
    return cell;
  };
}

function turnAfter({ turnsMs }: Curve, atMs: number): number {
  return turnsMs.find((turnMs) => turnMs > atMs) ?? FOREVER;
}
