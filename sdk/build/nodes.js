/** All nodes of a tree, each before those below it. */
export function nodesOf(node) {
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.values(node).flatMap(nodesOf);
  return typeof node.type === 'string' ? [node, ...below] : below;
}
