import type { Json } from '@inkling/sdk/protocol';
import { publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import { upgrade } from '../segments/apply.ts';
import type { CompiledCondition, CompiledDid } from '../segments/condition.ts';
import { evaluate, nextChangeMs } from '../segments/evaluate.ts';
import { countedEntries } from '../segments/evidence.ts';
import { eventWords, missingWords } from '../segments/evidence-words.ts';
import { compilePlan, type StoredSegment } from '../segments/plan.ts';
import { newState, type State } from '../segments/state.ts';
import { conditionWords } from '../segments/words.ts';
import type { Database } from '../store/open.ts';
import type { Evidence, ExplainAnswer, ExplainNode } from './answers.ts';
import { loadEvents, loadHistory } from './events.ts';

/** Evidence shown of one condition: beyond it nobody reads on, and the count says how many more. */
const EVIDENCE_MAX = 50;

/** Says of one person why they are in a segment, or why not, as of `nowMs`. */
export async function explain(
  database: Database,
  person: Profile,
  segment: StoredSegment,
  timeZone: string,
  nowMs: number,
): Promise<ExplainAnswer> {
  const plan = compilePlan([segment], segment.revision, timeZone);
  const compiled = plan.segments.get(segment.key);
  if (compiled === undefined) throw new Error('Invariant broken: a plan has its segment');
  // A person whom the back-fill has not reached yet is read from the log.
  const state =
    person.state.revision >= segment.revision
      ? person.state
      : upgrade(
          plan,
          { ...newState(0), known: person.state.known },
          await loadHistory(database, person),
          nowMs,
        ).state;
  const events = await loadEvents(database, person, evidenceIds(compiled.condition, state, nowMs));
  const told = (condition: CompiledCondition): ExplainNode => {
    const { is } = evaluate(condition, state, nowMs);
    const changesMs = nextChangeMs(condition, state, nowMs);
    const common = {
      true: is,
      ...(changesMs !== undefined && { changesAt: formatInstant(changesMs) }),
    };
    switch (condition.op) {
      case 'known':
        return { op: 'who', words: condition.known ? 'Is known' : 'Is anonymous', ...common };
      case 'not':
        return { op: 'not', words: 'Not', ...common, children: [told(condition.of)] };
      case 'did':
        return { op: 'did', words: conditionWords(condition.did), ...common, ...toldDid(condition, is) };
      default:
        return {
          op: condition.op,
          words: condition.op === 'all' ? 'All of these' : 'Any of these',
          ...common,
          children: condition.of.map(told),
        };
    }
  };
  const toldDid = (condition: CompiledDid, is: boolean) => {
    const counted = countedEntries(condition, state, nowMs);
    const evidence = counted.slice(0, EVIDENCE_MAX).flatMap(({ event: id, key }): Evidence[] => {
      const event = events.get(id);
      if (event === undefined) return [];
      const value = key !== undefined && isPath(condition) ? { value: readKey(key) } : {};
      const timestamp = formatInstant(event.atMs);
      return [{ event: publicId('evt', id), timestamp, words: eventWords(event), ...value }];
    });
    const missing = is ? undefined : missingWords(condition.did, counted.length);
    return {
      count: counted.length,
      atLeast: counted.length >= condition.count.capacity,
      ...(missing !== undefined && { missing }),
      evidence,
    };
  };
  const tree = told(compiled.condition);
  const enteredMs = person.state.standings[segment.key]?.enteredMs;
  return {
    segment: { id: compiled.id, name: compiled.name, version: compiled.version },
    profile: publicId('prf', person.id),
    at: formatInstant(nowMs),
    member: tree.true,
    ...(tree.true && enteredMs !== undefined && { enteredAt: formatInstant(enteredMs) }),
    ...(tree.changesAt !== undefined && { changesAt: tree.changesAt }),
    tree,
  };
}

function evidenceIds(condition: CompiledCondition, state: State, nowMs: number): readonly number[] {
  if (condition.op === 'known') return [];
  if (condition.op === 'did') {
    return countedEntries(condition, state, nowMs).slice(0, EVIDENCE_MAX).map(({ event }) => event);
  }
  const parts = condition.op === 'not' ? [condition.of] : condition.of;
  return [...new Set(parts.flatMap((part) => evidenceIds(part, state, nowMs)))];
}

function isPath({ did }: CompiledDid): boolean {
  return did.distinct !== undefined && did.distinct !== 'session' && did.distinct !== 'day';
}

/** A counted value as it was, unless it was so long that only its hash is kept. */
function readKey(key: string): Json {
  return key.startsWith('#') ? key : (JSON.parse(key) as Json);
}
