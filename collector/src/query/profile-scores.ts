import { publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import type { Calendar } from '../segments/calendar.ts';
import type { CompiledScore } from '../segments/compiled.ts';
import { eventWords } from '../segments/evidence-words.ts';
import { nextBandMs, partsOf } from '../segments/leaves/score.ts';
import type { Plan } from '../segments/plan.ts';
import type { History } from '../segments/replay.ts';
import { type Curve, MILLIONTHS, roundedPoints } from '../segments/score-curve.ts';
import { valueFigure } from '../segments/score-figure.ts';
import { giftsOf, type RuleGifts } from '../segments/score-gifts.ts';
import { bandOf } from '../segments/score-model.ts';
import { readScore } from '../segments/score-reading.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';
import type { Database } from '../store/open.ts';
import type { ProfileScoreAnswer, ScoreDay, ScorePartAnswer } from './answers.ts';
import { DAYS_MAX, dateOf } from './days.ts';
import { loadHistory } from './events.ts';
import type { ExportedScore } from './privacy-answers.ts';
import { planOf, replay } from './replay.ts';
import { planOfSite } from './segments.ts';
import { stateNow } from './state-now.ts';

/** Events shown of one rule: beyond it nobody reads on, and the count says how many more. */
const EVENTS_MAX = 20;

/**
 * All scores of a person as of `nowMs`, with every point explained by its rule and event, and the
 * values with which the last days ended. Read from the log.
 */
export async function tellScores(
  database: Database,
  person: Profile,
  { nowMs, days }: { readonly nowMs: number; readonly days: number },
): Promise<readonly ProfileScoreAnswer[]> {
  const definitions = await loadSiteDefinitions(database, person.site);
  const { scores, timeZone } = definitions;
  const ids = scores.map(({ model }) => model.id);
  // A plan in which every score is asked about the whole past keeps all that its curve needs.
  const asking = ids.map((id) => ({
    ...{ id, name: id, kind: 'implicit' as const },
    if: { score: id, peak: 0, within: `${DAYS_MAX}d` },
  }));
  const plan = planOf(asking, timeZone, { scores });
  const history = await loadHistory(database, person);
  const past = history.filter(([{ atMs }]) => atMs <= nowMs);
  const { state } = replay(plan, person.state, past, nowMs);
  return [...plan.scores.values()].map((score) => {
    const curve = readScore(score, state, nowMs);
    const whom = { self: person.id, history: past };
    return {
      ...standing(score, curve, nowMs),
      parts: explain(plan, score, curve, whom, nowMs),
      days: daysOf(curve, score.calendar, { nowMs, days }),
    };
  });
}

/** A person's scores as of `nowMs`, from what is remembered of them. */
export async function* exportScores(
  database: Database,
  person: Profile,
  nowMs: number,
): AsyncGenerator<ExportedScore, undefined> {
  const plan = await planOfSite(database, person.site);
  const state = await stateNow(database, plan, person, nowMs);
  for (const score of plan.scores.values()) {
    const told = standing(score, readScore(score, state, nowMs), nowMs);
    const { id, name, version, value, max, band } = told;
    yield { id, name, version, value, max, band };
  }
  return undefined;
}

function standing({ model, version }: CompiledScore, curve: Curve, nowMs: number) {
  const { id, name, max, bands } = model;
  const value = curve.valueAt(nowMs) / MILLIONTHS;
  const { id: band, name: bandName } = (curve.isScored && bands[bandOf(model, value)]) || NO_BAND;
  const crossesMs = curve.isScored
    ? nextBandMs(model, valueFigure(curve), nowMs)
    : Number.POSITIVE_INFINITY;
  const changesMs = Math.min(crossesMs, curve.fitUntilMs);
  return {
    ...{ id, name, version, value, max },
    band: { id: band, name: bandName },
    ...(changesMs < Number.POSITIVE_INFINITY && { changesAt: formatInstant(changesMs) }),
  };
}

const NO_BAND = { id: 'none', name: 'None' };

function explain(
  plan: Plan,
  score: CompiledScore,
  curve: Curve,
  whom: { readonly self: number; readonly history: History },
  nowMs: number,
): readonly ScorePartAnswer[] {
  const gifts = giftsOf(plan, score, whom, nowMs);
  const events = new Map(whom.history.map(([event, id]) => [id, event]));
  const ruleOf = ({ id, name, points, gifts }: RuleGifts) => ({
    ...{ id, name, points: roundedPoints(points), count: gifts.length },
    events: gifts.slice(0, EVENTS_MAX).map(({ event, atMs, points }) => {
      const did = events.get(event);
      return {
        event: publicId('evt', event),
        timestamp: formatInstant(atMs),
        words: did === undefined ? '' : eventWords(did),
        points: roundedPoints(points),
      };
    }),
  });
  return partsOf(score, curve, nowMs).map((part, index) => {
    const category = score.model.categories[index];
    const rules = gifts[index] ?? [];
    return {
      ...part,
      cap: category?.cap ?? score.model.fit.cap,
      ...(category && { halfLife: category.halfLife }),
      rules: rules.filter(({ gifts }) => gifts.length > 0).map(ruleOf),
    };
  });
}

/** The values with which days ended, the oldest first; the last one is that of now. */
function daysOf(
  curve: Curve,
  { zone, startOf }: Calendar,
  { nowMs, days }: { readonly nowMs: number; readonly days: number },
): readonly ScoreDay[] {
  const date = dateOf(zone);
  const told: ScoreDay[] = [{ day: date(nowMs), value: curve.valueAt(nowMs) / MILLIONTHS }];
  for (let endMs = startOf('day', nowMs); told.length < days; endMs = startOf('day', endMs, -1)) {
    told.push({ day: date(endMs - 1), value: curve.valueBefore(endMs) / MILLIONTHS });
  }
  return told.reverse();
}
