import { LAW_MUTANTS } from './law-mutants.ts';

/** A deliberate defect: a piece of a module and what stands there instead. */
export interface Mutant {
  readonly name: string;
  /** Below `collector/src/segments/`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Of which theme alone the property has to notice it; any one unless given. */
  readonly theme?: string;
}

/** Defects that the property of the engine has to notice. Each was a real temptation. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'lists keep one entry too few',
    file: 'leaves/did-times.ts',
    find: 'capacity: Math.max(1, least, above)',
    replace: 'capacity: Math.max(1, Math.max(least, above) - 1)',
  },
  {
    name: 'windows end one millisecond late',
    file: 'period.ts',
    find: 'after: (atMs) => atMs + ms,',
    replace: 'after: (atMs) => atMs + ms + 1,',
  },
  {
    name: 'late events are dropped',
    file: 'apply.ts',
    find: 'const { state: perceived, touched } = perceive(plan, before.state, event, id);',
    replace:
      'const { state: perceived, touched } = late ? { state: before.state, touched: new Set() } : perceive(plan, before.state, event, id);',
  },
  {
    name: 'a merge keeps one history',
    file: 'state.ts',
    find: 'combine(a.lists[id] ?? NOTHING, renamed, memory)',
    replace: '(a.lists[id] ?? NOTHING)',
    theme: 'counts of the same events',
  },
  {
    name: 'a merge keeps the traits of one',
    file: 'state.ts',
    find: 'traits: combineTraits(a.traits, b.traits)',
    replace: 'traits: a.traits',
    theme: 'traits and idleness',
  },
  {
    name: 'lists that must be longer are not read again',
    file: 'draft.ts',
    find: 'need.sinceRevision = Math.max(need.sinceRevision, revision);',
    replace: '',
    theme: 'counts of the same events',
  },
  {
    name: 'what depends on the past is judged by the present when an event is late',
    file: 'apply.ts',
    find: 'const skips = event.atMs <= state.settledMs;',
    replace: 'const skips = false;',
  },
  {
    name: 'two events of one instant have an order',
    file: 'apply.ts',
    find: 'const skips = event.atMs <= state.settledMs;',
    replace: 'const skips = event.atMs < state.settledMs;',
  },
  {
    name: 'a life that began earlier is not lived again',
    file: 'apply.ts',
    find: 'if (late && event.atMs < state.firstSeenMs) addAll(touched, plan.historic);',
    replace: '',
    theme: 'coming and going',
  },
  {
    name: 'segments that read a segment are not judged with it',
    file: 'judge.ts',
    find: 'if (wasIn !== isIn || skips) enqueue(queue, plan.dependents.get(next.key) ?? []);',
    replace: '',
  },
  {
    name: 'a step may come in the same instant as the one before it',
    file: 'leaves/seq-runs.ts',
    find: 'run.entry.atMs < entry.atMs;',
    replace: 'run.entry.atMs <= entry.atMs;',
  },
  {
    name: 'silence is judged of the first of several times',
    file: 'leaves/seq.ts',
    find: 'const [run] = runs;',
    replace: 'const run = runs.at(-1);',
  },
  {
    name: 'people may leave before their stay is over',
    file: 'judge.ts',
    find: 'const mayLeave = minStay === undefined || atMs >= minStay.after(enteredMs);',
    replace: 'const mayLeave = true;',
    theme: 'coming and going',
  },
  {
    name: 'a calendar window forgets to turn',
    file: 'window.ts',
    find: 'leavesMs: (t) => startOf(unit, t, 1 + past),',
    replace: 'leavesMs: () => Number.POSITIVE_INFINITY,',
  },
  {
    name: 'idleness is measured from the first event',
    file: 'leaves/idle.ts',
    find: 'return finite(facts.lastSeenMs);',
    replace: 'return finite(facts.firstSeenMs);',
  },
  {
    name: 'points of a generation count a millisecond too long',
    file: 'score-curve.ts',
    find: 'if (atMs >= slice.endMs) break;',
    replace: 'if (atMs > slice.endMs) break;',
    theme: 'scores',
  },
  {
    name: 'points that hold do so a millisecond too long',
    file: 'score-curve.ts',
    find: '(period && atMs >= period.after(newestMs))',
    replace: '(period && atMs > period.after(newestMs))',
    theme: 'scores',
  },
  {
    name: 'of a session the last event is scored',
    file: 'recency.ts',
    find: "const isOldest = memory.kind === 'oldest' || memory.kind === 'firsts';",
    replace: "const isOldest = memory.kind === 'oldest';",
    theme: 'scores',
  },
  {
    name: 'a peak forgets the first day in its window',
    file: 'score-figure.ts',
    find: 'if (firstMs <= atMs) highest = Math.max(highest, valueBefore(firstMs));',
    replace: '',
    theme: 'scores',
  },
  {
    name: 'a rise does not see that the value it is held against has risen',
    file: 'score-figure.ts',
    find: 'turnsMs: [...curve.turnsMs, ...daysSeen].sort((a, b) => a - b),',
    replace: 'turnsMs: curve.turnsMs,',
    theme: 'scores',
  },
];

/** Puts a defect into the module as it is loaded: a plugin for Vite. @param name - Of a mutant. */
export function mutation(name: string | undefined) {
  const engine = MUTANTS.map((each) => ({ ...each, file: `segments/${each.file}` }));
  const mutant = [...engine, ...LAW_MUTANTS].find((each) => each.name === name);
  return {
    name: 'mutation',
    enforce: 'pre' as const,
    transform(code: string, id: string): string | undefined {
      if (!mutant || !id.endsWith(`/collector/src/${mutant.file}`)) return undefined;
      return code.replace(mutant.find, () => mutant.replace);
    },
  };
}
