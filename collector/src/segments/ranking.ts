import type { CompiledCondition, CompiledLeaf, Compiler } from './compiled.ts';
import { FOREVER, NO_EVIDENCE } from './compiled.ts';
import type { Ranking } from './definition.ts';
import type { Facts } from './facts.ts';
import { compilePeriod } from './period.ts';
import { changeFigure, type Figure, peakFigure, valueFigure } from './score-figure.ts';
import { readScore } from './score-reading.ts';

/**
 * A segment that keeps only the first of those who fulfil its condition. Who these are depends on all
 * people together, so it is looked at from time to time and not at every event.
 */
export interface CompiledRanking {
  /** What people are ordered by, the highest first. */
  readonly figure: (facts: Facts, nowMs: number) => number;
  /** How many of so many candidates are kept. */
  readonly kept: (candidates: number) => number;
}

export function compileRanking(
  { by, n, percent = 100 }: Ranking,
  compiler: Compiler,
): CompiledRanking {
  const period = by.within === undefined ? undefined : compilePeriod(by.within, compiler.calendar);
  const score = compiler.scoreOf(by.score, period?.msMax ?? 0);
  const kept = (candidates: number) => n ?? Math.ceil((candidates * percent) / 100);
  if (score === undefined) return { figure: () => 0, kept };
  return {
    figure: (facts, nowMs) => {
      const curve = readScore(score, facts, nowMs);
      let figure: Figure = valueFigure(curve);
      if (period !== undefined) {
        figure =
          by.what === 'peak'
            ? peakFigure(curve, period, compiler.calendar, nowMs)
            : changeFigure(curve, period, compiler.calendar, 1, nowMs);
      }
      return figure.at(nowMs);
    },
    kept,
  };
}

/** Those of some people who are kept, the highest first; of equals whoever was here first. */
export function cut<T extends { readonly id: number; readonly figure: number }>(
  { kept }: CompiledRanking,
  candidates: readonly T[],
): readonly T[] {
  const ordered = candidates.toSorted((a, b) => b.figure - a.figure || a.id - b.id);
  return ordered.slice(0, kept(candidates.length));
}

/** The number under which is kept who may be among the first of a segment; segments have positive ones. */
export function candidatesKey(segment: number): number {
  return -segment;
}

/** Nobody becomes a member by anything that happens to them alone. */
export const NEVER: CompiledCondition = { op: 'any', of: [] };

/** Being no candidate any more ends membership at once. */
export function notAmong(id: string, candidates: number): CompiledCondition {
  const leaf: CompiledLeaf = {
    op: 'leaf',
    source: { segment: id },
    reads: { segments: [{ key: candidates, past: false }] },
    judge: ({ standings }) => ({
      is: standings[candidates]?.enteredMs !== undefined,
      untilMs: FOREVER,
    }),
    evidence: NO_EVIDENCE,
  };
  return { op: 'not', of: leaf };
}
