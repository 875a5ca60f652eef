import { z } from 'zod';
import { question } from '../operation.ts';
import { PAGE, PERSON_ID } from '../parameters.ts';
import {
  Movers,
  ProfileScorePage,
  Score,
  ScoreModel,
  ScorePage,
  ScoreVersionPage,
} from '../schemas/scores.ts';

const tag = 'Scores';
const SCORE_ID = { id: 'The score’s id.' };

export const listScores = question('read', {
  id: 'listScores',
  tag,
  summary: 'All scores, by name',
  answers: { 200: { description: 'All of them on one page.', json: ScorePage } },
});

export const readScore = question('read', {
  id: 'readScore',
  tag,
  summary: 'One score: its model, and how many people are in each band',
  path: SCORE_ID,
  answers: { 200: { description: 'As it is now.', json: Score } },
  problems: ['not_found'],
});

export const saveScore = question('admin', {
  id: 'saveScore',
  tag,
  summary: 'Save the next version of a score, or a new one',
  description: 'Everybody is looked at again; who changes bands by it is news to nobody.',
  path: SCORE_ID,
  body: { schema: ScoreModel },
  answers: {
    200: { description: 'It is saved.', json: Score },
    201: { description: 'It is new.', json: Score },
  },
  problems: ['invalid_definition', 'conflict', 'not_found'],
});

export const listScoreVersions = question('read', {
  id: 'listScoreVersions',
  tag,
  summary: 'Every model that a score had, the newest first',
  path: SCORE_ID,
  query: PAGE,
  answers: { 200: { description: 'A page of them.', json: ScoreVersionPage } },
  problems: ['not_found', 'invalid_request'],
});

export const listMovers = question('read', {
  id: 'listMovers',
  tag,
  summary: 'Whose score rose or fell most',
  path: SCORE_ID,
  query: {
    within: {
      description: 'Since when: a duration of at most 90 days.',
      schema: z.string().default('30d'),
    },
    by: { description: 'Which way.', schema: z.enum(['rise', 'fall']).default('rise') },
    limit: { description: 'How many at most.', schema: z.int().min(1).max(100).default(20) },
  },
  answers: { 200: { description: 'Whoever moved most, first.', json: Movers } },
  problems: ['not_found', 'invalid_request'],
});

export const readPersonScores = question('read', {
  id: 'readPersonScores',
  tag,
  summary: 'All scores of somebody, with every point explained',
  path: PERSON_ID,
  query: {
    days: {
      description: 'How many days of history.',
      schema: z.int().min(1).max(400).default(30),
    },
  },
  answers: { 200: { description: 'All scores on one page.', json: ProfileScorePage } },
  problems: ['not_found', 'invalid_request'],
});
