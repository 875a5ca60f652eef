import { type Event, eventKey } from '../event.ts';
import type { Calendar } from './calendar.ts';
import type { EventName, Score, Where } from './definition.ts';
import { durationMs } from './duration.ts';
import { compilePeriod, firstWhere } from './period.ts';
import type { Person } from './person.ts';
import { traitOf } from './recompute-trait.ts';
import type { ScoreCategory, ScoreModel, ScoreRule } from './score-model.ts';
import { compileTimedTest } from './timed-test.ts';
import { compileWhere } from './where.ts';
import {
  compileSlices,
  generationEndMs,
  generationOf,
  isCounted,
  POINT,
  shareAfter,
  worthAt,
} from './worth.ts';

/** Of whom a score is asked, and when. */
interface Asked {
  readonly person: Person;
  readonly nowMs: number;
  readonly calendar: Calendar;
}

/** The figure that a condition on a score compares, in points, event by event; `undefined` for `none`. */
export function scoreFigure(model: ScoreModel, score: Score, asked: Asked): number | undefined {
  const { nowMs, calendar } = asked;
  const now = millionths(model, asked, nowMs, Number.POSITIVE_INFINITY);
  if ('is' in score) return now / 1e6;
  if ('none' in score) return undefined;
  const fromMs = compilePeriod(score.within, calendar).before(nowMs);
  const on = (dayMs: number) => millionths(model, asked, dayMs, dayMs);
  if ('rose' in score) return (now - on(calendar.startOf('day', fromMs))) / 1e6;
  if ('fell' in score) return (on(calendar.startOf('day', fromMs)) - now) / 1e6;
  let peak = now;
  let dayMs = calendar.startOf('day', nowMs);
  while (dayMs > fromMs) {
    peak = Math.max(peak, on(dayMs));
    dayMs = calendar.startOf('day', dayMs, -1);
  }
  return peak / 1e6;
}

/** Did any rule ever match, or does any trait fit now? */
export function isScored(model: ScoreModel, asked: Asked): boolean {
  const rules = model.categories.flatMap((category) => category.rules);
  return (
    rules.some((rule) => matching(rule, asked, Number.POSITIVE_INFINITY).length > 0) ||
    model.fit.rules.some((rule) => fits(rule, asked))
  );
}

/**
 * Instants other than events between which what a condition compares only falls or only rises: ends of
 * generations, and where the past is asked about, every day and every day's way out of the window.
 */
export function turnsOf(model: ScoreModel, score: Score, asked: Asked): readonly number[] {
  const { person, nowMs, calendar } = asked;
  const happened = person.events.map(({ atMs }) => atMs).filter((atMs) => atMs <= nowMs);
  const ends = model.categories.flatMap(({ halfLife }) => {
    const halfLifeMs = halfLife === null ? null : (durationMs(halfLife) ?? null);
    if (halfLifeMs === null) return [];
    const sliceOf = compileSlices(halfLifeMs, calendar);
    return happened.map((atMs) => generationEndMs(sliceOf(atMs), halfLifeMs));
  });
  if (!('within' in score)) return ends;
  const { after } = compilePeriod(score.within, calendar);
  const days: number[] = [];
  let dayMs = calendar.startOf('day', Math.min(...happened));
  while (dayMs <= nowMs) {
    days.push(dayMs, after(dayMs));
    dayMs = calendar.startOf('day', dayMs, 1);
  }
  const firstMs = Math.min(...happened);
  return [...ends, ...days].filter((atMs) => atMs >= firstMs);
}

/** The first instant between two, with no turn in between, at which a figure meets or passes a threshold. */
export function crossingOf(
  model: ScoreModel,
  score: Score,
  asked: Pick<Asked, 'person' | 'calendar'>,
  [fromMs, beforeMs]: readonly [number, number],
): number | undefined {
  const compare = Object.entries(score).find(([key]) => key !== 'score' && key !== 'within')?.[1];
  const thresholds = typeof compare === 'object' ? Object.values(compare).flat() : [compare];
  const figureAt = (nowMs: number) => scoreFigure(model, score, { ...asked, nowMs }) ?? 0;
  const crossings = thresholds.flatMap((threshold) => {
    const side = (nowMs: number) => Math.sign(figureAt(nowMs) - Number(threshold));
    const before = side(fromMs);
    const differs = (nowMs: number) => side(nowMs) !== before;
    if (beforeMs - 1 <= fromMs || !differs(beforeMs - 1)) return [];
    return [firstWhere(differs, fromMs, beforeMs - 1)];
  });
  return crossings.length === 0 ? undefined : Math.min(...crossings);
}

/** The value at an instant of what happened before another, in whole millionths of a point. */
function millionths(model: ScoreModel, asked: Asked, atMs: number, before: number): number {
  const fit = model.fit.rules.filter((rule) => fits(rule, asked));
  let sum =
    limited(
      fit.reduce((points, rule) => points + rule.points, 0),
      model.fit.cap,
    ) * POINT;
  for (const category of model.categories) {
    const lasting = category.rules.filter(({ points, lasts }) => points < 0 || lasts);
    const held = lasting.filter((rule) => isHeld(rule, asked, atMs, before));
    const points = held.reduce((total, rule) => total + rule.points, 0);
    const worth = decayed(category, asked, atMs, before) + points * POINT;
    sum += limited(worth, category.cap * POINT);
  }
  return Math.round(Math.min(model.max, Math.max(0, sum / POINT)) * 1e6);
}

/** Each slice's points as one whole number, decayed from slice to slice within a generation. */
function decayed(category: ScoreCategory, asked: Asked, atMs: number, before: number): number {
  const halfLifeMs = category.halfLife === null ? null : (durationMs(category.halfLife) ?? null);
  const sliceOf = compileSlices(halfLifeMs, asked.calendar);
  const given = category.rules
    .filter(({ points, lasts }) => points > 0 && lasts === undefined)
    .flatMap((rule) =>
      countedOf(rule, asked, before, sliceOf).map(({ atMs: at }) => ({ rule, at })),
    );
  const slices = [...new Set(given.map(({ at }) => sliceOf(at)))].sort((a, b) => a - b);
  const generations = [...new Set(slices.map((slice) => generationOf(slice, halfLifeMs)))];
  let worth = 0;
  for (const generation of generations.reverse()) {
    if (!isCounted(generation, atMs, halfLifeMs)) continue;
    let sum = 0;
    let lastMs = 0;
    for (const slice of slices) {
      if (generationOf(slice, halfLifeMs) !== generation) continue;
      const own = given.filter(({ at }) => sliceOf(at) === slice);
      const points = own.reduce(
        (total, { rule, at }) => total + rule.points * worthAt(at - slice, halfLifeMs),
        0,
      );
      sum = (sum === 0 ? 0 : sum * shareAfter(slice - lastMs, halfLifeMs)) + points;
      lastMs = slice;
    }
    worth += sum * shareAfter(atMs - lastMs, halfLifeMs);
  }
  return worth;
}

/** All of a rule's events, or the first of each session in each slice. */
function countedOf(
  rule: ScoreRule,
  asked: Asked,
  before: number,
  sliceOf: (atMs: number) => number,
): readonly Event[] {
  const events = matching(rule, asked, before).toSorted((a, b) => a.atMs - b.atMs);
  if (rule.per !== 'session') return events;
  const nameOf = ({ atMs, sessionId }: Event) => JSON.stringify([sliceOf(atMs), sessionId ?? null]);
  return events.filter(
    (event, index) => !events.slice(0, index).some((other) => nameOf(other) === nameOf(event)),
  );
}

function isHeld(rule: ScoreRule, asked: Asked, atMs: number, before: number): boolean {
  const lastMs = Math.max(...matching(rule, asked, before).map((event) => event.atMs));
  if (!Number.isFinite(lastMs)) return false;
  const { lasts, until } = rule;
  if (lasts !== undefined && atMs >= compilePeriod(lasts, asked.calendar).after(lastMs))
    return false;
  return (
    until === undefined || matching(until, asked, before).every((event) => event.atMs < lastMs)
  );
}

function matching(
  { did, where = {} }: { readonly did: EventName; readonly where?: Where },
  { person, nowMs }: Asked,
  before: number,
): readonly Event[] {
  const passes = compileWhere(where);
  return person.events.filter((event) => {
    const name = eventKey(event);
    const isNamed = name !== undefined && [did].flat().includes(name);
    return isNamed && event.atMs <= nowMs && event.atMs < before && passes(event);
  });
}

function fits({ trait, is }: ScoreModel['fit']['rules'][number], asked: Asked): boolean {
  return compileTimedTest(is, asked.calendar)(traitOf(trait, asked), asked.nowMs).is;
}

function limited(points: number, cap: number): number {
  return Math.min(cap, Math.max(-cap, points));
}
