import type { CompiledScore } from '../segments/compiled.ts';
import type { Change, Moment } from '../segments/judge.ts';

/** Somebody's score went from one band into another, or from none or into none. */
export interface Crossing extends Moment {
  readonly score: CompiledScore;
  /** Places of bands; absent for none. */
  readonly from?: number;
  readonly to?: number;
  /** In points, after it. */
  readonly value: number;
}

/** Reads what changed of bands: leaving one and entering another in one instant is one crossing. */
export function crossingsOf(changes: readonly Change[]): readonly Crossing[] {
  const crossings = new Map<string, Crossing>();
  for (const { segment, direction, value = 0, ...moment } of changes) {
    if (segment.band === undefined) continue;
    const { score, place } = segment.band;
    const name = `${score.key} ${moment.atMs}`;
    const other = crossings.get(name);
    const bands = direction === 'entered' ? { to: place } : { from: place };
    // Whether it is news goes by the band that was entered, if any was.
    const why = direction === 'entered' || other === undefined ? moment : pick(other);
    crossings.set(name, { ...other, ...why, ...bands, score, value });
  }
  return [...crossings.values()].filter(({ from, to }) => from !== to);
}

function pick({ atMs, cause, event, announced }: Moment): Moment {
  return { atMs, cause, ...(event !== undefined && { event }), announced };
}
