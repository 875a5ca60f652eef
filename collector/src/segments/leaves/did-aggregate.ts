import { compileNumberCompare } from '../compare.ts';
import type { CompiledLeaf, Compiler } from '../compiled.ts';
import { AGGREGATES, type AggregateName, type DidAggregate } from '../definition.ts';
import type { Facts } from '../facts.ts';
import { entriesBetween, NOTHING } from '../recency.ts';
import { compileWindow, nextBoundaryMs } from '../window.ts';

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
    aggregate(
      name,
      counted(facts, nowMs).map(({ value = 0 }) => value),
    );
  return {
    op: 'leaf',
    source: did,
    reads: { matchers: [matcher] },
    judge: (facts, nowMs) => {
      const figure = figureOf(facts, nowMs);
      const untilMs = nextBoundaryMs(facts.lists[matcher] ?? NOTHING, window, nowMs);
      return { is: figure !== undefined && holds(figure), untilMs };
    },
    evidence: counted,
    figures: (facts, nowMs) => {
      const value = figureOf(facts, nowMs);
      return { count: counted(facts, nowMs).length, ...(value !== undefined && { value }) };
    },
  };
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
