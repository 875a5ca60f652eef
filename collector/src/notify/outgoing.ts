import type { DeliveryRow, Lane, OutgoingUnit, Selection, WebhookRow } from '../store/outgoing.ts';
import { isWanted, readNotice } from './notice.ts';
import { DAY_MS, judge, lineUp, nextInLine, roomFor, TRIED_MS } from './schedule.ts';
import { testPayload } from './test-message.ts';

/** What the owner of a webhook decides. */
export type WebhookFields = Pick<
  WebhookRow,
  'url' | 'types' | 'segments' | 'enabled' | 'description'
>;

/** A message that is to be sent now. */
export interface Outbound {
  readonly webhook: number;
  readonly message: number;
  readonly url: string;
  /** JSON. */
  readonly payload: string;
  /** Each of them signs it. */
  readonly secrets: readonly string[];
}

/** What came of an {@link Outbound}. */
export interface Attempt {
  readonly webhook: number;
  readonly message: number;
  readonly atMs: number;
  readonly durationMs: number;
  readonly status?: number;
  readonly error?: string;
  readonly answer: string;
  readonly retryAfterMs?: number;
  /** Uniform in [0, 1); it spreads the next attempt. */
  readonly random: number;
}

/** Messages to send, and when there will be more if nothing happens till then. */
export interface Claimed {
  readonly outbound: readonly Outbound[];
  readonly nextMs?: number;
}

/** Everything that changes webhooks and their deliveries; each call is one transaction. */
export interface Outgoing {
  /** Answers the new webhook's id; `undefined` if the site has as many as it may. */
  readonly createWebhook: (
    site: number,
    fields: WebhookFields,
    secret: string,
  ) => Promise<number | undefined>;
  readonly changeWebhook: (site: number, id: number, fields: WebhookFields) => Promise<boolean>;
  readonly removeWebhook: (site: number, id: number) => Promise<boolean>;
  /** Signs with a new secret from now on, and with the present one too for {@link OVERLAP_MS}. */
  readonly rotateSecret: (site: number, id: number, secret: string) => Promise<boolean>;
  /** Answers the id of a test message that is on its way. */
  readonly sendTest: (site: number, id: number) => Promise<number | 'disabled' | undefined>;
  /** Answers how many deliveries are made again. */
  readonly replay: (site: number, id: number, which: Selection) => Promise<number | undefined>;
  /**
   * Takes what is to be sent now. If no result is settled by {@link CLAIM_MS} later, it is taken again:
   * whoever took it has died.
   *
   * @param underWay - How many messages to which webhook the caller has under way.
   */
  readonly claim: (underWay: ReadonlyMap<number, number>) => Promise<Claimed>;
  readonly settle: (attempt: Attempt) => Promise<void>;
}

export const WEBHOOKS_PER_SITE_MAX = 50;
/** How long an old secret still signs: time for a receiver's owner to put the new one in place. */
export const OVERLAP_MS = DAY_MS;
/** Four times what a receiver may take, since results wait for their turn with the writer. */
export const CLAIM_MS = 60_000;
/** Of one delivery. Replays add to them without end. */
export const ATTEMPTS_KEPT = 100;

/** A transaction's view of the world. */
export interface Turn {
  readonly unit: OutgoingUnit;
  readonly nowMs: number;
  readonly newId: (bucket: number) => number;
  readonly tick: () => number;
}

export type InTurn = <T>(work: (turn: Turn) => Promise<T>) => Promise<T>;

/**
 * @param inTurn - Runs some work in a transaction of the one writer.
 * @param due - Is called when there may be something to send that nobody waits for.
 */
export function createOutgoing(inTurn: InTurn, due: () => void): Outgoing {
  const thenDue: InTurn = async (work) => {
    const result = await inTurn(work);
    due();
    return result;
  };
  return {
    createWebhook: (site, fields, secret) => inTurn((turn) => create(turn, site, fields, secret)),
    changeWebhook: (site, id, fields) => thenDue((turn) => change(turn, site, id, fields)),
    removeWebhook: (site, id) =>
      inTurn(async ({ unit }) => {
        const found = await find(unit, site, id);
        if (found !== undefined) await unit.removeWebhook(id);
        return found !== undefined;
      }),
    rotateSecret: (site, id, secret) => inTurn((turn) => rotate(turn, site, id, secret)),
    sendTest: (site, id) => thenDue((turn) => test(turn, site, id)),
    replay: (site, id, which) => thenDue((turn) => replay(turn, site, id, which)),
    claim: (underWay) => inTurn((turn) => claim(turn, underWay)),
    settle: (attempt) => inTurn((turn) => settle(turn, attempt)),
  };
}

/**
 * Makes a delivery of each message for each webhook that wants it.
 *
 * @param messages - In the order in which they happened; not relayed before.
 * @returns How many there are.
 */
export async function fanOut(
  { unit, nowMs }: Pick<Turn, 'unit' | 'nowMs'>,
  messages: readonly { readonly id: number; readonly site: number; readonly payload: string }[],
): Promise<number> {
  if (messages.length === 0) return 0;
  const webhooks = (await unit.webhooks()).filter(({ enabled }) => enabled);
  if (webhooks.length === 0) return 0;
  const fresh = messages.map(readNotice).flatMap((notice) => {
    const wanting = webhooks.filter(({ site, ...hook }) => {
      return site === notice.site && isWanted(hook, notice);
    });
    return wanting.map(({ id }) => deliveryOf(id, notice, nowMs));
  });
  await enqueue(unit, fresh, nowMs);
  return fresh.length;
}

async function enqueue(
  unit: OutgoingUnit,
  fresh: readonly DeliveryRow[],
  nowMs: number,
): Promise<void> {
  const name = ({ webhook, lane }: Lane) => `${webhook} ${lane}`;
  const busy = new Set((await unit.busyLanes(fresh)).map(name));
  const isBusy = (webhook: number, lane: string) => busy.has(name({ webhook, lane }));
  await unit.saveDeliveries(lineUp(fresh, isBusy, nowMs));
}

function deliveryOf(
  webhook: number,
  { id, type, lane, payload }: ReturnType<typeof readNotice>,
  nowMs: number,
): DeliveryRow {
  return {
    ...{ webhook, message: id, type, lane, payload, state: 'waiting', tries: 0, attempts: 0 },
    ...{ createdAtMs: nowMs, giveUpMs: nowMs + TRIED_MS },
  };
}

async function find(unit: OutgoingUnit, site: number, id: number): Promise<WebhookRow | undefined> {
  return (await unit.webhooks()).find((webhook) => webhook.site === site && webhook.id === id);
}

async function create(
  { unit, nowMs, newId, tick }: Turn,
  site: number,
  fields: WebhookFields,
  secret: string,
): Promise<number | undefined> {
  const own = (await unit.webhooks()).filter((webhook) => webhook.site === site);
  if (own.length >= WEBHOOKS_PER_SITE_MAX) return undefined;
  const id = newId(0);
  await unit.saveWebhook({ ...fields, id, site, secret, createdAtMs: nowMs, updatedAtMs: nowMs });
  await unit.saveTick(tick());
  return id;
}

async function change(
  { unit, nowMs }: Turn,
  site: number,
  id: number,
  fields: WebhookFields,
): Promise<boolean> {
  const found = await find(unit, site, id);
  if (found === undefined) return false;
  const { segments: _segments, note, ...kept } = found;
  await unit.saveWebhook({
    ...kept,
    ...fields,
    updatedAtMs: nowMs,
    // Whoever switches it on again has read why it was off.
    ...(!fields.enabled && note !== undefined && { note }),
  });
  // While it was off, what was first in a lane may have been removed for its age.
  if (fields.enabled) await release(unit, await unit.stuck(id), nowMs);
  return true;
}

async function rotate(
  { unit, nowMs }: Turn,
  site: number,
  id: number,
  secret: string,
): Promise<boolean> {
  const found = await find(unit, site, id);
  if (found === undefined) return false;
  const old = { secret: found.secret, untilMs: nowMs + OVERLAP_MS };
  await unit.saveWebhook({ ...found, secret, old, updatedAtMs: nowMs });
  return true;
}

async function test(
  turn: Turn,
  site: number,
  id: number,
): Promise<number | 'disabled' | undefined> {
  const { unit, nowMs, newId, tick } = turn;
  const webhook = await find(unit, site, id);
  if (webhook === undefined) return undefined;
  if (!webhook.enabled) return 'disabled';
  const message = newId(0);
  const payload = JSON.stringify(testPayload(webhook, message, nowMs));
  await enqueue(unit, [deliveryOf(id, readNotice({ id: message, site, payload }), nowMs)], nowMs);
  await unit.saveTick(tick());
  return message;
}

async function replay(
  { unit, nowMs }: Turn,
  site: number,
  id: number,
  which: Selection,
): Promise<number | undefined> {
  if ((await find(unit, site, id)) === undefined) return undefined;
  const count = await unit.requeue(id, which, nowMs + TRIED_MS);
  await release(unit, await unit.stuck(id), nowMs);
  return count;
}

/** Lets those go that nobody is before any more. */
async function release(
  unit: OutgoingUnit,
  waiting: readonly DeliveryRow[],
  nowMs: number,
): Promise<void> {
  await unit.saveDeliveries(nextInLine(waiting).map((row) => ({ ...row, nextMs: nowMs })));
}

async function claim(
  { unit, nowMs }: Turn,
  underWay: ReadonlyMap<number, number>,
): Promise<Claimed> {
  const counts = new Map(underWay);
  const outbound: Outbound[] = [];
  const webhooks = (await unit.webhooks()).filter(({ enabled }) => enabled);
  // Whoever has least under way goes first, so that nobody is always last.
  webhooks.sort((a, b) => (counts.get(a.id) ?? 0) - (counts.get(b.id) ?? 0));
  for (const { id, url, secret, old } of webhooks) {
    const room = roomFor(id, counts);
    if (room === 0) continue;
    const due = await unit.due(id, nowMs, room);
    counts.set(id, (counts.get(id) ?? 0) + due.length);
    await unit.saveDeliveries(due.map((row) => ({ ...row, nextMs: nowMs + CLAIM_MS })));
    const secrets = old && old.untilMs > nowMs ? [secret, old.secret] : [secret];
    for (const { message, payload } of due) {
      outbound.push({ webhook: id, message, url, payload, secrets });
    }
  }
  const nextMs = await unit.nextDueMs();
  return { outbound, ...(nextMs !== undefined && { nextMs }) };
}

async function settle({ unit, nowMs }: Turn, attempt: Attempt): Promise<void> {
  const { random, retryAfterMs: _asked, ...told } = attempt;
  const { webhook: id, message } = attempt;
  const row = await unit.delivery(id, message);
  // The webhook was removed meanwhile, or somebody else has brought the message there.
  if (row?.state !== 'waiting') return;
  const tries = row.tries + 1;
  const attempts = row.attempts + 1;
  const verdict = judge(attempt, { tries, giveUpMs: row.giveUpMs }, random);
  await unit.addAttempt({ ...told, number: attempts }, ATTEMPTS_KEPT);
  const { nextMs: _held, ...done } = { ...row, tries, attempts };
  if (verdict.kind === 'again') {
    await unit.saveDeliveries([{ ...done, nextMs: verdict.atMs }]);
    return;
  }
  const state = verdict.kind === 'delivered' ? 'delivered' : 'failed';
  await unit.saveDeliveries([{ ...done, state }]);
  await release(unit, await unit.stuck(id, row.lane), nowMs);
  if (verdict.kind === 'gone') await disable(unit, id, nowMs);
}

async function disable(unit: OutgoingUnit, id: number, nowMs: number): Promise<void> {
  const webhook = (await unit.webhooks()).find((each) => each.id === id);
  if (webhook === undefined) return;
  const note = 'Disabled because the receiver answered 410 Gone.';
  await unit.saveWebhook({ ...webhook, enabled: false, note, updatedAtMs: nowMs });
}
