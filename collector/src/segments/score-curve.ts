import type { Calendar } from './calendar.ts';
import {
  type CompiledCategory,
  type CompiledFit,
  type CompiledLasting,
  type CompiledScore,
  FOREVER,
} from './compiled.ts';
import type { Facts } from './facts.ts';
import { NOTHING, type Recency } from './recency.ts';
import { generationEndMs, generationOf, lifeMs, POINT, shareAfter, sliceOfKey } from './worth.ts';

/** Values are told in whole millionths of a point, so that ten points are ten. */
export const MILLIONTHS = 1_000_000;

/** Points to a millionth, as values are told. */
export function roundedPoints(points: number): number {
  return Math.round(points * MILLIONTHS) / MILLIONTHS;
}

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
  /** The days, by their start, on which the value may ever have risen, in order; read on demand. */
  readonly risingDays: (sinceMs: number) => readonly number[];
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
  /** From here on its generation counts no more. */
  readonly endMs: number;
  /** The place of the last slice of an earlier generation; -1 if there is none. */
  readonly previous: number;
}

/** What a person has of one category. */
interface Part {
  readonly halfLifeMs: number | null;
  readonly cap: number;
  readonly slices: readonly Slice[];
  readonly lasting: readonly Lasting[];
}

/** What a person has of a rule whose points hold: its lists, the newest day first. */
interface Lasting extends Pick<CompiledLasting, 'points' | 'period'> {
  readonly given: Recency;
  readonly voiding: Recency;
}

/** Reads a score of a person. `nowMs` matters to tests of traits alone. */
export function curveOf(
  score: CompiledScore,
  facts: Facts,
  nowMs: number,
  calendar: Pick<Calendar, 'startOf'>,
): Curve {
  const all = score.categories.map((category) => partOf(category, facts));
  // Most people have nothing of most categories.
  const parts = all.filter(({ slices, lasting }) => slices.length + lasting.length > 0);
  const fit = fitOf(score.fit, facts, nowMs);
  const fitPoints = clamp(fit.points, score.model.fit.cap);
  const { max } = score.model;
  const total = (atMs: number, before: number) => {
    let sum = fitPoints * POINT;
    for (const part of parts) sum += clamp(worthOf(part, atMs, before), part.cap * POINT);
    return Math.round(Math.min(max, Math.max(0, sum / POINT)) * MILLIONTHS);
  };
  return {
    isScored: fit.holds || parts.length > 0,
    valueAt: (atMs) => total(atMs, FOREVER),
    valueBefore: (dayMs) => total(dayMs, dayMs),
    partsAt: (atMs) =>
      all.map((part) => {
        const raw = worthOf(part, atMs, FOREVER) / POINT;
        return { raw, capped: clamp(raw, part.cap) };
      }),
    fit: { raw: fit.points, capped: fitPoints },
    turnsMs: inOrder(parts.flatMap(({ lasting }) => lasting.flatMap((rule) => endsOf(rule, 1)))),
    risingDays: (sinceMs) => risingDays(parts, sinceMs, calendar),
    fitUntilMs: fit.untilMs,
    stillMs: parts.reduce((ms, part) => Math.max(ms, stillFrom(part)), -FOREVER),
  };
}

function partOf(category: CompiledCategory, { lists }: Facts): Part {
  const { cap, halfLifeMs } = category;
  const lasting = category.lasting.flatMap(({ points, period, matcher, until }): Lasting[] => {
    const given = lists[matcher] ?? NOTHING;
    const voiding = (until === undefined ? undefined : lists[until]) ?? NOTHING;
    return given.length === 0 ? [] : [{ points, ...(period && { period }), given, voiding }];
  });
  return { halfLifeMs, cap, slices: slicesOf(category, lists), lasting };
}

/** The slices of a category in order, each with the running sum of its generation. */
function slicesOf(
  { adding, halfLifeMs }: CompiledCategory,
  lists: Facts['lists'],
): readonly Slice[] {
  const worths = new Map<number, number>();
  for (const { points, matcher } of adding) {
    for (const { key = '', value = 0 } of lists[matcher] ?? NOTHING) {
      const startMs = sliceOfKey(key);
      worths.set(startMs, (worths.get(startMs) ?? 0) + points * value);
    }
  }
  const slices: Slice[] = [];
  for (const startMs of [...worths.keys()].sort((a, b) => a - b)) {
    const worth = worths.get(startMs) ?? 0;
    const generation = generationOf(startMs, halfLifeMs);
    const last = slices.at(-1);
    const isNext = last !== undefined && last.generation === generation;
    const carried = isNext ? last.sum * shareAfter(startMs - last.startMs, halfLifeMs) : 0;
    const previous = isNext ? last.previous : slices.length - 1;
    const endMs = isNext ? last.endMs : generationEndMs(startMs, halfLifeMs);
    slices.push({ startMs, generation, sum: carried + worth, endMs, previous });
  }
  return slices;
}

/** What all that happened before an instant is worth at another, without the cap. */
function worthOf({ slices, halfLifeMs, lasting }: Part, atMs: number, before: number): number {
  let worth = 0;
  let place = before === FOREVER ? slices.length - 1 : lastBefore(slices, before);
  for (let slice = slices[place]; slice !== undefined; slice = slices[place]) {
    if (atMs >= slice.endMs) break;
    worth += slice.sum * shareAfter(atMs - slice.startMs, halfLifeMs);
    place = slice.previous;
  }
  let held = 0;
  for (const rule of lasting) if (isHeld(rule, atMs, before)) held += rule.points * POINT;
  return worth + held;
}

/** The place of the last slice that starts before an instant; -1 if none does. */
function lastBefore(slices: readonly Slice[], before: number): number {
  let low = -1;
  let high = slices.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((slices[middle]?.startMs ?? FOREVER) < before) low = middle;
    else high = middle;
  }
  return low;
}

function isHeld({ given, voiding, period }: Lasting, atMs: number, before: number): boolean {
  const newestMs = newestBefore(given, before);
  if (newestMs === undefined || (period && atMs >= period.after(newestMs))) return false;
  const voidMs = newestBefore(voiding, before);
  return voidMs === undefined || voidMs < newestMs;
}

/** When the newest entry was that lies in a slice before an instant. */
function newestBefore(list: Recency, before: number): number | undefined {
  if (before === FOREVER) return list[0]?.atMs;
  return list.find(({ key = '' }) => sliceOfKey(key) < before)?.atMs;
}

/** When the newest of so many entries ceases to hold. */
function endsOf({ given, period }: Lasting, entries = given.length): readonly number[] {
  return period === undefined ? [] : given.slice(0, entries).map(({ atMs }) => period.after(atMs));
}

function risingDays(
  parts: readonly Part[],
  sinceMs: number,
  { startOf }: Pick<Calendar, 'startOf'>,
): readonly number[] {
  const days = new Set<number>();
  const note = (atMs: number) => {
    if (atMs >= sinceMs) days.add(startOf('day', atMs));
  };
  for (const { slices, lasting } of parts) {
    for (let place = slices.length - 1; place >= 0; place -= 1) {
      const startMs = slices[place]?.startMs ?? 0;
      if (startMs < sinceMs) break;
      note(startMs);
    }
    for (const rule of lasting) {
      for (const { atMs } of [...rule.given, ...rule.voiding]) note(atMs);
      endsOf(rule).forEach(note);
    }
  }
  return inOrder([...days]);
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

function stillFrom({ slices, halfLifeMs, lasting }: Part): number {
  const last = slices.at(-1);
  const stillMs = lasting.reduce((ms, { given }) => Math.max(ms, given[0]?.atMs ?? ms), -FOREVER);
  if (last === undefined) return stillMs;
  const decayedMs = halfLifeMs === null ? last.startMs : last.startMs + lifeMs(halfLifeMs);
  return Math.max(stillMs, decayedMs);
}

function inOrder(instants: readonly number[]): readonly number[] {
  return [...new Set(instants)].sort((a, b) => a - b);
}

function clamp(raw: number, cap: number): number {
  return Math.min(cap, Math.max(-cap, raw));
}
