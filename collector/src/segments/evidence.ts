import type { CompiledCondition } from './condition.ts';
import { evaluate, type Facts } from './evaluate.ts';
import { type Entry, NOTHING } from './recency.ts';

/** The entries of a `did` that count at `nowMs`, newest first. */
export function countedEntries(
  { matcher, windowMs }: Extract<CompiledCondition, { op: 'did' }>,
  facts: Facts,
  nowMs: number,
): readonly Entry[] {
  const list = facts.lists[matcher] ?? NOTHING;
  return list.filter(({ atMs }) => nowMs - windowMs < atMs && atMs <= nowMs);
}

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
    case 'known':
      return [];
    case 'did':
      return countedEntries(condition, facts, nowMs);
    case 'not':
      return collect(condition.of, facts, nowMs);
    default: {
      const { is } = evaluate(condition, facts, nowMs);
      const agreeing = condition.of.filter((part) => evaluate(part, facts, nowMs).is === is);
      return agreeing.flatMap((part) => collect(part, facts, nowMs));
    }
  }
}
