import { type Calendar, calendarOf as makeCalendar } from './calendar.ts';
import { type CompiledCondition, type CompiledScore, FOREVER } from './compiled.ts';
import { leavesOf } from './condition.ts';
import {
  type AccountQuestions,
  type Draft,
  draft,
  draftingOf,
  type StoredSegment,
} from './draft.ts';
import { evaluate } from './evaluate.ts';
import { buildIndex, type EventIndex } from './event-index.ts';
import type { Facts } from './facts.ts';
import { compileKnown } from './leaves/known.ts';
import { compileBand } from './leaves/score.ts';
import type { Matcher } from './matcher.ts';
import { compilePeriod, type Period } from './period.ts';
import { type CompiledRanking, candidatesKey, NEVER, notAmong } from './ranking.ts';
import type { Memory } from './recency.ts';
import { bandKey, type StoredScore } from './score-model.ts';

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
   * tell what their company was at the time.
   */
  readonly isHistoric: boolean;
  /** Depends on what was true before and {@link asksCompany}: goes by the histories of all colleagues. */
  readonly isShared: boolean;
  /** Asks about the person's company, or reads a segment that does. */
  readonly asksCompany: boolean;
  /** Others ask when somebody entered or left. */
  readonly keepsMoments: boolean;
  /** Reads what fades all the time, so that it is looked at again before it changes. */
  readonly fades: boolean;
  /** Keeps only the first of its candidates; who they are is said from time to time. */
  readonly ranking?: CompiledRanking;
  /** Is no segment of the owner's but those who fulfil the condition of the one of this number. */
  readonly candidatesOf?: number;
  /** Is no segment of the owner's but the people in a band of a score. */
  readonly band?: { readonly score: CompiledScore; readonly place: number };
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
  /** Those and all that they read, at whatever remove, as a plan of their own; absent where there are none. */
  readonly past?: Plan;
  /** Those that {@link CompiledSegment.isShared}. */
  readonly shared: readonly CompiledSegment[];
  /** By id. */
  readonly scores: ReadonlyMap<string, CompiledScore>;
}

/** What the segments of a site ask of companies. */
export interface AccountPlan {
  /** The names of the traits that are read. */
  readonly traits: ReadonlySet<string>;
  /** A company is judged like a person: each condition on its people together is a segment here. */
  readonly plan: Plan;
}

/**
 * @param revision - The site's revision, at least that of its newest segment.
 * @param timeZone - IANA name; calendar days are counted in it.
 */
export function compilePlan(
  stored: readonly StoredSegment[],
  revision: number,
  timeZone: string,
  storedScores: readonly StoredScore[] = [],
): Plan {
  const zones = new Map<string, Calendar>();
  const calendarOf = (zone: string) => {
    const calendar = zones.get(zone) ?? makeCalendar(zone);
    zones.set(zone, calendar);
    return calendar;
  };
  const calendar = calendarOf(timeZone);
  const byRevision = stored.toSorted((a, b) => a.revision - b.revision || a.key - b.key);
  const drafting = draftingOf(byRevision, storedScores, { calendar, calendarOf });
  const drafts = byRevision.map((each) => draft(each, drafting));
  const { needs, questions, scores } = drafting;
  const owned = finish(drafts, calendar);
  const segments = [...owned, ...bandsOf([...scores.values()], owned.length)];
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
  const plan: Plan = {
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
    shared: readersOf(({ isShared }) => isShared),
    scores,
  };
  return plan.historic.length === 0 ? plan : { ...plan, past: pastOf(plan) };
}

/** What a plan says of some of its segments, which read no others. */
function restricted(plan: Plan, keeps: (segment: CompiledSegment) => boolean): Plan {
  const ofAll = <Key>(readers: ReadonlyMap<Key, readonly CompiledSegment[]>) =>
    new Map([...readers].map(([key, segments]) => [key, segments.filter(keeps)]));
  const matchers = [...plan.matchers]
    .map(([id, each]): [string, PlannedMatcher] => [
      id,
      { ...each, segments: each.segments.filter(keeps) },
    ])
    .filter(([, { segments }]) => segments.length > 0);
  return {
    ...plan,
    matchers: new Map(matchers),
    segments: new Map([...plan.segments].filter(([, segment]) => keeps(segment))),
    index: buildIndex(matchers.map(([, { matcher }]) => matcher)),
    bornInto: plan.bornInto.filter(keeps),
    byTrait: ofAll(plan.byTrait),
    onActivity: plan.onActivity.filter(keeps),
    onBeginning: plan.onBeginning.filter(keeps),
    onAccount: plan.onAccount.filter(keeps),
    dependents: ofAll(plan.dependents),
    shared: plan.shared.filter(keeps),
  };
}

/** Who is in which band of a score is kept like who is in which segment. */
function bandsOf(scores: readonly CompiledScore[], firstOrder: number): readonly CompiledSegment[] {
  return scores
    .flatMap((score) => score.model.bands.map((_, place) => ({ score, place })))
    .map(({ score, place }, index) => {
      const { key, version, revision, model, matchers } = score;
      const condition = compileBand(score, place);
      const { id, name } = model.bands[place] ?? model;
      return {
        key: bandKey(key, place),
        id: `${model.id}:${id}`,
        name,
        version,
        revision,
        condition,
        enters: condition,
        leaves: { op: 'not', of: condition },
        matchers: new Set(matchers),
        order: firstOrder + index,
        isHistoric: false,
        isShared: false,
        asksCompany: false,
        keepsMoments: false,
        fades: true,
        band: { score, place },
      };
    });
}

/** Puts segments in their order and says what depends on the past. */
function finish(drafts: readonly Draft[], calendar: Calendar): readonly CompiledSegment[] {
  const asked = new Set(
    drafts.flatMap(({ reads }) => reads.filter(({ past }) => past).map(({ key }) => key)),
  );
  const finished = new Map<number, CompiledSegment>();
  /** What other people do decides who is in these, so no one's history tells it. */
  const ofOthers = new Set<number>();
  for (const each of inOrder(drafts)) {
    const { stored, condition, leaveIf, matchers, reads, revision, ranking } = each;
    const { definition, key, version } = stored;
    const { minStay, who = 'all' } = definition;
    const asksCompany =
      each.asksCompany || reads.some((read) => finished.get(read.key)?.asksCompany === true);
    const dependsOnPast =
      leaveIf !== undefined ||
      minStay !== undefined ||
      asked.has(key) ||
      reads.some((read) => read.past || isOfPast(finished.get(read.key)));
    const stay = minStay === undefined ? undefined : compilePeriod(minStay, calendar);
    const outside: CompiledCondition = {
      op: 'not',
      of: who === 'all' ? ALWAYS : compileKnown(who === 'known'),
    };
    const isOfOthers = reads.some((read) => ofOthers.has(read.key));
    if (isOfOthers || ranking !== undefined) ofOthers.add(key);
    const whole: CompiledSegment = {
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
      isHistoric: dependsOnPast && !asksCompany && !isOfOthers,
      isShared: dependsOnPast && asksCompany && !isOfOthers,
      asksCompany,
      keepsMoments: asked.has(key),
      fades: each.fades,
    };
    for (const segment of ranking === undefined ? [whole] : ranked(whole, ranking)) {
      finished.set(segment.key, segment);
    }
  }
  return [...finished.values()];
}

function isOfPast(segment: CompiledSegment | undefined): boolean {
  return segment !== undefined && (segment.isHistoric || segment.isShared);
}

/** Those who would be members, and after them those of them who are. */
function ranked(whole: CompiledSegment, ranking: CompiledRanking): readonly CompiledSegment[] {
  const { key, id, name, order, matchers, condition, minStay: _, ...rest } = whole;
  const candidates = candidatesKey(key);
  return [
    { ...whole, key: candidates, keepsMoments: false, candidatesOf: key },
    {
      ...{ ...rest, key, id, name, condition, matchers, ranking },
      ...{ enters: NEVER, leaves: notAmong(id, candidates), order: order + 1 },
      ...{ isHistoric: false, isShared: false },
    },
  ];
}

const ALWAYS: CompiledCondition = { op: 'all', of: [] };

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

/** Whoever reads a segment comes after it, so going backwards meets all readers before what they read. */
function pastOf(plan: Plan): Plan {
  const leading = new Set<CompiledSegment>();
  for (const segment of [...plan.segments.values()].reverse()) {
    const readers = plan.dependents.get(segment.key) ?? [];
    if (segment.isHistoric || readers.some((each) => leading.has(each))) leading.add(segment);
  }
  return restricted(plan, (segment) => leading.has(segment));
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
