import { type CompiledLeaf, type Compiler, FOREVER, type Verdict } from '../compiled.ts';
import type { Idle } from '../definition.ts';
import type { Facts } from '../facts.ts';
import { compilePeriod } from '../period.ts';
import { NOTHING } from '../recency.ts';

/** Nothing for so long, since the last of some events or since any at all. */
export function compileIdle(idle: Idle, compiler: Compiler): CompiledLeaf {
  const period = compilePeriod(idle.idle, compiler.calendar);
  const { of, where, never = 'sinceFirstSeen' } = idle;
  const matcher =
    of === undefined
      ? undefined
      : compiler.matcher({ events: of, ...(where && { where }) }, { kind: 'newest', capacity: 1 });
  const entries = ({ lists }: Facts) =>
    matcher === undefined ? NOTHING : (lists[matcher] ?? NOTHING).slice(0, 1);
  /** Since when there is nothing; `undefined` for those who never did it. */
  const lastMs = (facts: Facts): number | undefined => {
    if (matcher === undefined) return finite(facts.lastSeenMs);
    const [newest] = entries(facts);
    return newest?.atMs ?? (never === 'sinceFirstSeen' ? finite(facts.firstSeenMs) : undefined);
  };
  return {
    op: 'leaf',
    source: idle,
    reads: {
      ...(matcher === undefined ? { activity: true } : { matchers: [matcher] }),
      ...(matcher !== undefined && never === 'sinceFirstSeen' && { beginning: true }),
    },
    judge: (facts, nowMs): Verdict => {
      const atMs = lastMs(facts);
      if (atMs === undefined) return { is: never === 'include', untilMs: FOREVER };
      const fromMs = period.after(atMs);
      return { is: nowMs >= fromMs, untilMs: nowMs >= fromMs ? FOREVER : fromMs };
    },
    evidence: entries,
  };
}

function finite(atMs: number): number | undefined {
  return Number.isFinite(atMs) ? atMs : undefined;
}
