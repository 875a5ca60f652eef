import { type CompiledCondition, FOREVER, type Verdict } from './compiled.ts';
import type { Facts } from './facts.ts';

/** Judges a condition at an instant that is not before any event of the person. */
export function evaluate(condition: CompiledCondition, facts: Facts, nowMs: number): Verdict {
  switch (condition.op) {
    case 'leaf':
      return condition.judge(facts, nowMs);
    case 'not': {
      const { is, untilMs } = evaluate(condition.of, facts, nowMs);
      return { is: !is, untilMs };
    }
    default:
      return evaluateParts(condition, facts, nowMs);
  }
}

/**
 * The exact instant after `nowMs` at which the answer changes if nothing more happens; `undefined` if
 * it stays. Each step passes one change of one part, and with no new events those are few.
 *
 * @param now - The answer at `nowMs`, where it is known.
 */
export function nextChangeMs(
  condition: CompiledCondition,
  facts: Facts,
  nowMs: number,
  now: Verdict = evaluate(condition, facts, nowMs),
): number | undefined {
  const { is, untilMs } = now;
  let candidateMs = untilMs;
  while (candidateMs < FOREVER) {
    const later = evaluate(condition, facts, candidateMs);
    if (later.is !== is) return candidateMs;
    candidateMs = later.untilMs;
  }
  return undefined;
}

/**
 * Parts that decide hold the answer up together; where none does, the first to turn may change it. One
 * that decides for ever leaves nothing to ask of the others.
 */
function evaluateParts(
  condition: Extract<CompiledCondition, { op: 'all' | 'any' }>,
  facts: Facts,
  nowMs: number,
): Verdict {
  const deciding = condition.op === 'any';
  let decided = false;
  let decidedUntilMs = -FOREVER;
  let openUntilMs = FOREVER;
  for (const part of condition.of) {
    const { is, untilMs } = evaluate(part, facts, nowMs);
    if (is === deciding) {
      if (untilMs === FOREVER) return { is, untilMs };
      decided = true;
      decidedUntilMs = Math.max(decidedUntilMs, untilMs);
    } else {
      openUntilMs = Math.min(openUntilMs, untilMs);
    }
  }
  return decided
    ? { is: deciding, untilMs: decidedUntilMs }
    : { is: !deciding, untilMs: openUntilMs };
}
