import type { Row } from '@libsql/client';
import { bucketOfId } from '../identity/own-id.ts';
import type { AttemptRow, DeliveryRow, OutgoingUnit, Selection, WebhookRow } from './outgoing.ts';
import * as sql from './outgoing-statements.ts';
import type { Tuple } from './rows.ts';
import { UPSERT_TICK } from './statements.ts';

/** Runs a statement of the transaction at hand. */
export type Run = (text: string, ...values: readonly unknown[]) => Promise<readonly Row[]>;

/** The {@link OutgoingUnit} of a transaction. */
export function outgoingUnitOf(run: Run): OutgoingUnit {
  const list = (text: string, tuples: readonly Tuple[]) =>
    tuples.length === 0 ? Promise.resolve([]) : run(text, JSON.stringify(tuples));
  const webhooks = async () => (await run(sql.SELECT_WEBHOOKS)).map(readWebhook);
  const remove = async (keys: readonly Row[]) => {
    const tuples = keys.map((row) => [Number(row[0]), Number(row[1]), Number(row[2])]);
    await list(sql.DELETE_ATTEMPTS, tuples);
    await list(sql.DELETE_DELIVERIES, tuples);
  };
  return {
    webhooks,
    saveWebhook: async (webhook) => {
      await list(sql.UPSERT_WEBHOOK, [webhookTuple(webhook)]);
    },
    removeWebhook: async (id) => {
      await run(sql.DELETE_ATTEMPTS_OF, id);
      await run(sql.DELETE_DELIVERIES_OF, id);
      await run(sql.DELETE_WEBHOOK, id);
    },
    busyLanes: async (lanes) => {
      const tuples = lanes.map(({ webhook, lane }) => [webhook, lane]);
      const found = await list(sql.SELECT_BUSY_LANES, tuples);
      return found.map((row) => ({ webhook: Number(row[0]), lane: String(row[1]) }));
    },
    saveDeliveries: async (deliveries) => {
      await list(sql.UPSERT_DELIVERIES, deliveries.map(deliveryTuple));
    },
    delivery: async (webhook, message) =>
      (await run(sql.SELECT_DELIVERY, bucketOfId(message), webhook, message)).map(readDelivery)[0],
    due: async (webhook, nowMs, limit) =>
      (await run(sql.SELECT_DUE_DELIVERIES, webhook, nowMs, limit)).map(readDelivery),
    nextDueMs: async () => {
      const due = (await run(sql.SELECT_NEXT_DELIVERY))[0]?.[0];
      return due === null || due === undefined ? undefined : Number(due);
    },
    stuck: async (webhook, lane) => {
      const found =
        lane === undefined
          ? await run(sql.SELECT_STUCK, webhook)
          : await run(sql.SELECT_STUCK_IN_LANE, webhook, lane);
      return found.map(readDelivery);
    },
    addAttempt: async (attempt, keep) => {
      const { webhook, message, number } = attempt;
      await list(sql.INSERT_ATTEMPT, [attemptTuple(attempt)]);
      if (number <= keep) return;
      await run(sql.DELETE_OLD_ATTEMPTS, bucketOfId(message), webhook, message, number - keep);
    },
    requeue: (webhook, which, giveUpMs) => requeue(run, webhook, which, giveUpMs),
    prune: async (keep, limit) => {
      const old = await run(sql.SELECT_OLD_DELIVERIES, keep.deliveriesSinceMs, limit);
      await remove(old);
      let isFull = old.length === limit;
      for (const { id } of await webhooks()) {
        const { deliveriesPerWebhook: most } = keep;
        const surplus = await run(sql.SELECT_SURPLUS_DELIVERIES, id, id, most, limit);
        await remove(surplus);
        isFull ||= surplus.length === limit;
      }
      const messages = await run(sql.DELETE_OLD_MESSAGES, keep.messagesSinceMs, limit);
      return isFull || messages.length === limit;
    },
    saveTick: async (tick) => {
      await run(UPSERT_TICK, String(tick));
    },
  };
}

async function requeue(
  run: Run,
  webhook: number,
  which: Selection,
  giveUpMs: number,
): Promise<number> {
  const update = (text: string, ...more: readonly number[]) =>
    run(`${text} RETURNING message`, giveUpMs, webhook, ...more);
  if ('message' in which) return (await update(sql.REQUEUE_MESSAGE, which.message)).length;
  if ('failed' in which) return (await update(sql.REQUEUE_FAILED)).length;
  return (await update(sql.REQUEUE_BETWEEN, which.fromMs, which.untilMs)).length;
}

function webhookTuple(webhook: WebhookRow): Tuple {
  const { segments, old } = webhook;
  return [
    webhook.id,
    webhook.site,
    webhook.url,
    JSON.stringify(webhook.types),
    segments === undefined ? null : JSON.stringify(segments),
    webhook.enabled ? 1 : 0,
    webhook.description,
    webhook.note ?? null,
    webhook.secret,
    old?.secret ?? null,
    old?.untilMs ?? null,
    webhook.createdAtMs,
    webhook.updatedAtMs,
  ];
}

function readWebhook(row: Row): WebhookRow {
  const { segments, note, old_secret: oldSecret, old_secret_until: untilMs } = row;
  return {
    id: Number(row.id),
    site: Number(row.site),
    url: String(row.url),
    types: JSON.parse(String(row.types)) as string[],
    ...(segments !== null && { segments: JSON.parse(String(segments)) as string[] }),
    enabled: Number(row.enabled) === 1,
    description: String(row.description),
    ...(note !== null && { note: String(note) }),
    secret: String(row.secret),
    ...(oldSecret !== null && { old: { secret: String(oldSecret), untilMs: Number(untilMs) } }),
    createdAtMs: Number(row.created_at),
    updatedAtMs: Number(row.updated_at),
  };
}

function deliveryTuple(row: DeliveryRow): Tuple {
  return [
    ...[bucketOfId(row.message), row.webhook, row.message, row.type, row.lane, row.payload],
    ...[row.state, row.tries, row.attempts, row.createdAtMs, row.giveUpMs, row.nextMs ?? null],
  ];
}

function readDelivery(row: Row): DeliveryRow {
  const { next_at: nextMs } = row;
  return {
    webhook: Number(row.webhook),
    message: Number(row.message),
    type: String(row.type),
    lane: String(row.lane),
    payload: String(row.payload),
    state: String(row.state) as DeliveryRow['state'],
    tries: Number(row.tries),
    attempts: Number(row.attempts),
    createdAtMs: Number(row.created_at),
    giveUpMs: Number(row.give_up_at),
    ...(nextMs !== null && { nextMs: Number(nextMs) }),
  };
}

function attemptTuple(row: AttemptRow): Tuple {
  return [
    ...[bucketOfId(row.message), row.webhook, row.message, row.number, row.atMs, row.durationMs],
    ...[row.status ?? null, row.error ?? null, row.answer],
  ];
}
