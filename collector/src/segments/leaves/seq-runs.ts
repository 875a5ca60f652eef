import { FOREVER } from '../compiled.ts';
import type { Facts } from '../facts.ts';
import type { Period } from '../period.ts';
import { type Entry, NOTHING, type Recency } from '../recency.ts';
import type { CompiledWindow } from '../window.ts';

/** A `did` step and what must not lie between it and the one before it. */
export interface Step {
  readonly matcher: string;
  readonly gap?: Period;
  readonly without?: string;
}

/** A run of steps up to one occurrence; of several that end there, the one that began last. */
export interface Run {
  readonly entry: Entry;
  readonly firstMs: number;
  readonly before?: Run;
}

/** Every run of all steps whose first lies in the window at `nowMs`, the one that ends last first. */
export function completeRuns(
  steps: readonly Step[],
  lists: Facts['lists'],
  window: CompiledWindow,
  nowMs: number,
): readonly Run[] {
  let runs: readonly Run[] | undefined;
  for (const step of steps) {
    const entries = upTo(lists[step.matcher] ?? NOTHING, nowMs);
    if (runs === undefined) runs = startsIn(entries, window, nowMs);
    else runs = extended(runs, entries, step, lists[step.without ?? ''] ?? NOTHING);
    if (runs.length === 0) return runs;
  }
  return runs ?? [];
}

function startsIn(entries: Recency, window: CompiledWindow, nowMs: number): readonly Run[] {
  const lowerMs = window.lowerMs(nowMs);
  const upperMs = window.upperMs(nowMs);
  const { afterMs = -FOREVER, beforeMs = FOREVER } = window.bounds ?? {};
  return entries
    .filter(({ atMs }) => lowerMs < atMs && atMs <= upperMs && afterMs <= atMs && atMs < beforeMs)
    .map((entry) => ({ entry, firstMs: entry.atMs }));
}

/**
 * The best run that goes on to each entry, where any does. One pass from the oldest to the newest:
 * what is too long ago for one entry, or lies before what must not lie between, is so for all later
 * ones. Those that still count wait by their end, each with a later start than all that end after it.
 */
function extended(
  runs: readonly Run[],
  entries: Recency,
  { gap }: Step,
  bars: Recency,
): readonly Run[] {
  const found: Run[] = [];
  const waiting: Run[] = [];
  let first = 0;
  let run = runs.at(-1);
  let runsLeft = runs.length;
  let barsLeft = bars.length;
  for (const entry of entries.toReversed()) {
    for (; run !== undefined && run.entry.atMs < entry.atMs; run = runs[runsLeft - 1]) {
      while (waiting.length > first && (waiting.at(-1)?.firstMs ?? 0) <= run.firstMs) waiting.pop();
      waiting.push(run);
      runsLeft -= 1;
    }
    while ((bars[barsLeft - 1]?.atMs ?? FOREVER) < entry.atMs) barsLeft -= 1;
    const barMs = bars[barsLeft]?.atMs ?? -FOREVER;
    const sinceMs = gap?.before(entry.atMs) ?? -FOREVER;
    const counts = ({ entry: { atMs } }: Run) => atMs > sinceMs && atMs >= barMs;
    let best = waiting[first];
    while (best !== undefined && !counts(best)) {
      first += 1;
      best = waiting[first];
    }
    if (best !== undefined) found.push({ entry, firstMs: best.firstMs, before: best });
  }
  return found.reverse();
}

/** Without what lies after an instant. */
function upTo(list: Recency, nowMs: number): Recency {
  const newest = list[0];
  return newest === undefined || newest.atMs <= nowMs
    ? list
    : list.filter(({ atMs }) => atMs <= nowMs);
}
