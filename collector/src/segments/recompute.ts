import type { Event } from '../event.ts';
import { parseInstant } from '../instant.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import { COMPANY_PAST_MAX } from './company-limit.ts';
import type { Condition, Definition, Leaf, Score } from './definition.ts';
import { compilePeriod } from './period.ts';
import type { Person, Site } from './person.ts';
import { holds, type Past } from './recompute-condition.ts';
import { crossingOf, turnsOf } from './recompute-score.ts';
import type { ScoreModel } from './score-model.ts';

const UTC: Site = { timeZone: 'UTC', segments: new Map() };

/**
 * Answers from the full log alone: no lists, no dues, no plan, just the meaning of the definition
 * counted event by event. Slow and plain on purpose: it is what the incremental engine is held
 * against, in tests and in the audit.
 */
export function recompute(
  definition: Definition,
  person: Person,
  nowMs: number,
  site: Site = UTC,
): boolean {
  if (!person.events.some(({ atMs }) => atMs <= nowMs)) return false;
  const calendar = calendarOf(site.timeZone);
  const read = readBy(definition, site);
  if (!read.some(dependsOnPast)) {
    const past = readDirectly(person, nowMs, site);
    return isTrue(definition, { person, nowMs, calendar, past, ...scoresOf(site) });
  }
  return live(read, person, nowMs, site).get(definition.id)?.enteredMs !== undefined;
}

/** Can the log alone tell? Not where people are ranked, which is done from time to time. */
export function isRecomputable(definition: Definition, site: Site): boolean {
  return !readBy(definition, site).some(({ top }) => top !== undefined);
}

/**
 * Can it tell of this person? Where a definition depends on its own past and asks about a company,
 * only of those none of whose companies is larger than {@link COMPANY_PAST_MAX}: what was true of a
 * larger one before a late event came is kept by nobody.
 */
export function isRecomputableOf(definition: Definition, person: Person, site: Site): boolean {
  const read = readBy(definition, site);
  if (!(read.some(dependsOnPast) && read.some(asksCompany))) return true;
  return [...companiesNamedBy(person)].every((company) => {
    const people = everybodyWho(person, (named) => named.has(company));
    const events = people.reduce((total, each) => total + each.events.length, 0);
    return people.length <= COMPANY_PAST_MAX.people && events <= COMPANY_PAST_MAX.events;
  });
}

/** Everybody of whom the companies that they ever named are such ones. */
function everybodyWho(
  person: Person,
  are: (named: ReadonlySet<string>) => boolean,
): readonly Pick<Person, 'events'>[] {
  return (person.everybody ?? [person]).filter((each) => are(companiesNamedBy(each)));
}

function companiesNamedBy({ events }: Pick<Person, 'events'>): ReadonlySet<string> {
  const named = events.flatMap(({ type, groupId }) =>
    type === 'group' && groupId !== undefined ? [groupId] : [],
  );
  return new Set(named);
}

/** Does a definition, or any that it reads, ask about companies? Then everybody has to be known. */
export function needsEverybody(definition: Definition, site: Site): boolean {
  return readBy(definition, site).some(asksCompany);
}

function asksCompany(definition: Definition): boolean {
  return leavesOf(definition).some((leaf) => 'account' in leaf);
}

/** A definition and all that it reads, each after what it reads. */
function readBy(definition: Definition, site: Site): readonly Definition[] {
  const found = new Set<Definition>();
  const visit = (each: Definition) => {
    for (const id of referencesOf(each)) {
      const read = site.segments.get(id);
      if (read !== undefined && !found.has(read)) visit(read);
    }
    found.add(each);
  };
  visit(definition);
  return [...found];
}

/** How somebody stood to segments that only what happened decides. */
function readDirectly(person: Person, nowMs: number, site: Site): (id: string) => Past {
  return (id) => {
    const definition = site.segments.get(id);
    const isIn = definition !== undefined && recompute(definition, person, nowMs, site);
    return isIn ? { enteredMs: nowMs } : {};
  };
}

/**
 * Walks through every instant at which anything can change, and notes who came and went. Whatever
 * comes of a change after some time is an instant too.
 */
function live(
  definitions: readonly Definition[],
  person: Person,
  nowMs: number,
  site: Site,
): ReadonlyMap<string, Past> {
  const calendar = calendarOf(site.timeZone);
  const scored = readScores(definitions, site);
  const texts = [...definitions, ...scored.map(({ model }) => model)].map((each) =>
    JSON.stringify(each),
  );
  const periods = [...new Set(texts.flatMap(durationsIn))].map((duration) =>
    compilePeriod(duration, calendar),
  );
  const pasts = new Map<string, Past>(definitions.map(({ id }) => [id, {}]));
  const calendars = [calendar, ...new Set(definitions.flatMap(zonesOf))].map((zone) =>
    typeof zone === 'string' ? calendarOf(zone) : zone,
  );
  const own = companiesNamedBy(person);
  const colleagues = definitions.some(asksCompany)
    ? everybodyWho(person, (named) => [...named].some((company) => own.has(company)))
    : [];
  const agenda = new Set(instantsOf([person, ...colleagues], periods, calendars));
  const asked = { person, nowMs, calendar };
  for (const { model, score } of scored) {
    for (const atMs of turnsOf(model, score, asked)) agenda.add(atMs);
  }
  let lastMs: number | undefined;
  for (;;) {
    const earliest = [...agenda].reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const next = crossingBetween(scored, asked, lastMs, Math.min(earliest, nowMs + 1)) ?? earliest;
    if (next > nowMs) return pasts;
    agenda.delete(next);
    lastMs = next;
    for (const definition of definitions) {
      const was = pasts.get(definition.id) ?? {};
      const past = (id: string) => pasts.get(id) ?? {};
      const at = { person, nowMs: next, calendar, past, ...scoresOf(site) };
      const is = step(definition, was, at);
      if (is.enteredMs === was.enteredMs) continue;
      pasts.set(definition.id, is);
      for (const { after } of periods) agenda.add(after(next));
    }
  }
}

/** What scores conditions read, with the conditions. */
function readScores(
  definitions: readonly Definition[],
  { scores }: Site,
): readonly { readonly model: ScoreModel; readonly score: Score }[] {
  return definitions.flatMap(leavesOf).flatMap((leaf) => {
    const model = 'score' in leaf ? scores?.get(leaf.score) : undefined;
    return model !== undefined && 'score' in leaf ? [{ model, score: leaf }] : [];
  });
}

/** The first instant after one and before another at which time alone takes a score over a threshold. */
function crossingBetween(
  scored: ReturnType<typeof readScores>,
  asked: Pick<At, 'person' | 'calendar'>,
  lastMs: number | undefined,
  beforeMs: number,
): number | undefined {
  if (lastMs === undefined) return undefined;
  const found = scored.flatMap(
    ({ model, score }) => crossingOf(model, score, asked, [lastMs, beforeMs]) ?? [],
  );
  return found.length === 0 ? undefined : Math.min(...found);
}

interface At {
  readonly person: Person;
  readonly nowMs: number;
  readonly calendar: Calendar;
  readonly past: (id: string) => Past;
  readonly scores?: ReadonlyMap<string, ScoreModel>;
}

function scoresOf({ scores }: Site): Pick<At, 'scores'> {
  return scores === undefined ? {} : { scores };
}

function step(definition: Definition, was: Past, at: At): Past {
  const { nowMs } = at;
  if (was.enteredMs === undefined) {
    const stays = definition.leaveIf !== undefined && holds(definition.leaveIf, at);
    const enters = isTrue(definition, at) && !stays;
    return enters ? { ...was, enteredMs: nowMs, lastEnteredMs: nowMs } : was;
  }
  const { minStay } = definition;
  if (minStay !== undefined) {
    if (nowMs < compilePeriod(minStay, at.calendar).after(was.enteredMs)) return was;
  }
  const leaves =
    definition.leaveIf === undefined
      ? !isTrue(definition, at)
      : holds(definition.leaveIf, at) || !isAmong(definition, at.person);
  if (!leaves) return was;
  const { enteredMs: _, ...rest } = was;
  return { ...rest, lastLeftMs: nowMs };
}

function isTrue(definition: Definition, at: At): boolean {
  return isAmong(definition, at.person) && holds(definition.if, at);
}

function isAmong({ who = 'all' }: Definition, { known }: Person): boolean {
  return who === 'all' || known === (who === 'known');
}

function dependsOnPast({ leaveIf, minStay, ...definition }: Definition): boolean {
  if (leaveIf !== undefined || minStay !== undefined) return true;
  return /"state":"(ever|entered|left)"/.test(JSON.stringify(definition));
}

function referencesOf(definition: Definition): readonly string[] {
  return leavesOf(definition).flatMap((leaf) => ('segment' in leaf ? [leaf.segment] : []));
}

function leavesOf(definition: Definition): readonly Leaf[] {
  const found: Leaf[] = [];
  const visit = (condition: Condition) => {
    if ('not' in condition) visit(condition.not);
    else if ('all' in condition) condition.all.forEach(visit);
    else if ('any' in condition) condition.any.forEach(visit);
    else found.push(condition);
  };
  visit(definition.if);
  if (definition.leaveIf) visit(definition.leaveIf);
  return found;
}

/** Every text that reads as a duration: too many instants do no harm, too few would. */
function durationsIn(text: string): readonly string[] {
  return [...text.matchAll(/"(\d+(?:s|m|h|d|w|mo|y))"/g)].flatMap(([, duration]) =>
    duration === undefined ? [] : [duration],
  );
}

function zonesOf(definition: Definition): readonly string[] {
  return [...JSON.stringify(definition).matchAll(/"zone":"([^"]+)"/g)].flatMap(
    ([, zone]) => zone ?? [],
  );
}

const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;

/**
 * When something happened to the first of some people or to others, so long after it, around instants
 * that traits name, and at turns of the calendar; nothing before the first one did anything.
 */
function instantsOf(
  people: readonly Pick<Person, 'events'>[],
  periods: readonly ReturnType<typeof compilePeriod>[],
  calendars: readonly Calendar[],
): readonly number[] {
  const events = people.flatMap((each) => each.events);
  const named = events.flatMap(({ traits }) => momentsIn(traits));
  const happened = events.map(({ atMs }) => atMs);
  const around = [...happened, ...named].flatMap((atMs) =>
    periods.flatMap(({ before, after }) => [before(atMs), after(atMs)]),
  );
  const turns = happened.flatMap((atMs) =>
    calendars.flatMap(({ startOf }) =>
      UNITS.flatMap((unit) => [startOf(unit, atMs, 1), startOf(unit, atMs, 2)]),
    ),
  );
  const firstMs = (people[0]?.events ?? []).reduce((ms, { atMs }) => Math.min(ms, atMs), Infinity);
  const all = [...happened, ...named, ...around, ...turns];
  return all.filter((atMs) => atMs >= firstMs);
}

/** Every number and text in there that reads as an instant. */
function momentsIn(traits: Event['traits']): readonly number[] {
  const values = [...JSON.stringify(traits).matchAll(/"([^"]+)"|(\d+)/g)];
  return values.flatMap(([, text, digits]) => parseInstant(text ?? Number(digits)) ?? []);
}
