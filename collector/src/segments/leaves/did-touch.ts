import type { CompiledLeaf, Compiler } from '../compiled.ts';
import type { DidTouch } from '../definition.ts';
import type { Facts } from '../facts.ts';
import { PASSED } from '../matcher.ts';
import { NOTHING } from '../recency.ts';

/** Passed or failed: one entry of each is kept. */
const OUTCOMES = 2;

/**
 * What the first or the latest such event was like. Of several in one instant one that passes decides,
 * so that the order of arrival does not.
 */
export function compileDidTouch(did: DidTouch, compiler: Compiler): CompiledLeaf {
  const isFirst = 'first' in did;
  const matcher = compiler.matcher(
    {
      events: did.did,
      ...(did.where && { where: did.where }),
      passes: did.is,
      ...(isFirst && { memory: 'oldest' }),
    },
    { kind: isFirst ? 'oldest' : 'newest', capacity: OUTCOMES },
  );
  const touched = ({ lists }: Facts) => {
    const list = lists[matcher] ?? NOTHING;
    const atMs = (isFirst ? list.at(-1) : list[0])?.atMs;
    const decisive = list.filter((entry) => entry.atMs === atMs);
    const passed = decisive.filter(({ key }) => key === PASSED);
    return passed.length > 0 ? passed : decisive;
  };
  return {
    op: 'leaf',
    source: did,
    reads: { matchers: [matcher] },
    judge: (facts) => ({
      is: touched(facts)[0]?.key === PASSED,
      untilMs: Number.POSITIVE_INFINITY,
    }),
    evidence: touched,
  };
}
