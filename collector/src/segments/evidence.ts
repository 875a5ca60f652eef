import type { CompiledCondition } from './compiled.ts';
import { evaluate } from './evaluate.ts';
import type { Facts } from './facts.ts';
import type { Entry } from './recency.ts';

/**
 * The events that make a condition what it is, newest first, each once: those that count in the parts
 * that agree with the whole. What holds because nothing happened has none.
 */
export function evidenceOf(
  condition: CompiledCondition,
  facts: Facts,
  nowMs: number,
): readonly number[] {
  const entries = collect(condition, facts, nowMs).toSorted(
    (a, b) => b.atMs - a.atMs || b.event - a.event,
  );
  return [...new Set(entries.map(({ event }) => event))];
}

function collect(condition: CompiledCondition, facts: Facts, nowMs: number): readonly Entry[] {
  switch (condition.op) {
    case 'leaf':
      return condition.evidence(facts, nowMs);
    case 'not':
      return collect(condition.of, facts, nowMs);
    default: {
      const { is } = evaluate(condition, facts, nowMs);
      const agreeing = condition.of.filter((part) => evaluate(part, facts, nowMs).is === is);
      return agreeing.flatMap((part) => collect(part, facts, nowMs));
    }
  }
}
