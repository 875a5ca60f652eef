import type { CompiledScore } from './compiled.ts';
import type { Facts } from './facts.ts';
import { type Curve, curveOf, MILLIONTHS } from './score-curve.ts';

interface Known {
  readonly traits: Facts['traits'];
  readonly fromMs: number;
  readonly curve: Curve;
}

/** Several conditions and bands ask of one score, again and again, until something happens. */
const known = new WeakMap<Facts['lists'], Map<CompiledScore, Known>>();

/** A person's score as seen at an instant that is not before any event. */
export function readScore(score: CompiledScore, facts: Facts, nowMs: number): Curve {
  const { lists, traits } = facts;
  const scores = known.get(lists) ?? new Map<CompiledScore, Known>();
  known.set(lists, scores);
  const present = scores.get(score);
  if (present?.traits === traits && present.fromMs <= nowMs && nowMs < present.curve.fitUntilMs) {
    return present.curve;
  }
  const curve = curveOf(score, facts, nowMs, score.calendar);
  scores.set(score, { traits, fromMs: nowMs, curve });
  return curve;
}

/** In points. */
export function scoreValue(score: CompiledScore, facts: Facts, nowMs: number): number {
  return readScore(score, facts, nowMs).valueAt(nowMs) / MILLIONTHS;
}
