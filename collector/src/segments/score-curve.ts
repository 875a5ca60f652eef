import {
  type CompiledCategory,
  type CompiledFit,
  type CompiledLasting,
  type CompiledScore,
  FOREVER,
} from './compiled.ts';
import type { Facts } from './facts.ts';
import { NOTHING, type Recency } from './recency.ts';
import { generationOf, isCounted, lifeMs, POINT, shareAfter, sliceOfKey } from './worth.ts';

/** Values are told in whole millionths of a point, so that ten points are ten. */
export const MILLIONTHS = 1_000_000;

/** A person's score as a function of time, as far as what is known now tells. */
export interface Curve {
  /** Was anything ever scored? */
  readonly isScored: boolean;
  /** In millionths. Of all that happened, at an instant that is not before any of it. */
  readonly valueAt: (atMs: number) => number;
  /** In millionths. Of what happened before the start of a day. */
  readonly valueBefore: (dayMs: number) => number;
  /** Points of each category at an instant, before and after its cap. */
  readonly partsAt: (atMs: number) => readonly { readonly raw: number; readonly capped: number }[];
  readonly fit: { readonly raw: number; readonly capped: number };
  /** Between these instants and `fitUntilMs` the value only falls as time passes. */
  readonly turnsMs: readonly number[];
  /** What traits give holds so long. */
  readonly fitUntilMs: number;
  /** From here on nothing decays any more, and all that happened lies before. */
  readonly stillMs: number;
}

/** What one slice gave, and what it and all before it in its generation are worth at its start. */
interface Slice {
  readonly startMs: number;
  readonly generation: number;
  readonly sum: number;
  /** The place of the last slice of an earlier generation; -1 if there is none. */
  readonly previous: number;
}

type Part = (atMs: number, before: number) => number;

/** Reads a score of a person. `nowMs` matters to tests of traits alone. */
export function curveOf(score: CompiledScore, facts: Facts, nowMs: number): Curve {
  const decays = score.categories.map((category) => slicesOf(category, facts));
  const parts = score.categories.map(({ halfLifeMs, lasting }, index): Part => {
    const slices = decays[index] ?? [];
    return (atMs, before) => {
      return decayed(slices, halfLifeMs, atMs, before) + held(lasting, facts, atMs, before);
    };
  });
  const fit = fitOf(score.fit, facts, nowMs);
  const fitPoints = clamp(fit.points, score.model.fit.cap);
  const total = (atMs: number, before: number) => {
    let sum = fitPoints * POINT;
    for (const [index, part] of parts.entries()) {
      sum += clamp(part(atMs, before), (score.categories[index]?.cap ?? 0) * POINT);
    }
    const points = Math.min(score.model.max, Math.max(0, sum / POINT));
    return Math.round(points * MILLIONTHS);
  };
  const turnsMs = score.categories.flatMap(({ lasting }) =>
    lasting.flatMap((rule) => endsOf(rule, facts)),
  );
  return {
    isScored:
      fit.holds ||
      score.categories.some(({ adding, lasting }) =>
        [...adding, ...lasting].some(({ matcher }) => facts.lists[matcher] !== undefined),
      ),
    valueAt: (atMs) => total(atMs, FOREVER),
    valueBefore: (dayMs) => total(dayMs, dayMs),
    partsAt: (atMs) =>
      parts.map((part, index) => {
        const raw = part(atMs, FOREVER) / POINT;
        return { raw, capped: clamp(raw, score.categories[index]?.cap ?? 0) };
      }),
    fit: { raw: fit.points, capped: fitPoints },
    turnsMs: [...new Set(turnsMs)].sort((a, b) => a - b),
    fitUntilMs: fit.untilMs,
    stillMs: score.categories.reduce(
      (ms, { halfLifeMs }, index) => Math.max(ms, stillFrom(decays[index] ?? [], halfLifeMs)),
      newestOf(score, facts),
    ),
  };
}

/** The slices of a category in order, each with the running sum of its generation. */
function slicesOf({ adding, halfLifeMs }: CompiledCategory, { lists }: Facts): readonly Slice[] {
  const worths = new Map<number, number>();
  for (const { points, matcher } of adding) {
    for (const { key = '', value = 0 } of lists[matcher] ?? NOTHING) {
      const startMs = sliceOfKey(key);
      worths.set(startMs, (worths.get(startMs) ?? 0) + points * value);
    }
  }
  const slices: Slice[] = [];
  for (const [startMs, worth] of [...worths].sort(([a], [b]) => a - b)) {
    const generation = generationOf(startMs, halfLifeMs);
    const last = slices.at(-1);
    const isNext = last !== undefined && last.generation === generation;
    const carried = isNext ? last.sum * shareAfter(startMs - last.startMs, halfLifeMs) : 0;
    const previous = isNext ? last.previous : slices.length - 1;
    slices.push({ startMs, generation, sum: carried + worth, previous });
  }
  return slices;
}

/** What the slices that begin before an instant are worth at another. */
function decayed(
  slices: readonly Slice[],
  halfLifeMs: number | null,
  atMs: number,
  before: number,
): number {
  let worth = 0;
  for (let place = lastBefore(slices, before); ; ) {
    const slice = slices[place];
    if (slice === undefined || !isCounted(slice.generation, atMs, halfLifeMs)) break;
    worth += slice.sum * shareAfter(atMs - slice.startMs, halfLifeMs);
    place = slice.previous;
  }
  return worth;
}

/** The place of the last slice that starts before an instant; -1 if none does. */
function lastBefore(slices: readonly Slice[], before: number): number {
  if (before === FOREVER) return slices.length - 1;
  let low = -1;
  let high = slices.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((slices[middle]?.startMs ?? FOREVER) < before) low = middle;
    else high = middle;
  }
  return low;
}

function held(
  rules: readonly CompiledLasting[],
  { lists }: Facts,
  atMs: number,
  before: number,
): number {
  let worth = 0;
  for (const { points, matcher, period, until } of rules) {
    const newestMs = newestBefore(lists[matcher] ?? NOTHING, before);
    if (newestMs === undefined || (period && atMs >= period.after(newestMs))) continue;
    const voidMs = until === undefined ? undefined : newestBefore(lists[until] ?? NOTHING, before);
    if (voidMs === undefined || voidMs < newestMs) worth += points * POINT;
  }
  return worth;
}

/** When the newest entry was that lies in a slice before an instant. */
function newestBefore(list: Recency, before: number): number | undefined {
  return list.find(({ key = '' }) => before === FOREVER || sliceOfKey(key) < before)?.atMs;
}

function endsOf({ matcher, period }: CompiledLasting, { lists }: Facts): readonly number[] {
  return period === undefined
    ? []
    : (lists[matcher] ?? NOTHING).slice(0, 1).map(({ atMs }) => period.after(atMs));
}

function fitOf(rules: readonly CompiledFit[], { traits }: Facts, nowMs: number) {
  let points = 0;
  let untilMs = FOREVER;
  let holds = false;
  for (const rule of rules) {
    const verdict = rule.test(rule.read(traits), nowMs);
    if (verdict.is) points += rule.points;
    holds ||= verdict.is;
    untilMs = Math.min(untilMs, verdict.untilMs);
  }
  return { points, untilMs, holds };
}

function newestOf({ matchers }: CompiledScore, { lists }: Facts): number {
  return matchers.reduce((ms, id) => Math.max(ms, lists[id]?.[0]?.atMs ?? -FOREVER), -FOREVER);
}

function stillFrom(slices: readonly Slice[], halfLifeMs: number | null): number {
  const last = slices.at(-1);
  if (last === undefined) return -FOREVER;
  return halfLifeMs === null ? last.startMs : last.startMs + lifeMs(halfLifeMs);
}

function clamp(raw: number, cap: number): number {
  return Math.min(cap, Math.max(-cap, raw));
}
