import type { Compare } from './definition.ts';

/** The counts that a comparison admits: from `least` to `most`, without `except`. */
export interface CountRange {
  readonly least: number;
  /** `Infinity` when there is no upper bound. */
  readonly most: number;
  /** Lies strictly between `least` and `most`. */
  readonly except?: number;
}

/** Reads a comparison of counts. `most < least` when no count satisfies it. */
export function countRange(compare: Compare): CountRange {
  if (typeof compare === 'number') return { least: compare, most: Infinity };
  const { eq, ne, gt, gte, lt, lte, between } = compare;
  let least = Math.max(0, eq ?? 0, gte ?? 0, gt === undefined ? 0 : gt + 1, between?.[0] ?? 0);
  let most = Math.min(
    eq ?? Infinity,
    lte ?? Infinity,
    lt === undefined ? Infinity : lt - 1,
    between?.[1] ?? Infinity,
  );
  if (ne === least) least += 1;
  else if (ne === most) most -= 1;
  else if (ne !== undefined && ne > least && ne < most) return { least, most, except: ne };
  return { least, most };
}

/** Makes a test of a count. A plain number n means "at least n". */
export function compileCompare(compare: Compare): (count: number) => boolean {
  const { least, most, except } = countRange(compare);
  return (count) => count >= least && count <= most && count !== except;
}

/** Makes a test of any number. A plain number n means "at least n". */
export function compileNumberCompare(compare: Compare): (value: number) => boolean {
  if (typeof compare === 'number') return (value) => value >= compare;
  const { eq, ne, gt, gte, lt, lte, between } = compare;
  return (value) =>
    (eq === undefined || value === eq) &&
    (ne === undefined || value !== ne) &&
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte) &&
    (between === undefined || (value >= between[0] && value <= between[1]));
}
