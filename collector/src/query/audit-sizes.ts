import { sql } from 'drizzle-orm';
import type { StoredSegment } from '../segments/draft.ts';
import type { Database } from '../store/open.ts';
import { member, memberCount } from '../store/schema.ts';
import type { AuditAnswer } from './answers.ts';

/** Holds the sizes that are kept with every change against the members that there are, at one instant each. */
export async function auditSizes(
  database: Database,
  segments: readonly StoredSegment[],
): Promise<AuditAnswer['sizes']> {
  const differing: AuditAnswer['sizes']['differing'][number][] = [];
  for (const { key, definition } of segments) {
    const [found] = await database.all<{ size: number; members: number }>(sql`SELECT
      (SELECT coalesce(sum(${memberCount.members}), 0) FROM ${memberCount}
        WHERE ${memberCount.segment} = ${key}) AS size,
      (SELECT count(*) FROM ${member} WHERE ${member.segment} = ${key}) AS members`);
    if (found === undefined || found.size === found.members) continue;
    differing.push({ segment: definition.id, size: found.size, members: found.members });
  }
  return { checked: segments.length, differing };
}
