import { type CompiledLeaf, type Compiler, FOREVER, type Verdict } from '../compiled.ts';
import type { Seq, SeqNo, SeqStep } from '../definition.ts';
import type { Facts } from '../facts.ts';
import { compilePeriod, type Period } from '../period.ts';
import { type Entry, NOTHING, type Recency } from '../recency.ts';
import { type CompiledWindow, compileWindow, nextBoundaryMs } from '../window.ts';

/** A `did` step and what must not lie between it and the one before it. */
interface Step {
  readonly matcher: string;
  readonly gap?: Period;
  readonly without?: string;
}

/** What must not follow the last step, and for how long. */
interface Silence {
  readonly matcher: string;
  readonly period: Period;
}

/** A run of steps up to one occurrence; of several that end there, the one that began last. */
interface Run {
  readonly entry: Entry;
  readonly firstMs: number;
  readonly before?: Run;
}

/**
 * One thing strictly after the other. All occurrences of the window are kept, so that an event that
 * arrives late finds its place among them.
 */
export function compileSeq(seq: Seq, compiler: Compiler): CompiledLeaf {
  const window = compileWindow(seq.within, compiler.calendar, compiler.calendarOf);
  const { steps, silence, matchers } = compileSteps(seq, window.horizonMs, compiler);
  const judgeGroup = (facts: Facts, nowMs: number): { verdict: Verdict; run?: Run } => {
    const runs = completeRuns(steps, facts, window, nowMs);
    const starts = facts.lists[steps[0]?.matcher ?? ''] ?? NOTHING;
    const untilMs = nextBoundaryMs(starts, window, nowMs);
    const newestMs = runs.reduce((ms, { entry }) => Math.max(ms, entry.atMs), -FOREVER);
    const run = runs.find(({ entry }) => entry.atMs === newestMs);
    if (run === undefined) return { verdict: { is: false, untilMs } };
    if (silence === undefined) return { verdict: { is: true, untilMs }, run };
    const endMs = silence.period.after(newestMs);
    const isSilent = !isBetween(facts.lists[silence.matcher], newestMs, endMs + 1);
    const is = nowMs >= endMs && isSilent;
    return { verdict: { is, untilMs: nowMs < endMs ? Math.min(untilMs, endMs) : untilMs }, run };
  };
  return {
    op: 'leaf',
    source: seq,
    reads: { matchers },
    judge: (facts, nowMs) => {
      const verdicts = groupsOf(facts, matchers).map((group) => judgeGroup(group, nowMs).verdict);
      return {
        is: verdicts.some(({ is }) => is),
        untilMs: Math.min(FOREVER, ...verdicts.map(({ untilMs }) => untilMs)),
      };
    },
    evidence: (facts, nowMs) => {
      const judged = groupsOf(facts, matchers).map((group) => judgeGroup(group, nowMs));
      const best = judged.find(({ verdict }) => verdict.is) ?? judged.find(({ run }) => run);
      return entriesOf(best?.run);
    },
  };
}

function compileSteps(
  { seq, same }: Seq,
  horizonMs: number,
  compiler: Compiler,
): {
  readonly steps: readonly Step[];
  readonly silence: Silence | undefined;
  readonly matchers: readonly string[];
} {
  const steps: Step[] = [];
  const matchers: string[] = [];
  let without: string | undefined;
  let silence: Silence | undefined;
  for (const step of seq) {
    const matcher = compiler.matcher(
      {
        events: isNo(step) ? step.no : step.did,
        ...(step.where && { where: step.where }),
        ...(same && { same }),
        memory: 'journal',
      },
      { kind: 'journal', horizonMs },
    );
    matchers.push(matcher);
    if (!isNo(step)) {
      const gap =
        step.within === undefined ? undefined : compilePeriod(step.within, compiler.calendar);
      steps.push({ matcher, ...(gap && { gap }), ...(without && { without }) });
      without = undefined;
    } else if (step.for === undefined) without = matcher;
    else silence = { matcher, period: compilePeriod(step.for, compiler.calendar) };
  }
  return { steps, silence, matchers: [...new Set(matchers)] };
}

/** Every run of all steps whose first lies in the window at `nowMs`. */
function completeRuns(
  steps: readonly Step[],
  facts: Facts,
  window: CompiledWindow,
  nowMs: number,
): readonly Run[] {
  let runs: readonly Run[] | undefined;
  for (const step of steps) {
    const entries = (facts.lists[step.matcher] ?? NOTHING).filter(({ atMs }) => atMs <= nowMs);
    if (runs === undefined) runs = startsIn(entries, window, nowMs);
    else {
      const so = runs;
      runs = entries.flatMap((entry) => extended(so, step, entry, facts));
    }
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

/** The best run that goes on to an entry, if any does. */
function extended(
  runs: readonly Run[],
  { gap, without }: Step,
  entry: Entry,
  facts: Facts,
): readonly Run[] {
  const sinceMs = gap?.before(entry.atMs) ?? -FOREVER;
  let best: Run | undefined;
  for (const run of runs) {
    const { atMs } = run.entry;
    if (atMs >= entry.atMs || atMs <= sinceMs) continue;
    if (best !== undefined && run.firstMs <= best.firstMs) continue;
    if (without !== undefined && isBetween(facts.lists[without], atMs, entry.atMs)) continue;
    best = run;
  }
  return best === undefined ? [] : [{ entry, firstMs: best.firstMs, before: best }];
}

/** Lies any entry strictly between two instants? */
function isBetween(list: Recency | undefined, fromMs: number, toMs: number): boolean {
  return (list ?? NOTHING).some(({ atMs }) => fromMs < atMs && atMs < toMs);
}

/** The facts as they look to each group of occurrences that share their values; one group without `same`. */
function groupsOf(facts: Facts, matchers: readonly string[]): readonly Facts[] {
  const lists = matchers.map((matcher) => [matcher, facts.lists[matcher] ?? NOTHING] as const);
  const keys = new Set(lists.flatMap(([, list]) => list.map(({ key }) => key)));
  if (keys.size <= 1) return [facts];
  return [...keys].map((key) => ({
    ...facts,
    lists: Object.fromEntries(
      lists.map(([matcher, list]) => [matcher, list.filter((entry) => entry.key === key)]),
    ),
  }));
}

function entriesOf(run: Run | undefined): Recency {
  const entries: Entry[] = [];
  for (let at = run; at !== undefined; at = at.before) entries.push(at.entry);
  return entries;
}

function isNo(step: SeqStep): step is SeqNo {
  return 'no' in step;
}
