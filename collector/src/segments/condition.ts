import { compileCompare, countRange } from './compare.ts';
import type { Compare, Condition, Did } from './definition.ts';
import { durationMs } from './duration.ts';

/** "At least once": what a `did` without `times` asks. */
export const TIMES_DEFAULT: Compare = 1;

/** A `times` comparison, ready to be asked. */
export interface Count {
  /** Does a count of `n` satisfy it? `n` may be cut at {@link capacity}: the answer is the same. */
  readonly holds: (n: number) => boolean;
  /** How many newest occurrences must be kept so that the answer is exact; at least 1. */
  readonly capacity: number;
}

/** A `did`, ready to be judged: matcher, window and count apart, so that matchers are shared. */
export interface CompiledDid {
  readonly op: 'did';
  readonly matcher: string;
  /** `Infinity` where the condition has no window. */
  readonly windowMs: number;
  readonly count: Count;
  readonly did: Did;
}

export type CompiledCondition =
  | { readonly op: 'all' | 'any'; readonly of: readonly CompiledCondition[] }
  | { readonly op: 'not'; readonly of: CompiledCondition }
  | { readonly op: 'known'; readonly known: boolean }
  | CompiledDid;

/** @param compileDid - Interns the matcher of a `did` and compiles the rest of it. */
export function compileCondition(
  condition: Condition,
  compileDid: (did: Did) => CompiledDid,
): CompiledCondition {
  if ('did' in condition) return compileDid(condition);
  if ('not' in condition) return { op: 'not', of: compileCondition(condition.not, compileDid) };
  if ('all' in condition) {
    return { op: 'all', of: condition.all.map((part) => compileCondition(part, compileDid)) };
  }
  return { op: 'any', of: condition.any.map((part) => compileCondition(part, compileDid)) };
}

export function compileCount(times: Compare = TIMES_DEFAULT): Count {
  const { least, most, except = 0 } = countRange(times);
  // One more than an upper bound tells "more than that"; a lower bound needs no more than itself.
  const above = Math.max(most === Number.POSITIVE_INFINITY ? 0 : most, except) + 1;
  return { holds: compileCompare(times), capacity: Math.max(1, least, above) };
}

/** The length of the sliding window; `Infinity` without one. */
export function windowOf({ within }: Did): number {
  if (within === undefined) return Number.POSITIVE_INFINITY;
  const windowMs = durationMs(within);
  if (windowMs === undefined) throw new Error(`Invariant broken: "${within}" was parsed`);
  return windowMs;
}
