import { type CompiledLeaf, type Compiler, FOREVER, NO_EVIDENCE } from '../compiled.ts';
import type { InSegment } from '../definition.ts';
import type { Standing } from '../facts.ts';
import { compilePeriod, type Period } from '../period.ts';

const NOWHERE: Standing = {};

/**
 * Membership of another segment. That segment is always judged first, and whoever reads it is judged
 * again as it changes, so it stands still in between.
 */
export function compileInSegment(source: InSegment, compiler: Compiler): CompiledLeaf {
  const { segment, state = 'in', within } = source;
  const key = compiler.segmentKey(segment);
  const period = within === undefined ? undefined : compilePeriod(within, compiler.calendar);
  const past = state === 'ever' || state === 'entered' || state === 'left';
  return {
    op: 'leaf',
    source,
    reads: key === undefined ? {} : { segments: [{ key, past }] },
    judge: ({ standings }, nowMs) => {
      const standing = (key === undefined ? undefined : standings[key]) ?? NOWHERE;
      const isIn = standing.enteredMs !== undefined;
      switch (state) {
        case 'in':
          return { is: isIn, untilMs: FOREVER };
        case 'out':
          return { is: !isIn, untilMs: FOREVER };
        case 'ever':
          return { is: standing.lastEnteredMs !== undefined, untilMs: FOREVER };
        case 'entered':
          return moment(standing.lastEnteredMs, period, nowMs);
        default:
          return moment(standing.lastLeftMs, period, nowMs);
      }
    },
    evidence: NO_EVIDENCE,
  };
}

function moment(atMs: number | undefined, period: Period | undefined, nowMs: number) {
  if (atMs === undefined) return { is: false, untilMs: FOREVER };
  const untilMs = period?.after(atMs) ?? FOREVER;
  return nowMs < untilMs ? { is: true, untilMs } : { is: false, untilMs: FOREVER };
}
