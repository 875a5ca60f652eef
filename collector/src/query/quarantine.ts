import type { Json } from '@inkling/sdk/protocol';
import { and, desc, eq, gte, lt } from 'drizzle-orm';
import { publicId } from '../identity/own-id.ts';
import { QUARANTINE_KEPT_MS } from '../ingest/intake.ts';
import { formatInstant } from '../instant.ts';
import { bind } from '../store/bind.ts';
import { findInQuarantine } from '../store/libsql-intake.ts';
import type { Run } from '../store/libsql-outgoing.ts';
import type { Database } from '../store/open.ts';
import { quarantine } from '../store/schema.ts';
import type { Page, QuarantineAnswer } from './answers.ts';
import { formatCursor, type Position } from './cursor.ts';

/**
 * A site's rejected events, the newest first. What is too old to be kept is not shown, whether or not
 * it was removed yet.
 */
export async function listQuarantine(
  database: Database,
  { site, code }: { readonly site: number; readonly code?: string },
  page: { readonly after?: Position; readonly limit: number },
  nowMs: number,
): Promise<Page<QuarantineAnswer>> {
  const [afterId] = page.after ?? [];
  const rows = await database
    .select()
    .from(quarantine)
    .where(
      and(
        eq(quarantine.site, site),
        code === undefined ? undefined : eq(quarantine.code, code),
        afterId === undefined ? undefined : lt(quarantine.id, afterId),
        isKept(nowMs),
      ),
    )
    .orderBy(desc(quarantine.id))
    .limit(page.limit);
  const last = rows.at(-1);
  return {
    data: rows.map(answerOf),
    next: last && rows.length === page.limit ? formatCursor([last.id]) : null,
  };
}

/** The rejected events of a site that name one of these ids, the oldest first. */
export async function* rejectedOf(
  database: Database,
  { site, ids }: { readonly site: number; readonly ids: readonly string[] },
  nowMs: number,
): AsyncGenerator<QuarantineAnswer, undefined> {
  const run: Run = async (sql, ...values) =>
    (await database.$client.execute({ sql, args: bind(...values) })).rows;
  for (const id of await findInQuarantine(run, site, ids)) {
    const [row] = await database
      .select()
      .from(quarantine)
      .where(and(eq(quarantine.site, site), eq(quarantine.id, id), isKept(nowMs)));
    if (row !== undefined) yield answerOf(row);
  }
  return undefined;
}

/** What is too old may not have been removed yet. */
function isKept(nowMs: number) {
  return gte(quarantine.receivedAtMs, nowMs - QUARANTINE_KEPT_MS);
}

function answerOf(row: typeof quarantine.$inferSelect): QuarantineAnswer {
  return {
    id: publicId('rej', row.id),
    receivedAt: formatInstant(row.receivedAtMs),
    key: row.key,
    ...{ code: row.code, pointer: row.pointer, detail: row.detail },
    ...(row.messageId !== null && { messageId: row.messageId }),
    event: JSON.parse(row.event) as Json,
    cut: row.isCut === 1,
  };
}
