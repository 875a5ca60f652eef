import type { Evidence, ExplainNode } from '../../src/query/answers.ts';

/** All events that the conditions of `node` counted, each once, in the order of the tree. */
export function evidenceOf(node: ExplainNode): readonly Evidence[] {
  const all = leavesOf(node).flatMap((leaf) => ('evidence' in leaf ? leaf.evidence : []));
  return [...new Map(all.map((evidence) => [evidence.event, evidence])).values()];
}

/**
 * What is missing to make `node` true, in words, each once. A `not` that does not hold has a part
 * that does, so nothing is missing below it: what is there is too much, and the tree shows it.
 */
export function missingOf(node: ExplainNode): readonly string[] {
  if (node.true) return [];
  if ('children' in node) return [...new Set(node.children.flatMap(missingOf))];
  return node.missing === undefined ? [] : [node.missing];
}

/** How the parts of a combination work together, said above them. */
export function combinationWords(op: 'all' | 'any' | 'not'): string {
  if (op === 'all') return 'All of these must hold';
  return op === 'any' ? 'At least one of these must hold' : 'This must not hold';
}

function leavesOf(node: ExplainNode): readonly ExplainNode[] {
  return 'children' in node ? node.children.flatMap(leavesOf) : [node];
}
