import { type Calendar, calendarOf as makeCalendar } from './calendar.ts';
import { type CompiledCondition, type Compiler, FOREVER } from './compiled.ts';
import { compileCondition, leavesOf } from './condition.ts';
import type { Definition, DidTimes } from './definition.ts';
import { evaluate } from './evaluate.ts';
import { buildIndex, type EventIndex } from './event-index.ts';
import type { Facts } from './facts.ts';
import { compileKnown } from './leaves/known.ts';
import { compileMatcher, type Matcher } from './matcher.ts';
import { compilePeriod, type Period } from './period.ts';
import type { Memory } from './recency.ts';

/** A segment as it is stored: its definition and its internal numbers. */
export interface StoredSegment {
  /** Our own integer id, never used again for another segment. */
  readonly key: number;
  readonly version: number;
  /** The site's revision at which this version was saved. */
  readonly revision: number;
  readonly definition: Definition;
}

export interface CompiledSegment {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly revision: number;
  /** What the owner wrote, `who` included. */
  readonly condition: CompiledCondition;
  /** Makes a member of somebody who is none, and none of a member. */
  readonly enters: CompiledCondition;
  readonly leaves: CompiledCondition;
  /** Nobody leaves sooner after entering. */
  readonly minStay?: Period;
  /** Ids of the matchers that can change its answer. */
  readonly matchers: ReadonlySet<string>;
  /** A segment comes after all that it reads. */
  readonly order: number;
  /**
   * Depends on what was true before and not only on what happened, so that a late event is judged by
   * going through the history again. Never where {@link asksCompany}: one person's history does not
   * tell what their company was at the time, so a late event is judged as things stand.
   */
  readonly isHistoric: boolean;
  /** Asks about the person's company, or reads a segment that does. */
  readonly asksCompany: boolean;
  /** Others ask when somebody entered or left. */
  readonly keepsMoments: boolean;
}

export interface PlannedMatcher {
  readonly matcher: Matcher;
  /** What a person's list keeps: the largest need of all conditions that use it. */
  readonly memory: Memory;
  /** Lists of profiles at an earlier revision are not complete and are read again from the log. */
  readonly sinceRevision: number;
  /** The segments that read it. */
  readonly segments: readonly CompiledSegment[];
}

/** All segments of one site, compiled. Immutable: a change of definition makes a new plan. */
export interface Plan {
  readonly revision: number;
  readonly matchers: ReadonlyMap<string, PlannedMatcher>;
  /** By key, in their order. */
  readonly segments: ReadonlyMap<number, CompiledSegment>;
  readonly index: EventIndex;
  /** The segments that a person without any past may already be in. */
  readonly bornInto: readonly CompiledSegment[];
  /** Who reads a trait of this name. */
  readonly byTrait: ReadonlyMap<string, readonly CompiledSegment[]>;
  /** Who reads when anything at all happened last. */
  readonly onActivity: readonly CompiledSegment[];
  /** Who reads when anything at all happened first. */
  readonly onBeginning: readonly CompiledSegment[];
  readonly onAccount: readonly CompiledSegment[];
  /** What companies are asked; absent where no segment asks anything of them. */
  readonly accounts?: AccountPlan;
  /** Who reads the membership of a segment, by its key. */
  readonly dependents: ReadonlyMap<number, readonly CompiledSegment[]>;
  /** Those that {@link CompiledSegment.isHistoric}. */
  readonly historic: readonly CompiledSegment[];
}

/** What the segments of a site ask of companies. */
export interface AccountPlan {
  /** The names of the traits that are read. */
  readonly traits: ReadonlySet<string>;
  /** A company is judged like a person: each condition on its people together is a segment here. */
  readonly plan: Plan;
}

/** Conditions on companies and since which revision they are asked. */
interface AccountQuestions {
  readonly traits: Set<string>;
  readonly conditions: Map<string, { readonly did: DidTimes; readonly revision: number }>;
}

/** What was found of one segment before all are known. */
interface Draft {
  readonly stored: StoredSegment;
  readonly condition: CompiledCondition;
  readonly leaveIf?: CompiledCondition;
  readonly matchers: ReadonlySet<string>;
  readonly reads: readonly { readonly key: number; readonly past: boolean }[];
  readonly asksCompany: boolean;
}

interface Need {
  readonly matcher: Matcher;
  memory: Memory;
  sinceRevision: number;
}

/**
 * @param revision - The site's revision, at least that of its newest segment.
 * @param timeZone - IANA name; calendar days are counted in it.
 */
export function compilePlan(
  stored: readonly StoredSegment[],
  revision: number,
  timeZone: string,
): Plan {
  const needs = new Map<string, Need>();
  const zones = new Map<string, Calendar>();
  const calendarOf = (zone: string) => {
    const calendar = zones.get(zone) ?? makeCalendar(zone);
    zones.set(zone, calendar);
    return calendar;
  };
  const calendar = calendarOf(timeZone);
  const keys = new Map(stored.map(({ key, definition }) => [definition.id, key]));
  const byRevision = stored.toSorted((a, b) => a.revision - b.revision || a.key - b.key);
  const questions: AccountQuestions = { traits: new Set(), conditions: new Map() };
  const site = { calendar, calendarOf, keys, needs, questions };
  const drafts = byRevision.map((each) => draft(each, site));
  const segments = finish(drafts, calendar);
  const readersOf = (reads: (segment: CompiledSegment) => boolean) => segments.filter(reads);
  const planned = [...needs].map(([id, need]): [string, PlannedMatcher] => [
    id,
    { ...need, segments: readersOf(({ matchers }) => matchers.has(id)) },
  ]);
  const nobody: Facts = {
    self: 0,
    known: false,
    firstSeenMs: FOREVER,
    lastSeenMs: -FOREVER,
    lists: {},
    traits: {},
    standings: {},
  };
  return {
    revision,
    matchers: new Map(planned),
    segments: new Map(segments.map((segment) => [segment.key, segment])),
    index: buildIndex([...needs.values()].map(({ matcher }) => matcher)),
    bornInto: readersOf(
      ({ enters }) =>
        drawsLots(enters) ||
        [true, false].some((known) => evaluate(enters, { ...nobody, known }, 0).is),
    ),
    byTrait: traitReaders(segments),
    onActivity: readersOf((segment) => partsOf(segment).some(({ reads }) => reads.activity)),
    onBeginning: readersOf((segment) => partsOf(segment).some(({ reads }) => reads.beginning)),
    onAccount: readersOf(readsAccount),
    ...(segments.some(readsAccount) && {
      accounts: { traits: questions.traits, plan: planAccounts(questions, revision, timeZone) },
    }),
    dependents: dependentsOf(segments),
    historic: readersOf(({ isHistoric }) => isHistoric),
  };
}

function draft(
  stored: StoredSegment,
  site: Pick<Compiler, 'calendar' | 'calendarOf'> & {
    readonly keys: ReadonlyMap<string, number>;
    readonly needs: Map<string, Need>;
    readonly questions: AccountQuestions;
  },
): Draft {
  const used = new Set<string>();
  const compiler: Compiler = {
    ...site,
    segmentKey: (id) => site.keys.get(id),
    accountTrait: (name) => site.questions.traits.add(name),
    accountDid: (id, did) => {
      // Segments come by revision, so the first that asks says since when it is asked.
      const { conditions } = site.questions;
      if (!conditions.has(id)) conditions.set(id, { did, revision: stored.revision });
    },
    matcher: (spec, memory) => {
      const matcher = compileMatcher(spec, site.calendar);
      used.add(matcher.id);
      const need = site.needs.get(matcher.id);
      if (need === undefined) {
        site.needs.set(matcher.id, { matcher, memory, sinceRevision: stored.revision });
      } else if (asksForMore(memory, need.memory)) {
        need.memory = memory;
        need.sinceRevision = stored.revision;
      }
      return matcher.id;
    },
  };
  const { definition } = stored;
  const written = compileCondition(definition.if, compiler);
  const condition = among(definition.who, written);
  const leaveIf = definition.leaveIf && compileCondition(definition.leaveIf, compiler);
  const all = [condition, ...(leaveIf ? [leaveIf] : [])].flatMap(leavesOf);
  const reads = all.flatMap((leaf) => leaf.reads.segments ?? []);
  const asksCompany = all.some((leaf) => leaf.reads.account);
  return { stored, condition, ...(leaveIf && { leaveIf }), matchers: used, reads, asksCompany };
}

/** Puts segments in their order and says what depends on the past. */
function finish(drafts: readonly Draft[], calendar: Calendar): readonly CompiledSegment[] {
  const asked = new Set(
    drafts.flatMap(({ reads }) => reads.filter(({ past }) => past).map(({ key }) => key)),
  );
  const finished = new Map<number, CompiledSegment>();
  for (const each of inOrder(drafts)) {
    const { stored, condition, leaveIf, matchers, reads } = each;
    const { definition, key, version, revision } = stored;
    const { minStay, who = 'all' } = definition;
    const asksCompany =
      each.asksCompany || reads.some((read) => finished.get(read.key)?.asksCompany);
    const dependsOnPast =
      leaveIf !== undefined ||
      minStay !== undefined ||
      asked.has(key) ||
      reads.some((read) => read.past || finished.get(read.key)?.isHistoric);
    const stay = minStay === undefined ? undefined : compilePeriod(minStay, calendar);
    const outside: CompiledCondition = {
      op: 'not',
      of: who === 'all' ? ALWAYS : compileKnown(who === 'known'),
    };
    finished.set(key, {
      key,
      id: definition.id,
      name: definition.name,
      version,
      revision,
      condition,
      enters: leaveIf ? { op: 'all', of: [condition, { op: 'not', of: leaveIf }] } : condition,
      leaves: leaveIf ? { op: 'any', of: [leaveIf, outside] } : { op: 'not', of: condition },
      ...(stay && { minStay: stay }),
      matchers,
      order: finished.size,
      isHistoric: !asksCompany && dependsOnPast,
      asksCompany,
      keepsMoments: asked.has(key),
    });
  }
  return [...finished.values()];
}

const ALWAYS: CompiledCondition = { op: 'all', of: [] };

function among(who: Definition['who'], condition: CompiledCondition): CompiledCondition {
  if (who === undefined || who === 'all') return condition;
  return { op: 'all', of: [compileKnown(who === 'known'), condition] };
}

/** What is read before what reads it, else by key. */
function inOrder(drafts: readonly Draft[]): readonly Draft[] {
  const byKey = new Map(drafts.map((each) => [each.stored.key, each]));
  const ordered = new Set<Draft>();
  const visit = (each: Draft, above: ReadonlySet<Draft>) => {
    if (ordered.has(each) || above.has(each)) return;
    for (const { key } of each.reads) {
      const read = byKey.get(key);
      if (read) visit(read, new Set([...above, each]));
    }
    ordered.add(each);
  };
  for (const each of drafts.toSorted((a, b) => a.stored.key - b.stored.key)) {
    visit(each, new Set());
  }
  return [...ordered];
}

function planAccounts({ conditions }: AccountQuestions, revision: number, timeZone: string): Plan {
  const segments = [...conditions].map(([id, { did, revision }]) => ({
    key: accountConditionKey(id),
    version: 1,
    revision,
    definition: { id, name: id, kind: 'implicit' as const, if: did },
  }));
  return compilePlan(segments, revision, timeZone);
}

/** The number under which a company remembers how it stands to a condition. */
export function accountConditionKey(id: string): number {
  return Number.parseInt(id, 36);
}

function readsAccount(segment: CompiledSegment): boolean {
  return partsOf(segment).some(({ reads }) => reads.account);
}

function asksForMore(memory: Memory, than: Memory): boolean {
  if (memory.kind === 'journal') {
    return than.kind === 'journal' && memory.horizonMs > than.horizonMs;
  }
  return than.kind !== 'journal' && memory.capacity > than.capacity;
}

function partsOf({ condition, enters, leaves }: CompiledSegment) {
  return [condition, enters, leaves].flatMap(leavesOf);
}

/** Whose answer may be yes for some of those of whom nothing is known. */
function drawsLots(condition: CompiledCondition): boolean {
  return leavesOf(condition).some(({ source }) => 'bucket' in source || 'segment' in source);
}

function traitReaders(
  segments: readonly CompiledSegment[],
): ReadonlyMap<string, readonly CompiledSegment[]> {
  const readers = new Map<string, CompiledSegment[]>();
  for (const segment of segments) {
    const names = partsOf(segment).flatMap(({ reads }) => reads.traits ?? []);
    for (const name of new Set(names)) readers.set(name, [...(readers.get(name) ?? []), segment]);
  }
  return readers;
}

function dependentsOf(
  segments: readonly CompiledSegment[],
): ReadonlyMap<number, readonly CompiledSegment[]> {
  const dependents = new Map<number, CompiledSegment[]>();
  for (const segment of segments) {
    const read = partsOf(segment).flatMap(({ reads }) => reads.segments ?? []);
    for (const key of new Set(read.map((each) => each.key))) {
      dependents.set(key, [...(dependents.get(key) ?? []), segment]);
    }
  }
  return dependents;
}
