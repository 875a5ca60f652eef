import { notInArray, sql } from 'drizzle-orm';
import { createIdMaker } from '../identity/own-id.ts';
import { LEAD } from '../segments/lead.ts';
import { BANDS_MAX, bandKey, type ScoreModel, type StoredScore } from '../segments/score-model.ts';
import { forgetMembers } from './forget.ts';
import { loadTick } from './meta.ts';
import type { Database } from './open.ts';
import { nextRevision } from './revision.ts';
import { score, scoreVersion, site } from './schema.ts';

/** Saves a model as a new score or the next version of one, at a new revision of its site. */
export async function saveModel(
  database: Database,
  siteId: number,
  model: ScoreModel,
  { key, nowMs }: { readonly key: number; readonly nowMs: number },
): Promise<void> {
  const text = JSON.stringify(model);
  await database.transaction(async (tx) => {
    const changed = { ...(await nextRevision(tx, siteId)), model: text, updatedAtMs: nowMs };
    const fresh = { key, site: siteId, id: model.id, version: 1, createdAtMs: nowMs };
    const saved = await tx
      .insert(score)
      .values({ ...changed, ...fresh })
      .onConflictDoUpdate({
        target: [score.site, score.id],
        set: { ...changed, version: sql`${score.version} + 1` },
      })
      .returning({ score: score.key, version: score.version });
    const versions = saved.map((each) => ({ ...each, model: text, savedAtMs: nowMs }));
    await tx.insert(scoreVersion).values(versions);
    // Nobody is in a band that is no more; who is in the others follows from the new model.
    const gone = Array.from({ length: BANDS_MAX }, (_, place) => place).slice(model.bands.length);
    await forgetMembers(
      tx,
      saved.flatMap(({ score: own }) => gone.map((place) => bandKey(own, place))),
    );
  });
}

/** Gives the lead score to every site that has no score yet. */
export async function ensureScores(database: Database, nowMs: number): Promise<void> {
  const having = database.select({ site: score.site }).from(score);
  const without = await database.select().from(site).where(notInArray(site.id, having));
  if (without.length === 0) return;
  const { next } = createIdMaker(await loadTick(database), nowMs);
  for (const { id } of without) await saveModel(database, id, LEAD, { key: next(0), nowMs });
}

/** @param row - A row whose model was parsed before it was stored. */
export function readScore(row: typeof score.$inferSelect): StoredScore {
  const { key, version, revision } = row;
  return { key, version, revision, model: JSON.parse(row.model) as ScoreModel };
}
