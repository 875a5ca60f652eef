import type { Calendar } from './calendar.ts';
import type { CompiledCondition, CompiledScore, Compiler } from './compiled.ts';
import { compileCondition, leavesOf } from './condition.ts';
import type { Definition, DidTimes } from './definition.ts';
import { compileKnown } from './leaves/known.ts';
import { compileMatcher, type Matcher } from './matcher.ts';
import { type CompiledRanking, compileRanking } from './ranking.ts';
import type { Memory } from './recency.ts';
import { compileScore } from './score.ts';
import type { StoredScore } from './score-model.ts';

/** A segment as it is stored: its definition and its internal numbers. */
export interface StoredSegment {
  /** Our own integer id, never used again for another segment. */
  readonly key: number;
  readonly version: number;
  /** The site's revision at which this version was saved. */
  readonly revision: number;
  readonly definition: Definition;
}

/** What was found of one segment before all are known. */
export interface Draft {
  readonly stored: StoredSegment;
  readonly condition: CompiledCondition;
  readonly leaveIf?: CompiledCondition;
  readonly matchers: ReadonlySet<string>;
  readonly reads: readonly { readonly key: number; readonly past: boolean }[];
  /** The newest of its own revision and those of the scores that it reads. */
  readonly revision: number;
  readonly asksCompany: boolean;
  readonly fades: boolean;
  readonly ranking?: CompiledRanking;
}

/** What all conditions of a site together want one matcher's lists to keep. */
export interface Need {
  readonly matcher: Matcher;
  memory: Memory;
  sinceRevision: number;
}

/** Conditions on companies and since which revision they are asked. */
export interface AccountQuestions {
  readonly traits: Set<string>;
  readonly conditions: Map<string, { readonly did: DidTimes; readonly revision: number }>;
}

/** What drafts share, and add to. */
export interface Drafting extends Pick<Compiler, 'calendar' | 'calendarOf'> {
  /** Keys of segments by their ids. */
  readonly keys: ReadonlyMap<string, number>;
  readonly needs: Map<string, Need>;
  readonly questions: AccountQuestions;
  readonly storedScores: ReadonlyMap<string, StoredScore>;
  readonly scores: ReadonlyMap<string, CompiledScore>;
}

export function draftingOf(
  stored: readonly StoredSegment[],
  storedScores: readonly StoredScore[],
  zones: { readonly calendar: Calendar; readonly calendarOf: (zone: string) => Calendar },
): Drafting {
  const scores = new Map<string, CompiledScore>();
  const drafting: Drafting = {
    ...zones,
    keys: new Map(stored.map(({ key, definition }) => [definition.id, key])),
    needs: new Map(),
    questions: { traits: new Set(), conditions: new Map() },
    storedScores: new Map(storedScores.map((each) => [each.model.id, each])),
    scores,
  };
  for (const each of storedScores) {
    scores.set(each.model.id, compileScore(each, compilerOf(each.revision, drafting)));
  }
  return drafting;
}

export function draft(stored: StoredSegment, drafting: Drafting): Draft {
  const used = new Set<string>();
  const scores = new Set<StoredScore>();
  const compiler = compilerOf(stored.revision, drafting, used, scores);
  const { definition } = stored;
  const { top } = definition;
  const ranking = top && compileRanking(top, compiler);
  const written = compileCondition(definition.if, compiler);
  const condition = among(definition.who, written);
  const leaveIf = definition.leaveIf && compileCondition(definition.leaveIf, compiler);
  const all = [condition, ...(leaveIf ? [leaveIf] : [])].flatMap(leavesOf);
  return {
    stored,
    condition,
    ...(leaveIf && { leaveIf }),
    ...(ranking && { ranking }),
    matchers: used,
    reads: all.flatMap((leaf) => leaf.reads.segments ?? []),
    revision: Math.max(stored.revision, ...[...scores].map(({ revision }) => revision)),
    asksCompany: all.some((leaf) => leaf.reads.account),
    fades: all.some((leaf) => leaf.reads.fades),
  };
}

/**
 * @param revision - Of what is compiled: lists that it makes or lengthens are complete from then on.
 * @param used - Is told the ids of all matchers.
 * @param read - Is told the scores that are read.
 */
function compilerOf(
  revision: number,
  drafting: Drafting,
  used = new Set<string>(),
  read = new Set<StoredScore>(),
): Compiler {
  const { calendar, calendarOf, keys, needs, questions, storedScores, scores } = drafting;
  const compiler: Compiler = {
    calendar,
    calendarOf,
    segmentKey: (id) => keys.get(id),
    accountTrait: (name) => questions.traits.add(name),
    accountDid: (id, did) => {
      // Segments come by revision, so the first that asks says since when it is asked.
      const { conditions } = questions;
      if (!conditions.has(id)) conditions.set(id, { did, revision });
    },
    matcher: (spec, memory) => {
      const matcher = compileMatcher(spec, calendar);
      used.add(matcher.id);
      const need = needs.get(matcher.id);
      if (need === undefined) {
        needs.set(matcher.id, { matcher, memory, sinceRevision: revision });
      } else if (asksForMore(memory, need.memory)) {
        need.memory = memory;
        need.sinceRevision = Math.max(need.sinceRevision, revision);
      }
      return matcher.id;
    },
    scoreOf: (id, backMs) => {
      const stored = storedScores.get(id);
      if (stored === undefined) return undefined;
      read.add(stored);
      // Its lists are interned anew, so that they reach back far enough for this reader too.
      compileScore(stored, compiler, backMs);
      return scores.get(id);
    },
  };
  return compiler;
}

function among(who: Definition['who'], condition: CompiledCondition): CompiledCondition {
  if (who === undefined || who === 'all') return condition;
  return { op: 'all', of: [compileKnown(who === 'known'), condition] };
}

function asksForMore(memory: Memory, than: Memory): boolean {
  if ('horizonMs' in memory) return 'horizonMs' in than && memory.horizonMs > than.horizonMs;
  return 'capacity' in than && memory.capacity > than.capacity;
}
