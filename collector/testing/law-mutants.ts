/** A deliberate defect that one law in particular has to notice. */
export interface LawMutant {
  readonly name: string;
  /** Below `collector/src/`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The name of the law, as its test has it. */
  readonly law: string;
  /** Where it stands, below `collector/src/`. */
  readonly test: string;
}

export const LAW_MUTANTS: readonly LawMutant[] = [
  {
    law: 'shuffled = sorted',
    test: 'segments/laws.test.ts',
    name: 'the newest event is the one that came last',
    file: 'segments/perceive.ts',
    find: 'lastSeenMs: Math.max(state.lastSeenMs, event.atMs),',
    replace: 'lastSeenMs: event.atMs,',
  },
  {
    law: 'everything twice = once',
    test: 'segments/laws.test.ts',
    name: 'what is remembered for a while is remembered twice',
    file: 'segments/recency.ts',
    find: 'return list.some(({ event }) => event === entry.event) ? list : insert(list, entry);',
    replace: 'return insert(list, entry);',
  },
  {
    law: 'fold(A ∪ B) = combine(fold A, fold B)',
    test: 'segments/laws.test.ts',
    name: 'the beginning of one history is forgotten',
    file: 'segments/state.ts',
    find: 'firstSeenMs: Math.min(a.firstSeenMs, b.firstSeenMs),',
    replace: 'firstSeenMs: a.firstSeenMs,',
  },
  {
    law: 'shuffled = sorted, in batches of any size',
    test: 'ingest/laws.test.ts',
    name: 'nothing is learned from who comes late',
    file: 'segments/apply.ts',
    find: 'const { state: perceived, touched } = perceive(plan, before.state, event, id);',
    replace:
      'const { state: perceived, touched } = late ? { state: before.state, touched: new Set() } : perceive(plan, before.state, event, id);',
  },
  {
    law: 'everything twice = once, told again at once, later and after a restart',
    test: 'ingest/laws.test.ts',
    name: 'a message may come twice within one group',
    file: 'ingest/group.ts',
    find: 'seen.add(messageId);',
    replace: '',
  },
  {
    law: 'a batch of 1 = a batch of 500',
    test: 'ingest/laws.test.ts',
    name: 'no time passes between the events of a group',
    file: 'segments/apply.ts',
    find: 'const before = advance(plan, state, atMs - 1);\n  const { state: perceived',
    replace: 'const before: Outcome = { state, changes: [] };\n  const { state: perceived',
  },
];
