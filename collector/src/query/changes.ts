import { and, desc, eq, lt } from 'drizzle-orm';
import { publicId } from '../identity/own-id.ts';
import { formatInstant } from '../instant.ts';
import type { Database } from '../store/open.ts';
import { memberLog } from '../store/schema.ts';
import type { ChangeAnswer, Page } from './answers.ts';
import { formatCursor, type Position } from './cursor.ts';
import { loadPeople } from './people.ts';

/**
 * Every entry and every leave of a segment, the last recorded first. Each names the person as they
 * were then, with the ids that they are known by now.
 *
 * @param page - Cursors are the number of a change.
 */
export async function listChanges(
  database: Database,
  segment: { readonly site: number; readonly key: number },
  page: { readonly after?: Position; readonly limit: number },
): Promise<Page<ChangeAnswer>> {
  const [beforeId] = page.after ?? [];
  const before = beforeId === undefined ? undefined : lt(memberLog.id, beforeId);
  const rows = await database
    .select()
    .from(memberLog)
    .where(and(eq(memberLog.segment, segment.key), before))
    .orderBy(desc(memberLog.id))
    .limit(page.limit);
  const profiles = [...new Set(rows.map(({ profile }) => profile))];
  const people = await loadPeople(database, segment.site, profiles);
  const data = rows.map((row): ChangeAnswer => {
    const { userId, anonymousIds = [] } = people.get(row.profile) ?? {};
    return {
      id: publicId('msg', row.id),
      profile: {
        id: publicId('prf', row.profile),
        ...(userId !== undefined && { userId }),
        anonymousIds,
      },
      direction: row.direction > 0 ? 'entered' : 'left',
      effectiveAt: formatInstant(row.effectiveAtMs),
      recordedAt: formatInstant(row.recordedAtMs),
      cause: row.cause,
      version: row.version,
      ...(row.event !== null && { event: publicId('evt', row.event) }),
    };
  });
  const last = rows.at(-1);
  return { data, next: last && rows.length === page.limit ? formatCursor([last.id]) : null };
}
