import { compileCompare, countRange } from '../compare.ts';
import { type CompiledLeaf, type Compiler, FOREVER, type Verdict } from '../compiled.ts';
import type { Compare, DidTimes } from '../definition.ts';
import { countBetween, type Entry, entriesBetween, NOTHING, type Recency } from '../recency.ts';
import { type CompiledWindow, compileWindow } from '../window.ts';

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
      return window.isOffset
        ? judgeStretch(list, window, count, nowMs)
        : judgeNewest(list, window, count, nowMs);
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

/**
 * Counts what lies in a window that ended before now, and when the answer turns as entries come into
 * it and leave it, the oldest first.
 */
function judgeStretch(list: Recency, window: CompiledWindow, count: Count, nowMs: number): Verdict {
  const counted = new Counted();
  let entering = positionOf(list, window.upperMs(nowMs));
  let leaving = positionOf(list, window.lowerMs(nowMs));
  for (let position = entering; position < leaving; position += 1) counted.add(list[position], 1);
  const is = count.holds(counted.size);
  for (;;) {
    const [next, last] = [list[entering - 1], list[leaving - 1]];
    const entersMs = next === undefined ? FOREVER : window.entersMs(next.atMs);
    const leavesMs = last === undefined ? FOREVER : window.leavesMs(last.atMs);
    if (entersMs === FOREVER && leavesMs === FOREVER) return { is, untilMs: FOREVER };
    const atMs = Math.min(entersMs, leavesMs);
    for (; entering > 0 && window.entersMs(list[entering - 1]?.atMs ?? 0) === atMs; entering -= 1) {
      counted.add(list[entering - 1], 1);
    }
    for (; leaving > 0 && window.leavesMs(list[leaving - 1]?.atMs ?? 0) === atMs; leaving -= 1) {
      counted.add(list[leaving - 1], -1);
    }
    if (count.holds(counted.size) !== is) return { is, untilMs: atMs };
  }
}

/** How many different keys some entries have; entries without a key are all different. */
class Counted {
  readonly #keys = new Map<string, number>();
  size = 0;

  /** @param by - 1 for one more entry, -1 for one less. */
  add(entry: Entry | undefined, by: 1 | -1): void {
    if (entry?.key === undefined) {
      this.size += by;
      return;
    }
    const before = this.#keys.get(entry.key) ?? 0;
    this.#keys.set(entry.key, before + by);
    if (before === 0 || before + by === 0) this.size += by;
  }
}

/** Where in a list, newest first, the entries begin that are not after an instant. */
function positionOf(list: Recency, atMs: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.atMs ?? 0) > atMs) low = middle + 1;
    else high = middle;
  }
  return low;
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
