import { type CompiledLeaf, type Compiler, FOREVER } from '../compiled.ts';
import type { OnList } from '../definition.ts';
import type { Facts } from '../facts.ts';
import { NOTHING } from '../recency.ts';

/** The events that put somebody on an imported list and take them off it; `list_id` names the list. */
export const LIST_JOINED = 'List Joined';
export const LIST_LEFT = 'List Left';

/** On a list: joined it later than left it, or in the same instant. */
export function compileOnList(source: OnList, compiler: Compiler): CompiledLeaf {
  const where = { list_id: source.list };
  const newest = { kind: 'newest', capacity: 1 } as const;
  const joined = compiler.matcher({ events: LIST_JOINED, where }, newest);
  const left = compiler.matcher({ events: LIST_LEFT, where }, newest);
  const lastOf = ({ lists }: Facts, matcher: string) => (lists[matcher] ?? NOTHING).slice(0, 1);
  const isOn = (facts: Facts) => {
    const joinedMs = lastOf(facts, joined)[0]?.atMs;
    const leftMs = lastOf(facts, left)[0]?.atMs ?? Number.NEGATIVE_INFINITY;
    return joinedMs !== undefined && joinedMs >= leftMs;
  };
  return {
    op: 'leaf',
    source,
    reads: { matchers: [joined, left] },
    judge: (facts) => ({ is: isOn(facts), untilMs: FOREVER }),
    evidence: (facts) => lastOf(facts, isOn(facts) ? joined : left),
  };
}
