import { compileNumberCompare } from '../compare.ts';
import {
  type CompiledLeaf,
  type CompiledScore,
  type Compiler,
  type Figures,
  FOREVER,
  NO_EVIDENCE,
  type ScorePart,
} from '../compiled.ts';
import type { Compare, Score } from '../definition.ts';
import type { Facts } from '../facts.ts';
import { compilePeriod } from '../period.ts';
import { NOTHING, type Recency } from '../recency.ts';
import { type Curve, roundedPoints } from '../score-curve.ts';
import {
  changeFigure,
  type Figure,
  nextCrossingMs,
  peakFigure,
  valueFigure,
} from '../score-figure.ts';
import { bandOf, type ScoreModel } from '../score-model.ts';
import { readScore } from '../score-reading.ts';

/** Newest events shown of a score: beyond it the breakdown tells more. */
const EVIDENCE_MAX = 20;
/** Most who are scored are back before; what lies further ahead is looked for when it is near. */
const SOON_MS = 86_400_000;

/** How high a score is, was, rose or fell. Whoever was never scored has the value 0. */
export function compileScoreIs(source: Score, compiler: Compiler): CompiledLeaf {
  const period = 'within' in source ? compilePeriod(source.within, compiler.calendar) : undefined;
  const score = compiler.scoreOf(source.score, period?.msMax ?? 0);
  if (score === undefined) return unknownScore(source);
  const compare = compareOf(source);
  const common = {
    op: 'leaf',
    source,
    reads: readsOf(score),
    evidence: (facts: Facts, nowMs: number) => evidenceOf(score, facts, nowMs),
  } as const;
  if (compare === undefined) {
    return {
      ...common,
      judge: (facts, nowMs) => {
        const { isScored, fitUntilMs } = readScore(score, facts, nowMs);
        return { is: !isScored, untilMs: fitUntilMs };
      },
    };
  }
  const holds = compileNumberCompare(compare);
  const thresholds = thresholdsOf(compare);
  const figureOf = (curve: Curve, nowMs: number): Figure => {
    if (period === undefined) return valueFigure(curve);
    if ('peak' in source) return peakFigure(curve, period, compiler.calendar, nowMs);
    return changeFigure(curve, period, compiler.calendar, 'rose' in source ? 1 : -1, nowMs);
  };
  return {
    ...common,
    judge: (facts, nowMs) => {
      const curve = readScore(score, facts, nowMs);
      const figure = figureOf(curve, nowMs);
      const untilMs = nextCrossingMs(figure, thresholds, nowMs, nowMs + SOON_MS);
      return { is: holds(figure.at(nowMs)), untilMs: Math.min(untilMs, curve.fitUntilMs) };
    },
    figures: (facts, nowMs): Figures => {
      const curve = readScore(score, facts, nowMs);
      return { value: figureOf(curve, nowMs).at(nowMs), parts: partsOf(score, curve, nowMs) };
    },
  };
}

/** Being in one band of a score. */
export function compileBand(score: CompiledScore, place: number): CompiledLeaf {
  const { model } = score;
  const band = (value: number) => bandOf(model, value);
  const { gt, gte } = model.bands[place] ?? {};
  return {
    op: 'leaf',
    source: { score: model.id, is: gt === undefined ? { gte: gte ?? 0 } : { gt } },
    reads: readsOf(score),
    judge: (facts, nowMs) => {
      const curve = readScore(score, facts, nowMs);
      const { isScored, fitUntilMs } = curve;
      if (!isScored) return { is: false, untilMs: fitUntilMs };
      const figure = valueFigure(curve);
      // All bands of a score ask for the same instants.
      const kept = crossings.get(curve) ?? new Map<number, number>();
      crossings.set(curve, kept);
      const untilMs = kept.get(nowMs) ?? nextBandMs(model, figure, nowMs, nowMs + SOON_MS);
      kept.set(nowMs, untilMs);
      return { is: band(figure.at(nowMs)) === place, untilMs: Math.min(untilMs, fitUntilMs) };
    },
    evidence: (facts, nowMs) => evidenceOf(score, facts, nowMs),
  };
}

/**
 * When a value is in another band if nothing more happens; `Infinity` if it never is.
 *
 * @param enoughMs - From here on an earlier instant will do.
 */
export function nextBandMs(
  model: ScoreModel,
  value: Figure,
  nowMs: number,
  enoughMs: number = FOREVER,
): number {
  const thresholds = model.bands.map(({ gt, gte = 0 }) => gt ?? gte);
  const place = bandOf(model, value.at(nowMs));
  let atMs = nowMs;
  // At a threshold itself it may still be in the band.
  do atMs = nextCrossingMs(value, thresholds, atMs, enoughMs);
  while (atMs < enoughMs && atMs < FOREVER && bandOf(model, value.at(atMs)) === place);
  return atMs;
}

const crossings = new WeakMap<Curve, Map<number, number>>();

/** What a value is made of. */
export function partsOf(
  { model }: CompiledScore,
  curve: Curve,
  nowMs: number,
): readonly ScorePart[] {
  const parts = curve.partsAt(nowMs);
  const categories = model.categories.flatMap(({ id, name }, index) => {
    const part = parts[index];
    return part === undefined ? [] : [{ id, name, ...rounded(part) }];
  });
  const hasFit = model.fit.rules.length > 0;
  return hasFit ? [...categories, { id: 'fit', name: 'Fit', ...rounded(curve.fit) }] : categories;
}

function rounded({ raw, capped }: Pick<ScorePart, 'raw' | 'capped'>) {
  return { raw: roundedPoints(raw), capped: roundedPoints(capped) };
}

/** A score that was removed gives nobody anything. */
function unknownScore(source: Score): CompiledLeaf {
  const compare = compareOf(source);
  const is = compare === undefined || compileNumberCompare(compare)(0);
  return {
    op: 'leaf',
    source,
    reads: {},
    judge: () => ({ is, untilMs: FOREVER }),
    evidence: NO_EVIDENCE,
  };
}

function readsOf({ matchers, traits }: CompiledScore): CompiledLeaf['reads'] {
  return { matchers, traits, fades: true };
}

function compareOf(source: Score): Compare | undefined {
  if ('is' in source) return source.is;
  if ('rose' in source) return source.rose;
  if ('fell' in source) return source.fell;
  return 'peak' in source ? source.peak : undefined;
}

function thresholdsOf(compare: Compare): readonly number[] {
  if (typeof compare === 'number') return [compare];
  return [...new Set(Object.values(compare).flat())];
}

function evidenceOf(score: CompiledScore, { lists }: Facts, nowMs: number): Recency {
  return score.matchers
    .flatMap((id) => lists[id] ?? NOTHING)
    .filter(({ atMs }) => atMs <= nowMs)
    .sort((a, b) => b.atMs - a.atMs || b.event - a.event)
    .slice(0, EVIDENCE_MAX)
    .map(({ atMs, event }) => ({ atMs, event }));
}
