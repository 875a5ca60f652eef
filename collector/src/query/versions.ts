import { and, desc, eq, lt, or } from 'drizzle-orm';
import { formatInstant } from '../instant.ts';
import type { Definition } from '../segments/definition.ts';
import { definitionWords } from '../segments/words.ts';
import type { Database } from '../store/open.ts';
import { segmentVersion } from '../store/schema.ts';
import type { Page, VersionAnswer } from './answers.ts';
import { formatCursor, type Position } from './cursor.ts';
import { rulesOf } from './segments.ts';

/** A segment that is, or was until it was removed. */
export interface RecordedSegment {
  readonly key: number;
  readonly removedAtMs?: number;
}

/** The latest segment of this id, also after it was removed; `undefined` if there never was one. */
export async function findRecordedSegment(
  database: Database,
  site: number,
  id: string,
): Promise<RecordedSegment | undefined> {
  const [row] = await database
    .select({ key: segmentVersion.segment, removedAtMs: segmentVersion.removedAtMs })
    .from(segmentVersion)
    .where(and(eq(segmentVersion.site, site), eq(segmentVersion.id, id)))
    .orderBy(desc(segmentVersion.segment))
    .limit(1);
  if (row === undefined) return undefined;
  return { key: row.key, ...(row.removedAtMs !== null && { removedAtMs: row.removedAtMs }) };
}

/** Every version of every segment that had this id, the newest first. */
export async function listVersions(
  database: Database,
  site: number,
  id: string,
  page: { readonly after?: Position; readonly limit: number },
): Promise<Page<VersionAnswer>> {
  const { segment, version } = segmentVersion;
  const [key = 0, number = 0] = page.after ?? [];
  const after = page.after && or(lt(segment, key), and(eq(segment, key), lt(version, number)));
  const rows = await database
    .select()
    .from(segmentVersion)
    .where(and(eq(segmentVersion.site, site), eq(segmentVersion.id, id), after))
    .orderBy(desc(segment), desc(version))
    .limit(page.limit);
  const last = rows.at(-1);
  const isFull = last !== undefined && rows.length === page.limit;
  return {
    data: rows.map(answerOf),
    next: isFull ? formatCursor([last.segment, last.version]) : null,
  };
}

function answerOf(row: typeof segmentVersion.$inferSelect): VersionAnswer {
  const definition = JSON.parse(row.definition) as Definition;
  const { name, description, kind, who = 'all', tags = [] } = definition;
  return {
    ...{ version: row.version, name, kind, who, if: definition.if, tags },
    ...(description !== undefined && { description }),
    ...rulesOf(definition),
    words: definitionWords(definition),
    savedAt: formatInstant(row.savedAtMs),
    ...(row.removedAtMs !== null && { removedAt: formatInstant(row.removedAtMs) }),
  };
}
