import type { Evidence, ExplainNode } from '../../src/query/answers.ts';

/** All events that the conditions of `node` counted, each once, in the order of the tree. */
export function evidenceOf(node: ExplainNode): readonly Evidence[] {
  const all = leavesOf(node).flatMap((leaf) => (leaf.op === 'did' ? leaf.evidence : []));
  return [...new Map(all.map((evidence) => [evidence.event, evidence])).values()];
}

/**
 * What is missing to make `node` true, in words, each once. Below a `not` nothing is missing: what
 * is there is too much, and the tree shows it.
 */
export function missingOf(node: ExplainNode): readonly string[] {
  if (node.true) return [];
  switch (node.op) {
    case 'all':
    case 'any':
      return [...new Set(node.children.flatMap(missingOf))];
    case 'did':
      return node.missing === undefined ? [] : [node.missing];
    default:
      return [];
  }
}

/** How the parts of a combination work together, said above them. */
export function combinationWords(op: 'all' | 'any' | 'not'): string {
  if (op === 'all') return 'All of these must hold';
  return op === 'any' ? 'At least one of these must hold' : 'This must not hold';
}

function leavesOf(node: ExplainNode): readonly ExplainNode[] {
  return 'children' in node ? node.children.flatMap(leavesOf) : [node];
}
