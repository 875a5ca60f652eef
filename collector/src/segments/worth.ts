import type { Calendar } from './calendar.ts';

/**
 * What points are worth as time passes. All that was done in one slice of time is one whole number, so
 * that neither the order of arrival nor that of adding up makes a difference.
 */

/** A point at the start of its slice: fine enough that what rounding takes is never seen. */
export const POINT: number = 2 ** 32;
const DAY_MS = 86_400_000;
/** Slices are grouped by so many half-lives, within which their sums run on. */
const GENERATION_HALF_LIVES = 10;
/** Generations that count beside the present one: then a point is worth less than a millionth. */
const GENERATIONS = 2;
/** No slice or calendar day is longer, its clocks set back included. */
export const SLICE_MS_MAX: number = 26 * 3_600_000;

/**
 * The start of the slice that an instant lies in: the site's calendar day, and within it pieces of one
 * half-life where that is shorter than a day.
 */
export function compileSlices(
  halfLifeMs: number | null,
  { startOf }: Calendar,
): (atMs: number) => number {
  if (halfLifeMs === null || halfLifeMs >= DAY_MS) return (atMs) => startOf('day', atMs);
  return (atMs) => {
    const dayMs = startOf('day', atMs);
    return dayMs + Math.floor((atMs - dayMs) / halfLifeMs) * halfLifeMs;
  };
}

export function sliceKey(startMs: number, session?: string): string {
  return session === undefined ? startMs.toString(36) : `${startMs.toString(36)} ${session}`;
}

/** The start of the slice that a key names. */
export function sliceOfKey(key: string): number {
  return Number.parseInt(key, 36);
}

/** What a point is worth, as if it had been given at the start of its slice, `sinceMs` before. */
export function worthAt(sinceMs: number, halfLifeMs: number | null): number {
  return halfLifeMs === null ? POINT : Math.round(2 ** (sinceMs / halfLifeMs) * POINT);
}

/** What is left of a worth after some time, as a share of it. */
export function shareAfter(ms: number, halfLifeMs: number | null): number {
  return halfLifeMs === null ? 1 : 2 ** (-ms / halfLifeMs);
}

export function generationOf(atMs: number, halfLifeMs: number | null): number {
  return halfLifeMs === null ? 0 : Math.floor(atMs / (halfLifeMs * GENERATION_HALF_LIVES));
}

/** Does a generation still count at an instant? It ends as a whole, after 20 to 30 half-lives. */
export function isCounted(generation: number, atMs: number, halfLifeMs: number | null): boolean {
  return generationOf(atMs, halfLifeMs) - generation <= GENERATIONS;
}

/** The first instant at which the generation of a slice no longer counts. */
export function generationEndMs(sliceMs: number, halfLifeMs: number | null): number {
  if (halfLifeMs === null) return Number.POSITIVE_INFINITY;
  const next = generationOf(sliceMs, halfLifeMs) + GENERATIONS + 1;
  return Math.ceil(next * halfLifeMs * GENERATION_HALF_LIVES);
}

/** After so long nothing of a worth is left, whenever it was given. */
export function lifeMs(halfLifeMs: number | null): number {
  return halfLifeMs === null
    ? Number.POSITIVE_INFINITY
    : halfLifeMs * GENERATION_HALF_LIVES * (GENERATIONS + 1) + SLICE_MS_MAX;
}
