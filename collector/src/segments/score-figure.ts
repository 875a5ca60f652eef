import type { Calendar } from './calendar.ts';
import { FOREVER } from './compiled.ts';
import { firstWhere, type Period } from './period.ts';
import { type Curve, MILLIONTHS } from './score-curve.ts';

/** What a condition compares, in points, as a function of time if nothing more happens. */
export interface Figure {
  readonly at: (atMs: number) => number;
  /** Where it may jump up or begin to move otherwise, in order. */
  readonly turnsMs: readonly number[];
  /** Between what two values it stays from an instant on and before another, with no turn in between. */
  readonly bounds: (fromMs: number, beforeMs: number) => readonly [low: number, high: number];
  /**
   * An instant about in the middle between two, where both halves stay in narrower bounds; `undefined`
   * where the figure only ever falls or only ever rises in between.
   */
  readonly middle: (fromMs: number, beforeMs: number) => number | undefined;
  /** From here on it stays as it is. */
  readonly stillMs: number;
}

const nowhere = () => undefined;
/** By how much rounding may have moved a value. */
const HALF = 0.5 / MILLIONTHS;

/** The value itself, which falls between turns. */
export function valueFigure(curve: Curve): Figure {
  const at = (atMs: number) => curve.valueAt(atMs) / MILLIONTHS;
  return {
    at,
    turnsMs: curve.turnsMs,
    bounds: (fromMs, beforeMs) => [at(beforeMs - 1), at(fromMs)],
    middle: nowhere,
    stillMs: stillOf(curve),
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
  nowMs: number,
): Figure {
  const dayAt = (atMs: number) => startOf('day', period.before(atMs));
  const valueAt = curve.valueAt;
  const valueBefore = remembering(curve.valueBefore);
  // What a day brought is first seen in the value with which the next one began.
  const daysSeen = curve
    .risingDays(startOf('day', period.before(nowMs), -1))
    .map((dayMs) => period.after(startOf('day', dayMs, 1)));
  return {
    at: (atMs) => (sign * (valueAt(atMs) - valueBefore(dayAt(atMs)))) / MILLIONTHS,
    turnsMs: [...curve.turnsMs, ...daysSeen].sort((a, b) => a - b),
    bounds: (fromMs, beforeMs) => {
      const least = valueAt(beforeMs - 1) - valueBefore(dayAt(fromMs));
      const most = valueAt(fromMs) - valueBefore(dayAt(beforeMs - 1));
      return sign > 0
        ? [least / MILLIONTHS, most / MILLIONTHS]
        : [-most / MILLIONTHS, -least / MILLIONTHS];
    },
    middle: (fromMs, beforeMs) => {
      const firstMs = dayAt(fromMs);
      const lastMs = dayAt(beforeMs - 1);
      if (firstMs === lastMs) return undefined;
      const middleMs = startOf('day', (firstMs + lastMs) / 2);
      return period.after(middleMs > firstMs ? middleMs : startOf('day', firstMs, 1));
    },
    stillMs: laterDay(stillOf(curve), period, startOf),
  };
}

/**
 * The highest of the present value and those with which the site's days in the window ended. Of these
 * only days count on which it may have risen, and the first in the window; it falls between turns.
 */
export function peakFigure(
  curve: Curve,
  period: Period,
  { startOf }: Calendar,
  nowMs: number,
): Figure {
  const valueBefore = remembering(curve.valueBefore);
  const ends = curve
    .risingDays(startOf('day', period.before(nowMs), -1))
    .map((dayMs) => startOf('day', dayMs, 1));
  const at = (atMs: number) => {
    const afterMs = period.before(atMs);
    const firstMs = startOf('day', afterMs, 1);
    let highest = curve.valueAt(atMs);
    if (firstMs <= atMs) highest = Math.max(highest, valueBefore(firstMs));
    for (const endMs of ends) {
      if (endMs > afterMs && endMs <= atMs) highest = Math.max(highest, valueBefore(endMs));
    }
    return highest / MILLIONTHS;
  };
  return {
    at,
    turnsMs: curve.turnsMs,
    bounds: (fromMs, beforeMs) => [at(beforeMs - 1), at(fromMs)],
    middle: nowhere,
    stillMs: laterDay(stillOf(curve), period, startOf),
  };
}

/**
 * The first instant after `nowMs` at which a figure meets or passes one of some thresholds, or leaves
 * one that it is at, if nothing more happens; `Infinity` if it never does.
 *
 * @param enoughMs - From here on an earlier instant will do, but none before this one: whoever will
 * look again is spared the search.
 */
export function nextCrossingMs(
  figure: Figure,
  thresholds: readonly number[],
  nowMs: number,
  enoughMs: number = FOREVER,
): number {
  const { turnsMs, stillMs } = figure;
  const sought = new Sought(figure, thresholds, nowMs, enoughMs);
  let fromMs = nowMs;
  for (const turnMs of [...turnsMs, stillMs]) {
    const toMs = Math.min(turnMs, stillMs);
    if (toMs <= fromMs) continue;
    if (fromMs >= enoughMs) return fromMs;
    const foundMs = crossingIn(figure, sought, fromMs, toMs);
    if (foundMs !== undefined) return foundMs;
    if (sought.differs(figure.at(toMs))) return toMs;
    fromMs = toMs;
  }
  return FOREVER;
}

/** The range between two thresholds that a figure is in at first, or the threshold that it is at. */
class Sought {
  /** The nearest thresholds; the same one twice for a figure that is at it. */
  readonly below: number;
  readonly above: number;
  readonly #nowMs: number;
  readonly #enoughMs: number;

  constructor({ at }: Figure, thresholds: readonly number[], nowMs: number, enoughMs: number) {
    this.#nowMs = nowMs;
    this.#enoughMs = enoughMs;
    const figure = at(nowMs);
    this.below = thresholds.reduce((a, b) => (b <= figure ? Math.max(a, b) : a), -FOREVER);
    this.above = thresholds.reduce((a, b) => (b >= figure ? Math.min(a, b) : a), FOREVER);
  }

  /** Where the range ends on one side, before values were rounded. */
  edge(isLower: boolean): number {
    const away = (this.below === this.above) === isLower ? -HALF : HALF;
    return isLower ? this.below + away : this.above + away;
  }

  /** Is it enough to know that nothing crosses up to an instant, and that something does by another? */
  isEnough(withoutMs: number, byMs: number): boolean {
    return withoutMs >= this.#enoughMs && byMs - withoutMs <= withoutMs - this.#nowMs;
  }

  differs(figure: number): boolean {
    const isAt = this.below === this.above;
    return isAt ? figure !== this.below : figure <= this.below || figure >= this.above;
  }
}

/** The first crossing after an instant and before another, with no turn in between. */
function crossingIn(
  figure: Figure,
  sought: Sought,
  fromMs: number,
  beforeMs: number,
): number | undefined {
  if (beforeMs - fromMs <= 1) return undefined;
  const bounds = figure.bounds(fromMs, beforeMs);
  if (!bounds.some((bound) => sought.differs(bound))) return undefined;
  const middleMs = figure.middle(fromMs, beforeMs);
  if (middleMs === undefined) return firstDiffering(figure, sought, fromMs, beforeMs - 1);
  const foundMs = crossingIn(figure, sought, fromMs, middleMs);
  if (foundMs !== undefined) return foundMs;
  if (sought.differs(figure.at(middleMs)) || sought.isEnough(middleMs, beforeMs)) return middleMs;
  return crossingIn(figure, sought, middleMs, beforeMs);
}

/** Guesses that are worth making; of the rest so short a time is halved. */
const GUESSES = 12;
const HALVED_MS = 64;
/** What is told of a figure at least, so that nothing at all has a logarithm too. */
const LEAST = 1 / MILLIONTHS;

/**
 * The first instant in (`low`, `high`] at which a figure differs that only falls or only rises in
 * between. Points fade evenly in their logarithm, or nearly so, and so a line through it says where.
 *
 * @see Dowell and Jarratt, "A modified regula falsi method" (1971): whichever end stays is given less
 * weight, so that both close in.
 */
function firstDiffering(
  { at }: Figure,
  sought: Sought,
  low: number,
  high: number,
): number | undefined {
  const [first, last] = [at(low), at(high)];
  if (!sought.differs(last)) return undefined;
  const falls = last < first;
  const threshold = sought.edge(falls);
  const heightOf = (figure: number) => (falls ? 1 : -1) * distance(figure, threshold);
  let [without, withIt] = [low, high];
  let [above, below] = [heightOf(first), heightOf(last)];
  let stays = 0;
  for (let guess = 0; guess < GUESSES && withIt - without > HALVED_MS; guess += 1) {
    const guessMs = without + Math.round(((withIt - without) * above) / (above - below));
    if (sought.isEnough(without, withIt)) return without;
    const triedMs = Math.min(withIt - 1, Math.max(without + 1, guessMs));
    const figure = at(triedMs);
    const height = heightOf(figure);
    if (sought.differs(figure)) {
      [withIt, below] = [triedMs, height];
      if (stays > 0) above /= 2;
      stays = 1;
    } else {
      [without, above] = [triedMs, height];
      if (stays < 0) below /= 2;
      stays = -1;
    }
  }
  return firstWhere((atMs) => sought.differs(at(atMs)), without, withIt);
}

/** How far a figure lies above a threshold, in logarithms where that has one. */
function distance(figure: number, threshold: number): number {
  return threshold > 0 ? Math.log(Math.max(figure, LEAST) / threshold) : figure - threshold;
}

function stillOf({ stillMs, turnsMs }: Curve): number {
  return Math.max(stillMs, turnsMs.at(-1) ?? -FOREVER);
}

/** When a day that holds an instant has left the window, with the one after it. */
function laterDay(atMs: number, period: Period, startOf: Calendar['startOf']): number {
  return atMs === -FOREVER ? atMs : period.after(startOf('day', atMs, 2));
}

/** Days are asked for again and again. */
function remembering(valueBefore: Curve['valueBefore']): Curve['valueBefore'] {
  const known = new Map<number, number>();
  return (dayMs) => {
    const value = known.get(dayMs) ?? valueBefore(dayMs);
    known.set(dayMs, value);
    return value;
  };
}
