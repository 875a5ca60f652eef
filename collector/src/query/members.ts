import { and, desc, eq, lt, or } from 'drizzle-orm';
import type { Database } from '../store/open.ts';
import { member } from '../store/schema.ts';
import type { MemberAnswer, Page } from './answers.ts';
import { withForesight } from './company-sight.ts';
import { formatCursor, type Position } from './cursor.ts';
import { foretelling } from './foresight.ts';
import { loadPeople } from './people.ts';
import { memberAnswer } from './person.ts';

/**
 * The members of a segment at `nowMs`, the newest entry first. Whoever lapsed a moment ago and is not
 * settled yet is left out already.
 *
 * @param after - Where the last page ended: instant of entry and profile.
 */
export async function listMembers(
  database: Database,
  segment: { readonly site: number; readonly key: number },
  page: { readonly after?: Position; readonly limit: number },
  nowMs: number,
): Promise<Page<MemberAnswer>> {
  const [enteredMs = 0, profileId = 0] = page.after ?? [];
  const after =
    page.after &&
    or(
      lt(member.enteredAtMs, enteredMs),
      and(eq(member.enteredAtMs, enteredMs), lt(member.profile, profileId)),
    );
  const rows = await database
    .select({ profile: member.profile, enteredAtMs: member.enteredAtMs })
    .from(member)
    .where(and(eq(member.segment, segment.key), after))
    .orderBy(desc(member.enteredAtMs), desc(member.profile))
    .limit(page.limit);
  const people = await loadPeople(
    database,
    segment.site,
    rows.map((row) => row.profile),
  );
  const leavesMs = await foretelling(database, segment.site);
  const foreseeing = await withForesight(database, segment.site, [...people.values()]);
  const seen = new Map(foreseeing.map((person) => [person.id, person]));
  const data = rows.flatMap((row): MemberAnswer[] => {
    const person = seen.get(row.profile);
    if (person === undefined) return [];
    const dueMs = leavesMs(person.state, segment.key);
    if (dueMs !== undefined && dueMs <= nowMs) return [];
    const standing = { enteredMs: row.enteredAtMs, ...(dueMs !== undefined && { dueMs }) };
    return [memberAnswer(person, person.state, standing)];
  });
  const last = rows.at(-1);
  const isFull = last !== undefined && rows.length === page.limit;
  return { data, next: isFull ? formatCursor([last.enteredAtMs, last.profile]) : null };
}
