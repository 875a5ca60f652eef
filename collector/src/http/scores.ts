import type { Hono } from 'hono';
import type { Writer } from '../ingest/writer.ts';
import type { Page, ProfileScoreAnswer, ScoreAnswer } from '../query/answers.ts';
import { DAYS_MAX } from '../query/days.ts';
import { listMovers } from '../query/movers.ts';
import { tellScores } from '../query/profile-scores.ts';
import { findScore, findStoredScore, listScores, listScoreVersions } from '../query/scores.ts';
import { durationMs, readDuration } from '../segments/duration.ts';
import { parseScoreModel } from '../segments/parse-score-model.ts';
import { BACK_DAYS } from '../segments/score.ts';
import { SCORES_MAX } from '../segments/score-model.ts';
import type { Database } from '../store/open.ts';
import { type Ask, refuse, siteOf, withBody, withPage } from './ask.ts';
import type { Asker } from './auth.ts';
import * as operations from './openapi/operations/scores.ts';
import type { Problem } from './problem.ts';
import { withPerson } from './profiles.ts';
import { withId } from './segments.ts';

export interface ScoreDeps {
  /** A connection that only reads. */
  readonly database: Database;
  readonly writer: Pick<Writer, 'saveScore'>;
  readonly clock: () => number;
}

const DAY_MS = 86_400_000;
const MOVERS_DEFAULT = { within: '30d', limit: 20 };
const MOVERS_MAX = 100;
/** Days that are told of a person's score where no number is asked for. */
const DAYS_DEFAULT = 30;

/** How interest is counted, whose it is, and who moves. */
export function scoreRoutes(app: Hono<Asker>, deps: ScoreDeps): void {
  const { database, writer, clock } = deps;
  app.get('/v1/scores', operations.listScores, async (c) => {
    const data = await listScores(database, siteOf(c));
    return c.json({ data, next: null } satisfies Page<ScoreAnswer>);
  });

  app.get('/v1/scores/:id', operations.readScore, async (c) => {
    const found = await findScore(database, siteOf(c), c.req.param('id'));
    return found ? c.json(found) : noScore(c);
  });

  app.put('/v1/scores/:id', operations.saveScore, (c) =>
    withBody(c, async (body) => {
      const id = c.req.param('id');
      const parsed = parseScoreModel(withId(body, id));
      if (!parsed.ok) return refuse(c, wrongModel(parsed.errors));
      const saved = await writer.saveScore(siteOf(c), parsed.value);
      if (saved.kind === 'full') {
        const detail = `A site has at most ${SCORES_MAX} scores; change one of those it has.`;
        return refuse(c, { code: 'conflict', detail, limit: SCORES_MAX });
      }
      const answer = await findScore(database, siteOf(c), id);
      return answer ? c.json(answer, saved.created ? 201 : 200) : noScore(c);
    }),
  );

  app.get('/v1/scores/:id/versions', operations.listScoreVersions, async (c) => {
    const score = await findStoredScore(database, siteOf(c), c.req.param('id'));
    if (!score) return noScore(c);
    return await withPage(c, 1, async (page) =>
      c.json(await listScoreVersions(database, score, page)),
    );
  });

  app.get('/v1/scores/:id/movers', operations.listMovers, async (c) => {
    const id = c.req.param('id');
    if (!(await findStoredScore(database, siteOf(c), id))) return noScore(c);
    const { within = MOVERS_DEFAULT.within, by = 'rise', limit: text } = c.req.query();
    const limit = text === undefined ? MOVERS_DEFAULT.limit : Number(text);
    if (!isWithin(within)) {
      const detail = `within must be a duration from 1s to ${BACK_DAYS}d, such as 30d.`;
      return refuse(c, { code: 'invalid_request', detail, limit: BACK_DAYS });
    }
    if (by !== 'rise' && by !== 'fall') {
      return refuse(c, { code: 'invalid_request', detail: 'by must be rise or fall.' });
    }
    if (!Number.isInteger(limit) || limit < 1 || limit > MOVERS_MAX) {
      const detail = `limit must be an integer from 1 to ${MOVERS_MAX}.`;
      return refuse(c, { code: 'invalid_request', detail, limit: MOVERS_MAX });
    }
    return c.json(await listMovers(database, siteOf(c), { score: id, within, by, limit }, clock()));
  });

  app.get('/v1/profiles/:id/scores', operations.readPersonScores, (c) =>
    withPerson(c, deps, async (person) => {
      const days = Number(c.req.query('days') ?? DAYS_DEFAULT);
      if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
        const detail = `days must be an integer from 1 to ${DAYS_MAX}.`;
        return refuse(c, { code: 'invalid_request', detail, limit: DAYS_MAX });
      }
      const data = await tellScores(database, person, { nowMs: clock(), days });
      return c.json({ data, next: null } satisfies Page<ProfileScoreAnswer>);
    }),
  );
}

/** Months and years go by the calendar and may be longer than is remembered. */
function isWithin(text: string): boolean {
  if (!readDuration(text).ok) return false;
  const ms = durationMs(text);
  return ms !== undefined && ms <= BACK_DAYS * DAY_MS;
}

function wrongModel(errors: NonNullable<Problem['errors']>): Problem {
  const [first] = errors;
  const detail = first ? `${first.pointer}: ${first.detail}` : 'The model is wrong.';
  return { code: 'invalid_definition', detail, errors };
}

function noScore(c: Ask): Response {
  const detail = 'There is no score of this id; GET /v1/scores lists all.';
  return refuse(c, { code: 'not_found', detail });
}
