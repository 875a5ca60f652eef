import { and, asc, eq, sql } from 'drizzle-orm';
import { formatInstant } from '../instant.ts';
import type { Definition } from '../segments/definition.ts';
import { compilePlan, type Plan } from '../segments/plan.ts';
import type { Problem } from '../segments/pointer.ts';
import { checkReferences } from '../segments/references.ts';
import { definitionWords } from '../segments/words.ts';
import { loadSiteDefinitions, readSegment, type SiteDefinitions } from '../store/definitions.ts';
import type { Database } from '../store/open.ts';
import { memberCount, segment } from '../store/schema.ts';
import type { SegmentAnswer } from './answers.ts';
import { progressOf } from './progress.ts';

type SegmentRow = typeof segment.$inferSelect & { readonly size: number };

/** All segments of a site, by name. */
export async function listSegments(
  database: Database,
  site: number,
): Promise<readonly SegmentAnswer[]> {
  const rows = await selectSegments(database, eq(segment.site, site));
  return rows.map(answerOf).sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

export async function findSegment(
  database: Database,
  site: number,
  id: string,
): Promise<SegmentAnswer | undefined> {
  const [row] = await selectSegments(database, and(eq(segment.site, site), eq(segment.id, id)));
  return row && answerOf(row);
}

/** A segment as it is stored; `undefined` if the site has none of this id. */
export async function findStoredSegment(database: Database, site: number, id: string) {
  const [row] = await database
    .select()
    .from(segment)
    .where(and(eq(segment.site, site), eq(segment.id, id)));
  return row && readSegment(row);
}

/**
 * What keeps a definition from being tried out before it is saved.
 *
 * @param site - What it may refer to, as that is defined today.
 */
export function wrongReferences(
  definition: Definition,
  { segments, scores }: Pick<SiteDefinitions, 'segments' | 'scores'>,
): readonly Problem[] {
  return checkReferences(definition, {
    segments: segments.map((each) => each.definition),
    scores: scores.map(({ model }) => model.id),
  });
}

/** All segments of a site as they are defined today, ready to be judged. */
export async function planOfSite(database: Database, site: number): Promise<Plan> {
  const { segments, scores, revision, timeZone } = await loadSiteDefinitions(database, site);
  return compilePlan(segments, revision, timeZone, scores);
}

/** What beside its condition a definition may say. */
export function rulesOf({ leaveIf, minStay, top }: Definition) {
  return {
    ...(leaveIf && { leaveIf }),
    ...(minStay !== undefined && { minStay }),
    ...(top && { top }),
  };
}

async function selectSegments(
  database: Database,
  where: ReturnType<typeof and>,
): Promise<readonly SegmentRow[]> {
  const size = sql<number>`coalesce((select sum(${memberCount.members}) from ${memberCount}
    where ${memberCount.segment} = ${segment.key}), 0)`;
  const rows = await database
    .select({ row: segment, size })
    .from(segment)
    .where(where)
    .orderBy(asc(segment.key));
  return rows.map(({ row, size }) => ({ ...row, size: Number(size) }));
}

function answerOf(row: SegmentRow): SegmentAnswer {
  const { definition } = readSegment(row);
  return {
    id: definition.id,
    name: definition.name,
    ...(definition.description !== undefined && { description: definition.description }),
    kind: definition.kind,
    who: definition.who ?? 'all',
    if: definition.if,
    ...rulesOf(definition),
    tags: definition.tags ?? [],
    version: row.version,
    ...progressOf(row),
    size: row.size,
    words: definitionWords(definition),
    createdAt: formatInstant(row.createdAtMs),
    updatedAt: formatInstant(row.updatedAtMs),
  };
}
