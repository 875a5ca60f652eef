import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Definition } from '../segments/definition.ts';
import type { StoredSegment } from '../segments/draft.ts';
import { candidatesKey } from '../segments/ranking.ts';
import type { StoredScore } from '../segments/score-model.ts';
import { forgetMembers } from './forget.ts';
import type { Database } from './open.ts';
import { nextRevision } from './revision.ts';
import { score, segment, segmentVersion, site } from './schema.ts';
import { readScore } from './scores.ts';

/** A site with all of its segments and scores, as the writer needs them. */
export interface SiteDefinitions {
  readonly site: number;
  readonly timeZone: string;
  readonly identifiesByEmail: boolean;
  readonly revision: number;
  readonly segments: readonly StoredSegment[];
  readonly scores: readonly StoredScore[];
  /** Is the back-fill of any of them unfinished? */
  readonly building: boolean;
}

/** All sites with their definitions. */
export async function loadDefinitions(database: Database): Promise<readonly SiteDefinitions[]> {
  const sites = await database.select().from(site);
  const rows = await database.select().from(segment);
  const scores = await database.select().from(score);
  return sites.map(({ id, timeZone, identifyByEmail, revision }) => {
    const own = rows.filter((row) => row.site === id);
    const ownScores = scores.filter((row) => row.site === id);
    return {
      site: id,
      timeZone,
      identifiesByEmail: identifyByEmail === 1,
      revision,
      segments: own.map(readSegment),
      scores: ownScores.map(readScore),
      building: [...own, ...ownScores].some(({ profilesDone }) => profilesDone !== null),
    };
  });
}

/** One site with its definitions; `undefined` if there is none of this number. */
export async function loadSiteDefinitions(
  database: Database,
  siteId: number,
): Promise<SiteDefinitions> {
  const found = (await loadDefinitions(database)).find((each) => each.site === siteId);
  if (found === undefined) throw new Error(`Invariant broken: site ${siteId} exists`);
  return found;
}

/** What must hold of a definition's id for it to be saved: nobody has it, somebody has it, or nothing. */
export type Precondition = 'free' | 'taken' | 'any';

/**
 * Saves a definition as a new segment or the next version of one, at a new revision of its site.
 *
 * @returns Whether `only` held; if not, nothing was saved.
 */
export async function saveDefinition(
  database: Database,
  siteId: number,
  definition: Definition,
  fresh: { readonly key: number; readonly nowMs: number; readonly only: Precondition },
): Promise<boolean> {
  const text = JSON.stringify(definition);
  return await database.transaction(async (tx) => {
    if (fresh.only !== 'any') {
      const where = and(eq(segment.site, siteId), eq(segment.id, definition.id));
      const present = await tx.select({ key: segment.key }).from(segment).where(where);
      if (present.length === 0 ? fresh.only === 'taken' : fresh.only === 'free') return false;
    }
    const next = await nextRevision(tx, siteId);
    const changed = { ...next, definition: text, updatedAtMs: fresh.nowMs };
    const saved = await tx
      .insert(segment)
      .values({
        ...changed,
        key: fresh.key,
        site: siteId,
        id: definition.id,
        version: 1,
        createdAtMs: fresh.nowMs,
      })
      .onConflictDoUpdate({
        target: [segment.site, segment.id],
        set: { ...changed, version: sql`${segment.version} + 1` },
      })
      .returning({ key: segment.key, version: segment.version });
    const versions = saved.map(({ key, version }) => ({
      ...{ segment: key, version, site: siteId, id: definition.id },
      ...{ definition: text, savedAtMs: fresh.nowMs },
    }));
    await tx.insert(segmentVersion).values(versions);
    // Where nobody is ranked any more there are no candidates.
    if (definition.top === undefined)
      await forgetMembers(
        tx,
        saved.map(({ key }) => candidatesKey(key)),
      );
    return true;
  });
}

/** Removes a segment and its memberships; its versions and the history of its changes stay. */
export async function deleteDefinition(
  database: Database,
  siteId: number,
  id: string,
  nowMs: number,
): Promise<boolean> {
  return await database.transaction(async (tx) => {
    const where = and(eq(segment.site, siteId), eq(segment.id, id));
    const [row] = await tx.delete(segment).where(where).returning({ key: segment.key });
    if (row === undefined) return false;
    await forgetMembers(tx, [row.key, candidatesKey(row.key)]);
    await tx
      .update(segmentVersion)
      .set({ removedAtMs: nowMs })
      .where(eq(segmentVersion.segment, row.key));
    await nextRevision(tx, siteId);
    return true;
  });
}

/** Lets everybody be looked at anew for some segments, as if these had been saved again. */
export async function renewDefinitions(
  database: Database,
  siteId: number,
  keys: readonly number[],
): Promise<void> {
  await database.transaction(async (tx) => {
    const next = await nextRevision(tx, siteId);
    await tx.update(segment).set(next).where(inArray(segment.key, keys));
  });
}

/** Notes how many more people the back-fill of a site has passed; at the end all of it is live. */
export async function noteProgress(
  database: Database,
  siteId: number,
  progress: { readonly passed: number; readonly finished: boolean },
): Promise<void> {
  const { passed, finished } = progress;
  for (const table of [segment, score]) {
    const { profilesDone, profilesTotal } = table;
    await database
      .update(table)
      .set({
        profilesDone: finished ? null : sql`min(${profilesTotal}, ${profilesDone} + ${passed})`,
      })
      .where(and(eq(table.site, siteId), isNotNull(profilesDone)));
  }
}

/** @param row - A row whose definition was parsed before it was stored. */
export function readSegment(row: typeof segment.$inferSelect): StoredSegment {
  const { key, version, revision } = row;
  return { key, version, revision, definition: JSON.parse(row.definition) as Definition };
}
