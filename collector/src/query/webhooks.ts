import { and, asc, count, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { publicId } from '../identity/own-id.ts';
import { formatInstant } from '../instant.ts';
import type { Database } from '../store/open.ts';
import { attempt, delivery, webhook } from '../store/schema.ts';
import type {
  AttemptAnswer,
  DeliveryAnswer,
  OutgoingMessage,
  Page,
  WebhookAnswer,
} from './answers.ts';
import { formatCursor, type Position } from './cursor.ts';

type DeliveryRow = typeof delivery.$inferSelect;
type AttemptRow = typeof attempt.$inferSelect;

/** All webhooks of a site, the oldest first. */
export async function listWebhooks(
  database: Database,
  site: number,
): Promise<readonly WebhookAnswer[]> {
  const rows = await database
    .select()
    .from(webhook)
    .where(eq(webhook.site, site))
    .orderBy(asc(webhook.id));
  return rows.map(webhookAnswer);
}

export async function findWebhook(
  database: Database,
  site: number,
  id: number,
): Promise<WebhookAnswer | undefined> {
  const where = and(eq(webhook.site, site), eq(webhook.id, id));
  const [row] = await database.select().from(webhook).where(where);
  return row && webhookAnswer(row);
}

/** Counting further would take time and tell nobody more. */
export const WAITING_COUNTED_MAX = 10_000;

/** How many messages of all sites wait for a webhook to take them, up to {@link WAITING_COUNTED_MAX}. */
export async function countWaiting(database: Database): Promise<number> {
  const waiting = database
    .select({ message: delivery.message })
    .from(delivery)
    .where(sql`${delivery.state} = 'waiting'`)
    .limit(WAITING_COUNTED_MAX)
    .as('waiting');
  const [row] = await database.select({ waiting: count() }).from(waiting);
  return row?.waiting ?? 0;
}

/** What a webhook was sent and is to be sent, the newest message first, with every attempt. */
export async function listDeliveries(
  database: Database,
  id: number,
  page: { readonly after?: Position; readonly limit: number },
): Promise<Page<DeliveryAnswer>> {
  const [after] = page.after ?? [];
  const older = after === undefined ? undefined : lt(delivery.message, after);
  const rows = await database
    .select()
    .from(delivery)
    .where(and(eq(delivery.webhook, id), older))
    .orderBy(desc(delivery.message))
    .limit(page.limit);
  const last = rows.at(-1);
  return {
    data: await withAttempts(database, id, rows),
    next: last && rows.length === page.limit ? formatCursor([last.message]) : null,
  };
}

/** Deliveries of a webhook as the API shows them, with every attempt that is kept. */
export async function withAttempts(
  database: Database,
  id: number,
  rows: readonly DeliveryRow[],
): Promise<readonly DeliveryAnswer[]> {
  const made = await attemptsOf(database, id, rows);
  return rows.map((row) => deliveryAnswer(row, made.get(row.message) ?? []));
}

async function attemptsOf(
  database: Database,
  id: number,
  rows: readonly DeliveryRow[],
): Promise<ReadonlyMap<number, readonly AttemptRow[]>> {
  const tried = rows.filter(({ attempts }) => attempts > 0);
  const found = await database
    .select()
    .from(attempt)
    .where(
      and(
        inArray(attempt.bucket, [...new Set(tried.map(({ bucket }) => bucket))]),
        eq(attempt.webhook, id),
        inArray(
          attempt.message,
          tried.map(({ message }) => message),
        ),
      ),
    )
    .orderBy(asc(attempt.number));
  const byMessage = new Map<number, AttemptRow[]>();
  for (const row of found) {
    const own = byMessage.get(row.message) ?? [];
    own.push(row);
    byMessage.set(row.message, own);
  }
  return byMessage;
}

function webhookAnswer(row: typeof webhook.$inferSelect): WebhookAnswer {
  const { segments, note, oldSecretUntilMs } = row;
  return {
    id: publicId('whk', row.id),
    url: row.url,
    types: JSON.parse(row.types) as WebhookAnswer['types'],
    ...(segments !== null && { segments: JSON.parse(segments) as string[] }),
    enabled: row.enabled === 1,
    description: row.description,
    ...(note !== null && { note }),
    ...(oldSecretUntilMs !== null && { oldSecretUntil: formatInstant(oldSecretUntilMs) }),
    createdAt: formatInstant(row.createdAtMs),
    updatedAt: formatInstant(row.updatedAtMs),
  };
}

function deliveryAnswer(row: DeliveryRow, made: readonly AttemptRow[]): DeliveryAnswer {
  return {
    id: publicId('msg', row.message),
    type: row.type,
    state: row.state,
    createdAt: formatInstant(row.createdAtMs),
    ...(row.nextMs !== null && { nextAttemptAt: formatInstant(row.nextMs) }),
    message: JSON.parse(row.payload) as OutgoingMessage,
    attemptCount: row.attempts,
    attempts: made.map(attemptAnswer),
  };
}

function attemptAnswer({ atMs, durationMs, status, error, answer }: AttemptRow): AttemptAnswer {
  return {
    at: formatInstant(atMs),
    durationMs,
    ...(status !== null && { status }),
    ...(error !== null && { error }),
    answer,
  };
}
