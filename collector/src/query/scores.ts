import { and, asc, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { formatInstant } from '../instant.ts';
import { bandKey, type ScoreModel, type StoredScore } from '../segments/score-model.ts';
import type { Database } from '../store/open.ts';
import { memberCount, score, scoreVersion } from '../store/schema.ts';
import { readScore } from '../store/scores.ts';
import type { Page, ScoreAnswer, ScoreVersionAnswer } from './answers.ts';
import { formatCursor, type Position } from './cursor.ts';
import { progressOf } from './progress.ts';

type ScoreRow = typeof score.$inferSelect;

/** All scores of a site, by name. */
export async function listScores(
  database: Database,
  site: number,
): Promise<readonly ScoreAnswer[]> {
  const rows = await database
    .select()
    .from(score)
    .where(eq(score.site, site))
    .orderBy(asc(score.key));
  const answers = await Promise.all(rows.map((row) => answerOf(database, row)));
  return answers.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

export async function findScore(
  database: Database,
  site: number,
  id: string,
): Promise<ScoreAnswer | undefined> {
  const [row] = await database.select().from(score).where(named(site, id));
  return row && (await answerOf(database, row));
}

/** A score as it is stored; `undefined` if the site has none of this id. */
export async function findStoredScore(
  database: Database,
  site: number,
  id: string,
): Promise<StoredScore | undefined> {
  const [row] = await database.select().from(score).where(named(site, id));
  return row && readScore(row);
}

/** Every model that a score had, the newest first. */
export async function listScoreVersions(
  database: Database,
  { key }: Pick<StoredScore, 'key'>,
  page: { readonly after?: Position; readonly limit: number },
): Promise<Page<ScoreVersionAnswer>> {
  const { version } = scoreVersion;
  const [before] = page.after ?? [];
  const rows = await database
    .select()
    .from(scoreVersion)
    .where(and(eq(scoreVersion.score, key), before === undefined ? undefined : lt(version, before)))
    .orderBy(desc(version))
    .limit(page.limit);
  const data = rows.map((row) => ({
    ...(JSON.parse(row.model) as ScoreModel),
    version: row.version,
    savedAt: formatInstant(row.savedAtMs),
  }));
  const last = rows.at(-1);
  const isFull = last !== undefined && rows.length === page.limit;
  return { data, next: isFull ? formatCursor([last.version]) : null };
}

async function answerOf(database: Database, row: ScoreRow): Promise<ScoreAnswer> {
  const { model, version } = readScore(row);
  const keys = model.bands.map((_, place) => bandKey(row.key, place));
  const counts = await database
    .select({ key: memberCount.segment, size: sql<number>`sum(${memberCount.members})` })
    .from(memberCount)
    .where(inArray(memberCount.segment, keys))
    .groupBy(memberCount.segment);
  const sizes = new Map(counts.map(({ key, size }) => [key, Number(size)]));
  return {
    ...model,
    bands: model.bands.map((band, place) => ({
      ...band,
      size: sizes.get(bandKey(row.key, place)) ?? 0,
    })),
    version,
    ...progressOf(row),
    createdAt: formatInstant(row.createdAtMs),
    updatedAt: formatInstant(row.updatedAtMs),
  };
}

function named(site: number, id: string) {
  return and(eq(score.site, site), eq(score.id, id));
}
