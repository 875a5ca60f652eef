import { compileNumberCompare } from '../compare.ts';
import type { CompiledLeaf, Compiler } from '../compiled.ts';
import { AGGREGATES, type AggregateName, type DidAggregate } from '../definition.ts';
import type { Facts } from '../facts.ts';
import { firstWhere } from '../period.ts';
import { entriesBetween, NOTHING, type Recency } from '../recency.ts';
import { type CompiledWindow, compileWindow, nextBoundaryMs } from '../window.ts';

/** A figure over the numbers that events carry: all of the window is kept. */
export function compileDidAggregate(did: DidAggregate, compiler: Compiler): CompiledLeaf {
  const window = compileWindow(did.within, compiler.calendar, compiler.calendarOf);
  const { name, path } = aggregateOf(did);
  const holds = compileNumberCompare(did.is);
  const matcher = compiler.matcher(
    {
      events: did.did,
      ...(did.where && { where: did.where }),
      ...(window.bounds && { bounds: window.bounds }),
      value: path,
      memory: 'journal',
    },
    { kind: 'journal', horizonMs: window.horizonMs },
  );
  const counted = ({ lists }: Facts, nowMs: number) =>
    entriesBetween(lists[matcher] ?? NOTHING, window.lowerMs(nowMs), window.upperMs(nowMs));
  const figureOf = (facts: Facts, nowMs: number) =>
    aggregate(name, valuesOf(counted(facts, nowMs)));
  return {
    op: 'leaf',
    source: did,
    reads: { matchers: [matcher] },
    judge: (facts, nowMs) => {
      const figure = figureOf(facts, nowMs);
      const is = figure !== undefined && holds(figure);
      const list = facts.lists[matcher] ?? NOTHING;
      const entries = counted(facts, nowMs);
      if (window.isOffset || !turnsOnce(did, entries)) {
        return { is, untilMs: nextBoundaryMs(list, window, nowMs) };
      }
      const isOf = (newest: number) => {
        const of = aggregate(name, valuesOf(entries.slice(0, newest)));
        return of !== undefined && holds(of);
      };
      return { is, untilMs: turnsMs(entries, window, (newest) => isOf(newest) !== is) };
    },
    evidence: counted,
    figures: (facts, nowMs) => {
      const value = figureOf(facts, nowMs);
      return { count: counted(facts, nowMs).length, ...(value !== undefined && { value }) };
    },
  };
}

/**
 * As the oldest leave one after the other, does the answer turn once at most, as long as any are left?
 * The figure then only ever falls or only ever rises, and it is compared with one bound.
 */
function turnsOnce(did: DidAggregate, entries: Recency): boolean {
  const bounds = typeof did.is === 'number' ? ['gte'] : Object.keys(did.is);
  const [bound = ''] = bounds;
  if (bounds.length > 1 || !['gt', 'gte', 'lt', 'lte'].includes(bound)) return false;
  if ('avg' in did) return false;
  return !('sum' in did) || entries.every(({ value = 0 }) => value >= 0);
}

/** When the answer turns as the oldest leave: with how many of the newest left it has is found by halving. */
function turnsMs(
  entries: Recency,
  { leavesMs }: CompiledWindow,
  hasTurned: (newest: number) => boolean,
): number {
  const gone = firstWhere((left) => hasTurned(entries.length - left), 0, entries.length);
  const leaving = entries[entries.length - gone];
  return leaving !== undefined && hasTurned(entries.length - gone)
    ? leavesMs(leaving.atMs)
    : Number.POSITIVE_INFINITY;
}

function valuesOf(entries: Recency): readonly number[] {
  return entries.map(({ value = 0 }) => value);
}

export function aggregateOf(did: DidAggregate): {
  readonly name: AggregateName;
  readonly path: string;
} {
  for (const name of AGGREGATES) {
    const path = (did as Partial<Record<AggregateName, string>>)[name];
    if (path !== undefined) return { name, path };
  }
  throw new Error('Invariant broken: an aggregate has one of sum, avg, min, max');
}

/** The sum of nothing is 0; the others have no figure then. */
export function aggregate(name: AggregateName, values: readonly number[]): number | undefined {
  if (name === 'sum') return sum(values);
  if (values.length === 0) return undefined;
  if (name === 'avg') return sum(values) / values.length;
  // Spread would put every value on the stack.
  return values.reduce((a, b) => (name === 'min' ? Math.min(a, b) : Math.max(a, b)));
}

/** Rounding depends on the order, and the order must not depend on that of arrival. */
function sum(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).reduce((total, value) => total + value, 0);
}
