import { type CompiledLeaf, type Compiler, FOREVER, type Verdict } from '../compiled.ts';
import type { Seq, SeqNo, SeqStep } from '../definition.ts';
import type { Facts } from '../facts.ts';
import { compilePeriod, type Period } from '../period.ts';
import { type Entry, NOTHING, type Recency } from '../recency.ts';
import { compileWindow, nextBoundaryMs } from '../window.ts';
import { completeRuns, type Run, type Step } from './seq-runs.ts';

type Lists = Facts['lists'];

interface Judged extends Verdict {
  /** The one that ended last. */
  readonly run?: Run;
}

/** What must not follow the last step, and for how long. */
interface Silence {
  readonly matcher: string;
  readonly period: Period;
}

/**
 * One thing strictly after the other. All occurrences of the window are kept, so that an event that
 * arrives late finds its place among them.
 */
export function compileSeq(seq: Seq, compiler: Compiler): CompiledLeaf {
  const window = compileWindow(seq.within, compiler.calendar, compiler.calendarOf);
  const { steps, silence, matchers } = compileSteps(seq, window.horizonMs, compiler);
  const needs = countSteps(steps);
  const groups = ({ lists }: Facts) =>
    (seq.same === undefined ? [lists] : groupsOf(lists, matchers)).filter((group) =>
      needs.every(([matcher, least]) => (group[matcher]?.length ?? 0) >= least),
    );
  const judgeGroup = (lists: Lists, nowMs: number): Judged => {
    const runs = completeRuns(steps, lists, window, nowMs);
    const [run] = runs;
    if (run === undefined) {
      return { is: false, untilMs: window.isOffset ? untilTurn(lists, nowMs) : FOREVER };
    }
    const heldMs = window.isOffset ? untilTurn(lists, nowMs) : window.leavesMs(startOf(runs));
    if (silence === undefined) return { is: true, untilMs: heldMs, run };
    const endMs = silence.period.after(run.entry.atMs);
    const isSilent = !isBetween(lists[silence.matcher], run.entry.atMs, endMs + 1);
    const is = nowMs >= endMs && isSilent;
    return { is, untilMs: nowMs < endMs ? Math.min(heldMs, endMs) : heldMs, run };
  };
  /** With no silence to wait for, the run that began last holds longest; else the last one decides. */
  const startOf = (runs: readonly Run[]) =>
    silence === undefined
      ? runs.reduce((ms, { firstMs }) => Math.max(ms, firstMs), -FOREVER)
      : (runs[0]?.firstMs ?? -FOREVER);
  const untilTurn = (lists: Lists, nowMs: number) =>
    nextBoundaryMs(lists[steps[0]?.matcher ?? ''] ?? NOTHING, window, nowMs);
  return {
    op: 'leaf',
    source: seq,
    reads: { matchers },
    judge: (facts, nowMs) => {
      let heldMs = -FOREVER;
      let openMs = FOREVER;
      for (const group of groups(facts)) {
        const { is, untilMs } = judgeGroup(group, nowMs);
        if (is) heldMs = Math.max(heldMs, untilMs);
        else openMs = Math.min(openMs, untilMs);
      }
      return heldMs === -FOREVER ? { is: false, untilMs: openMs } : { is: true, untilMs: heldMs };
    },
    evidence: (facts, nowMs) => {
      const judged = groups(facts).map((group) => judgeGroup(group, nowMs));
      return entriesOf((judged.find(({ is }) => is) ?? judged.find(({ run }) => run))?.run);
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

/** Of how many different occurrences of each matcher all steps together are made. */
function countSteps(steps: readonly Step[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { matcher } of steps) counts.set(matcher, (counts.get(matcher) ?? 0) + 1);
  return [...counts];
}

/** Lies any entry strictly between two instants? */
function isBetween(list: Recency | undefined, fromMs: number, toMs: number): boolean {
  return (list ?? NOTHING).some(({ atMs }) => fromMs < atMs && atMs < toMs);
}

/** The occurrences of each group that share their values. */
function groupsOf(lists: Lists, matchers: readonly string[]): readonly Lists[] {
  const groups = new Map<string | undefined, Record<string, Entry[]>>();
  for (const matcher of matchers) {
    for (const entry of lists[matcher] ?? NOTHING) {
      let group = groups.get(entry.key);
      if (group === undefined) {
        group = {};
        groups.set(entry.key, group);
      }
      const own = group[matcher];
      if (own === undefined) group[matcher] = [entry];
      else own.push(entry);
    }
  }
  return [...groups.values()];
}

function entriesOf(run: Run | undefined): Recency {
  const entries: Entry[] = [];
  for (let at = run; at !== undefined; at = at.before) entries.push(at.entry);
  return entries;
}

function isNo(step: SeqStep): step is SeqNo {
  return 'no' in step;
}
