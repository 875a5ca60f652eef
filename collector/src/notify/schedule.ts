/** How often and for how long an outgoing message is tried, and which one waits for which. */

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A message that nobody takes is given up after this long; the last attempt is made then. */
export const TRIED_MS = 3 * DAY_MS;
/** The first pause is at most this long, and each one three times the one before it … */
export const PAUSE_MS_FIRST = 10 * SECOND_MS;
const PAUSE_GROWTH = 3;
/** … up to this, so that a receiver that is back hears of it within hours. */
export const PAUSE_MS_MAX = 4 * HOUR_MS;

/** So many messages are under way at once: a receiver may take 15 s for each. */
export const UNDER_WAY_MAX = 64;
/** To one webhook, so that one slow receiver does not hold up the others. */
export const UNDER_WAY_PER_WEBHOOK_MAX = 8;

/** An attempt that is over, as far as what comes next depends on it. */
export interface Result {
  readonly atMs: number;
  /** Absent if there was no answer. */
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/** What an attempt means for its delivery. */
export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly atMs: number }
  | { readonly kind: 'failed' }
  /** The receiver wants nothing any more (410): nor of any other message. */
  | { readonly kind: 'gone' };

/**
 * Decides what follows an attempt. Everything but 2xx and 410 may pass: a redirect is a receiver that
 * is set up wrong, a 404 one that is being deployed.
 *
 * @param tries - How many attempts there were, this one included; at least 1.
 * @param giveUpMs - When the message is given up; the last attempt is not before it.
 * @param random - Uniform in [0, 1).
 */
export function judge(
  result: Result,
  { tries, giveUpMs }: { readonly tries: number; readonly giveUpMs: number },
  random: number,
): Verdict {
  const { status, atMs, retryAfterMs: askedMs = 0 } = result;
  if (status !== undefined && status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone' };
  if (atMs >= giveUpMs || atMs + askedMs > giveUpMs) return { kind: 'failed' };
  const pauseMs = Math.max(pauseMsAfter(tries, random), askedMs);
  return { kind: 'again', atMs: Math.min(atMs + pauseMs, giveUpMs) };
}

/**
 * How long to wait after attempt number `tries`: exponential, and spread over the upper half of the
 * pause, so that messages that failed together do not come back together, and none at once.
 *
 * @returns Whole milliseconds, at most {@link PAUSE_MS_MAX}.
 */
export function pauseMsAfter(tries: number, random: number): number {
  const ceilingMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_FIRST * PAUSE_GROWTH ** (tries - 1));
  return Math.ceil(ceilingMs / 2 + (random * ceilingMs) / 2);
}

/** How many more messages to a webhook may start now. */
export function roomFor(webhook: number, underWay: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const count of underWay.values()) total += count;
  const own = UNDER_WAY_PER_WEBHOOK_MAX - (underWay.get(webhook) ?? 0);
  return Math.max(0, Math.min(own, UNDER_WAY_MAX - total));
}

/** A message on its way to one webhook. Messages of one lane of a webhook are sent one after another. */
export interface Queued {
  readonly webhook: number;
  /** Of the message; it rises with time. */
  readonly message: number;
  readonly lane: string;
}

/** {@link Queued}, and when it may be tried. */
export interface Placed extends Queued {
  /** Absent while an earlier message of its lane is not done with. */
  readonly nextMs?: number;
}

/**
 * Lines new messages up: the first one of a free lane may go at once, the others wait until whatever
 * is before them is done with.
 *
 * @param fresh - In the order in which they happened.
 * @param isBusy - Has a webhook's lane somebody in it already?
 */
export function lineUp<Message extends Queued>(
  fresh: readonly Message[],
  isBusy: (webhook: number, lane: string) => boolean,
  nowMs: number,
): readonly (Message & Placed)[] {
  const taken = new Set<string>();
  return fresh.map((message) => {
    const lane = nameOfLane(message);
    const waits = taken.has(lane) || isBusy(message.webhook, message.lane);
    taken.add(lane);
    return waits ? message : { ...message, nextMs: nowMs };
  });
}

/**
 * Which of those that wait goes next, once their lane is free: of each lane the one that happened
 * first. Whoever else is in the lane goes on waiting.
 */
export function nextInLine<Message extends Placed>(
  waiting: readonly Message[],
): readonly Message[] {
  const first = new Map<string, Message>();
  const busy = new Set<string>();
  for (const each of waiting) {
    const lane = nameOfLane(each);
    if (each.nextMs !== undefined) busy.add(lane);
    const best = first.get(lane);
    if (best === undefined || each.message < best.message) first.set(lane, each);
  }
  return [...first].flatMap(([lane, each]) => (busy.has(lane) ? [] : [each]));
}

/** A lane belongs to its webhook. */
function nameOfLane({ webhook, lane }: Queued): string {
  return `${webhook} ${lane}`;
}
