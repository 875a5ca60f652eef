import { and, asc, eq, gt, isNotNull } from 'drizzle-orm';
import { bucketOfId } from '../identity/own-id.ts';
import type { Database } from '../store/open.ts';
import { outbox } from '../store/schema.ts';
import type { OutgoingMessage } from './answers.ts';

/** Messages that were told after another one, in their order. */
export async function messagesAfter(
  database: Database,
  site: number,
  after: number,
  limit: number,
): Promise<readonly { readonly id: number; readonly message: OutgoingMessage }[]> {
  const rows = await database
    .select({ id: outbox.id, payload: outbox.payload })
    .from(outbox)
    .where(and(gt(outbox.id, after), eq(outbox.site, site), isNotNull(outbox.relayedAtMs)))
    .orderBy(asc(outbox.id))
    .limit(limit);
  return rows.map(({ id, payload }) => ({ id, message: JSON.parse(payload) as OutgoingMessage }));
}

/** Is a message of a site still kept? If so, all that were told after it are. */
export async function isKept(database: Database, site: number, id: number): Promise<boolean> {
  const own = and(
    eq(outbox.bucket, bucketOfId(id)),
    eq(outbox.id, id),
    eq(outbox.site, site),
    isNotNull(outbox.relayedAtMs),
  );
  return (await database.select({ id: outbox.id }).from(outbox).where(own)).length > 0;
}
