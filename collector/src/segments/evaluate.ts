import type { CompiledCondition, CompiledDid } from './condition.ts';
import { countWithin, NOTHING, type Recency } from './recency.ts';

/** What a condition reads of a person. */
export interface Facts {
  readonly lists: Readonly<Record<string, Recency>>;
  readonly known: boolean;
}

export interface Verdict {
  readonly is: boolean;
  /** No earlier instant can change the answer by time alone; `Infinity` if none ever does. */
  readonly untilMs: number;
}

/** Judges a condition at an instant that is not before any event of the person. */
export function evaluate(condition: CompiledCondition, facts: Facts, nowMs: number): Verdict {
  switch (condition.op) {
    case 'did':
      return evaluateDid(condition, facts, nowMs);
    case 'known':
      return { is: facts.known === condition.known, untilMs: Number.POSITIVE_INFINITY };
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
 */
export function nextChangeMs(
  condition: CompiledCondition,
  facts: Facts,
  nowMs: number,
): number | undefined {
  const { is, untilMs } = evaluate(condition, facts, nowMs);
  let candidateMs = untilMs;
  while (candidateMs < Number.POSITIVE_INFINITY) {
    const later = evaluate(condition, facts, candidateMs);
    if (later.is !== is) return candidateMs;
    candidateMs = later.untilMs;
  }
  return undefined;
}

/** Parts that decide hold the answer up together; where none does, the first to turn may change it. */
function evaluateParts(
  condition: Extract<CompiledCondition, { op: 'all' | 'any' }>,
  facts: Facts,
  nowMs: number,
): Verdict {
  const deciding = condition.op === 'any';
  let decided = false;
  let decidedUntilMs = Number.NEGATIVE_INFINITY;
  let openUntilMs = Number.POSITIVE_INFINITY;
  for (const part of condition.of) {
    const { is, untilMs } = evaluate(part, facts, nowMs);
    if (is === deciding) {
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

function evaluateDid(
  { matcher, windowMs, count }: CompiledDid,
  facts: Facts,
  nowMs: number,
): Verdict {
  const list = facts.lists[matcher] ?? NOTHING;
  const inWindow = countWithin(list, windowMs, nowMs);
  const is = count.holds(inWindow);
  if (windowMs === Number.POSITIVE_INFINITY) return { is, untilMs: windowMs };
  // The oldest leave first; entries of one instant leave together.
  for (let remaining = inWindow; remaining > 0; ) {
    const oldestMs = list[remaining - 1]?.atMs ?? 0;
    while (remaining > 0 && list[remaining - 1]?.atMs === oldestMs) remaining -= 1;
    if (count.holds(remaining) !== is) return { is, untilMs: oldestMs + windowMs };
  }
  return { is, untilMs: Number.POSITIVE_INFINITY };
}
