import { compileCompare, countRange } from '../compare.ts';
import type { CompiledLeaf, Compiler, Verdict } from '../compiled.ts';
import type { Compare, DidTimes } from '../definition.ts';
import { countBetween, entriesBetween, NOTHING, type Recency } from '../recency.ts';
import { type CompiledWindow, compileWindow, nextBoundaryMs } from '../window.ts';

/** "At least once": what a `did` without `times` asks. */
export const TIMES_DEFAULT: Compare = 1;

/** A `times` comparison, ready to be asked. */
interface Count {
  /** Does a count of `n` satisfy it? `n` may be cut at {@link capacity}: the answer is the same. */
  readonly holds: (n: number) => boolean;
  /** How many newest occurrences must be kept so that the answer is exact; at least 1. */
  readonly capacity: number;
}

/** How often something was done: the newest occurrences decide, or, in a window that ended before now, all of it. */
export function compileDidTimes(did: DidTimes, compiler: Compiler): CompiledLeaf {
  const window = compileWindow(did.within, compiler.calendar, compiler.calendarOf);
  const count = compileCount(did.times);
  const { did: events, where, distinct } = did;
  const spec = {
    events,
    ...(where && { where }),
    ...(distinct !== undefined && { distinct }),
    ...(window.bounds && { bounds: window.bounds }),
  };
  const matcher = window.isOffset
    ? compiler.matcher(
        { ...spec, memory: 'journal' },
        { kind: 'journal', horizonMs: window.horizonMs },
      )
    : compiler.matcher(spec, { kind: 'newest', capacity: count.capacity });
  const within = (list: Recency, nowMs: number) =>
    entriesBetween(list, window.lowerMs(nowMs), window.upperMs(nowMs));
  return {
    op: 'leaf',
    source: did,
    reads: { matchers: [matcher] },
    judge: ({ lists }, nowMs) => {
      const list = lists[matcher] ?? NOTHING;
      if (!window.isOffset) return judgeNewest(list, window, count, nowMs);
      const counted = keysOf(within(list, nowMs)).length;
      return { is: count.holds(counted), untilMs: nextBoundaryMs(list, window, nowMs) };
    },
    evidence: ({ lists }, nowMs) => keysOf(within(lists[matcher] ?? NOTHING, nowMs)),
    figures: ({ lists }, nowMs) => {
      const counted = keysOf(within(lists[matcher] ?? NOTHING, nowMs)).length;
      return { count: counted, atLeast: !window.isOffset && counted >= count.capacity };
    },
  };
}

/** Counts what newest entries lie in a window that ends now, and when the answer turns as they leave. */
function judgeNewest(list: Recency, window: CompiledWindow, count: Count, nowMs: number): Verdict {
  const inWindow = countBetween(list, window.lowerMs(nowMs), nowMs);
  const is = count.holds(inWindow);
  const leavesAt = (position: number) => window.leavesMs(list[position - 1]?.atMs ?? 0);
  // The oldest leave first; those that leave at one instant leave together.
  for (let remaining = inWindow; remaining > 0; ) {
    const leavesMs = leavesAt(remaining);
    if (leavesMs === Number.POSITIVE_INFINITY) break;
    while (remaining > 0 && leavesAt(remaining) === leavesMs) remaining -= 1;
    if (count.holds(remaining) !== is) return { is, untilMs: leavesMs };
  }
  return { is, untilMs: Number.POSITIVE_INFINITY };
}

/** One entry for each key, the newest; entries without a key are all different. */
function keysOf(entries: Recency): Recency {
  const seen = new Set<string>();
  return entries.filter(({ key }) => {
    if (key === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function compileCount(times: Compare = TIMES_DEFAULT): Count {
  const { least, most, except = 0 } = countRange(times);
  // One more than an upper bound tells "more than that"; a lower bound needs no more than itself.
  const above = Math.max(most === Number.POSITIVE_INFINITY ? 0 : most, except) + 1;
  return { holds: compileCompare(times), capacity: Math.max(1, least, above) };
}
