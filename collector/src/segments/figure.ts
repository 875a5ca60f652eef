import { compileNumberCompare } from './compare.ts';
import type { Compare } from './definition.ts';

/** The operators that bound a number. */
export interface Bounds {
  readonly gt?: number | undefined;
  readonly gte?: number | undefined;
  readonly lt?: number | undefined;
  readonly lte?: number | undefined;
  readonly between?: readonly [number, number] | undefined;
}

/** No number lies within all of the bounds. */
export function isEmptyRange({ gt, gte, lt, lte, between }: Bounds): boolean {
  const low = Math.max(gt ?? -Infinity, gte ?? -Infinity, between?.[0] ?? -Infinity);
  const high = Math.min(lt ?? Infinity, lte ?? Infinity, between?.[1] ?? Infinity);
  return low > high || (low === high && (low === gt || high === lt));
}

/** No number satisfies a comparison of figures. */
export function isUnsatisfiable(compare: Compare): boolean {
  if (typeof compare === 'number') return false;
  const { eq, ne } = compare;
  if (eq !== undefined) return !compileNumberCompare(compare)(eq);
  if (isEmptyRange(compare)) return true;
  if (ne === undefined) return false;
  return isEmptyRange({ ...compare, gt: ne }) && isEmptyRange({ ...compare, lt: ne });
}
