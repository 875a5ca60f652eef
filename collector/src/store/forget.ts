import { inArray } from 'drizzle-orm';
import type { Database } from './open.ts';
import { member, memberCount } from './schema.ts';

/** Forgets who is in some segments, by their internal numbers. */
export async function forgetMembers(
  tx: Pick<Database, 'delete'>,
  segments: readonly number[],
): Promise<void> {
  await tx.delete(member).where(inArray(member.segment, [...segments]));
  await tx.delete(memberCount).where(inArray(memberCount.segment, [...segments]));
}
