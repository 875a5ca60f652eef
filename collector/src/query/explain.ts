import type { Json } from '@inkling/sdk/protocol';
import { publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import { advance, nextChangeOf } from '../segments/advance.ts';
import { upgrade } from '../segments/apply.ts';
import type { CompiledCondition, CompiledLeaf } from '../segments/compiled.ts';
import { leavesOf } from '../segments/condition.ts';
import type { StoredSegment } from '../segments/draft.ts';
import { evaluate, nextChangeMs } from '../segments/evaluate.ts';
import { eventWords, missingWords } from '../segments/evidence-words.ts';
import { readKey } from '../segments/matcher.ts';
import { candidatesKey } from '../segments/ranking.ts';
import type { Entry } from '../segments/recency.ts';
import { newState, type State } from '../segments/state.ts';
import { conditionWords } from '../segments/words.ts';
import type { NameOf } from '../segments/words-membership.ts';
import type { Database } from '../store/open.ts';
import type { Evidence, ExplainAnswer, ExplainNode, LeafOp } from './answers.ts';
import { seeingTheirCompanies } from './company-sight.ts';
import { loadEvents, loadHistory } from './events.ts';
import { loadPeople } from './people.ts';
import { planOfSite } from './segments.ts';

/** Evidence shown of one condition: beyond it nobody reads on, and the count says how many more. */
const EVIDENCE_MAX = 50;

type Events = Awaited<ReturnType<typeof loadEvents>>;

/** Says of one person why they are in a segment, or why not, as of `nowMs`. */
export async function explain(
  database: Database,
  person: Profile,
  segment: StoredSegment,
  nowMs: number,
): Promise<ExplainAnswer> {
  const plan = await planOfSite(database, person.site);
  const compiled = plan.segments.get(segment.key);
  if (compiled === undefined) throw new Error('Invariant broken: a plan has its segment');
  const { known, self, account } = person.state;
  // A person whom the back-fill has not reached yet is read from the log.
  const current =
    person.state.revision >= segment.revision
      ? person.state
      : upgrade(
          plan,
          { ...newState(0, self), known, ...(account && { account }) },
          await loadHistory(database, person),
          nowMs,
        ).state;
  const [seen] = await seeingTheirCompanies(database, plan, [{ ...person, state: current }]);
  const { state } = advance(plan, seen?.state ?? current, nowMs);
  const { enteredMs } = state.standings[segment.key] ?? {};
  const changesMs = nextChangeOf(plan, state, segment.key);
  const among = plan.segments.get(candidatesKey(segment.key));
  const leaveIf =
    enteredMs !== undefined && segment.definition.leaveIf ? (among ?? compiled).leaves : undefined;
  const trees = [compiled.condition, ...(leaveIf ? [leaveIf] : [])];
  const ids = trees.flatMap((tree) => evidenceIds(tree, state, nowMs));
  const events = await loadEvents(database, person.site, [...new Set(ids)]);
  const others = [...events.values()].filter(({ part }) => !person.parts.includes(part));
  const people = await loadPeople(database, person.site, [...new Set(others.map(partOf))]);
  const names = new Map([...plan.segments.values()].map(({ id, name }) => [id, name]));
  const nameOf: NameOf = (kind, id) => (kind === 'segment' ? names.get(id) : undefined);
  const told = (condition: CompiledCondition) =>
    node(condition, state, { nowMs, events, people, nameOf });
  return {
    segment: { id: compiled.id, name: compiled.name, version: compiled.version },
    profile: publicId('prf', person.id),
    at: formatInstant(nowMs),
    member: enteredMs !== undefined,
    ...(enteredMs !== undefined && { enteredAt: formatInstant(enteredMs) }),
    ...(changesMs !== undefined && { changesAt: formatInstant(changesMs) }),
    tree: told(compiled.condition),
    ...(leaveIf && { leaves: told(leaveIf) }),
    ...(compiled.ranking && {
      ranking: {
        candidate: among !== undefined && state.standings[among.key]?.enteredMs !== undefined,
        figure: compiled.ranking.figure(state, nowMs),
      },
    }),
  };
}

interface At {
  readonly nowMs: number;
  readonly events: Events;
  /** Colleagues, by their strands of history. */
  readonly people: ReadonlyMap<number, Profile>;
  readonly nameOf: NameOf;
}

function node(condition: CompiledCondition, state: State, at: At): ExplainNode {
  const { is } = evaluate(condition, state, at.nowMs);
  const changesMs = nextChangeMs(condition, state, at.nowMs);
  const common = {
    true: is,
    ...(changesMs !== undefined && { changesAt: formatInstant(changesMs) }),
  };
  switch (condition.op) {
    case 'leaf':
      return { ...common, ...leafNode(condition, state, { ...at, is }) };
    case 'not':
      return { op: 'not', words: 'Not', ...common, children: [node(condition.of, state, at)] };
    default:
      return {
        op: condition.op,
        words: condition.op === 'all' ? 'All of these' : 'Any of these',
        ...common,
        children: condition.of.map((part) => node(part, state, at)),
      };
  }
}

function leafNode(leaf: CompiledLeaf, state: State, { is, ...at }: At & { readonly is: boolean }) {
  const { source } = leaf;
  const { nowMs, nameOf } = at;
  if ('known' in source) {
    const words = source.known ? 'Is known' : 'Is anonymous';
    return { op: 'who', words, evidence: [] } as const;
  }
  const figures = leaf.figures?.(state, nowMs) ?? {};
  const figure = typeof figures.value === 'number' ? figures.value : figures.count;
  const missing = is ? undefined : missingWords(source, figure);
  const counted = leaf.evidence(state, nowMs).slice(0, EVIDENCE_MAX);
  return {
    op: opOf(source),
    words: conditionWords(source, nameOf),
    ...figures,
    ...(missing !== undefined && { missing }),
    evidence: counted.flatMap((entry) => evidenceFor(entry, leaf, at)),
  };
}

function evidenceFor(
  entry: Entry,
  leaf: CompiledLeaf,
  { events, people }: At,
): readonly Evidence[] {
  const found = events.get(entry.event);
  if (found === undefined) return [];
  const { event, part } = found;
  const colleague = people.get(part)?.id;
  const value = entry.value ?? (countsValues(leaf) ? keyValue(entry.key) : undefined);
  return [
    {
      event: publicId('evt', entry.event),
      timestamp: formatInstant(event.atMs),
      words: eventWords(event),
      ...(value !== undefined && { value }),
      ...(colleague !== undefined && { profile: publicId('prf', colleague) }),
    },
  ];
}

function evidenceIds(condition: CompiledCondition, state: State, nowMs: number): readonly number[] {
  return leavesOf(condition).flatMap((leaf) =>
    leaf
      .evidence(state, nowMs)
      .slice(0, EVIDENCE_MAX)
      .map(({ event }) => event),
  );
}

/** Which kind of condition it is: the member that all of this kind have. */
function opOf(source: Exclude<CompiledLeaf['source'], { readonly known: boolean }>): LeafOp {
  if ('did' in source) return 'did';
  if ('seq' in source) return 'seq';
  if ('idle' in source) return 'idle';
  if ('trait' in source) return 'trait';
  if ('account' in source) return 'account';
  if ('score' in source) return 'score';
  if ('segment' in source) return 'segment';
  return 'list' in source ? 'list' : 'bucket';
}

function countsValues({ source }: CompiledLeaf): boolean {
  const did = 'account' in source && !('is' in source) ? source.account : source;
  if (!('did' in did) || !('distinct' in did)) return false;
  return did.distinct !== 'session' && did.distinct !== 'day' && did.distinct !== 'person';
}

function partOf({ part }: { readonly part: number }): number {
  return part;
}

function keyValue(key: string | undefined): Json | undefined {
  return key === undefined ? undefined : (readKey(key) as Json);
}
