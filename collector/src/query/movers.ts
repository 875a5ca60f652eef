import type { Duration } from '../segments/definition.ts';
import { compilePeriod } from '../segments/period.ts';
import { MILLIONTHS } from '../segments/score-curve.ts';
import { readScore } from '../segments/score-reading.ts';
import type { Database } from '../store/open.ts';
import type { MoverAnswer, MoversAnswer } from './answers.ts';
import { type Effort, passOver } from './crowd.ts';
import { personAnswer } from './person.ts';
import { planOfSite } from './segments.ts';
import { stateNow } from './state-now.ts';

/** States are read and no histories, so that one answer may look at many: about two seconds. */
const MOVERS: Effort = { peopleMax: 50_000, eventsMax: Number.POSITIVE_INFINITY };

/**
 * Whose score rose or fell most: against the value with which the day began that holds the instant
 * `within` ago, as conditions with `rose` and `fell` count.
 *
 * @param asked.within - At most as long as everybody's score is remembered.
 */
export async function listMovers(
  database: Database,
  site: number,
  asked: {
    readonly score: string;
    readonly within: Duration;
    readonly by: 'rise' | 'fall';
    readonly limit: number;
  },
  nowMs: number,
): Promise<MoversAnswer> {
  const plan = await planOfSite(database, site);
  const score = plan.scores.get(asked.score);
  if (score === undefined) throw new Error('Invariant broken: the score was found');
  const { calendar } = score;
  const thenMs = calendar.startOf('day', compilePeriod(asked.within, calendar).before(nowMs));
  const sign = asked.by === 'rise' ? 1 : -1;
  let movers: MoverAnswer[] = [];
  const byMove = (a: MoverAnswer, b: MoverAnswer) => sign * (b.change - a.change);
  const sampled = await passOver(
    database,
    site,
    async ({ person }) => {
      const state = await stateNow(database, plan, person, nowMs);
      const curve = readScore(score, state, nowMs);
      const value = curve.valueAt(nowMs);
      const before = curve.valueBefore(thenMs);
      if (sign * (value - before) <= 0) return;
      const change = (value - before) / MILLIONTHS;
      const told = { value: value / MILLIONTHS, before: before / MILLIONTHS, change };
      movers.push({ ...personAnswer(person, state), ...told });
      if (movers.length >= 2 * asked.limit) movers = movers.sort(byMove).slice(0, asked.limit);
    },
    MOVERS,
    { history: false },
  );
  return {
    data: movers.sort(byMove).slice(0, asked.limit),
    next: null,
    ...(sampled && { sampled }),
  };
}
