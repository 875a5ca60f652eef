import { QUEUE_EVENTS_MAX } from './limits.ts';
import { EVENT_BYTES_MAX, type LossReason } from './protocol.ts';

/** How many events were lost, by reason. */
export type Lost = { readonly [reason in LossReason]?: number };

/** What is to be delivered. Each event is its JSON: it holds a messageId, so no two are the same. */
export interface Queue {
  /** Oldest first. */
  readonly events: readonly string[];
  /** What no server knows of yet. */
  readonly lost: Lost;
}

export const EMPTY: Queue = { events: [], lost: {} };

const utf8 = new TextEncoder();

/** How long the events are as the elements of one array. */
export function bytesOf(events: readonly string[]): number {
  return utf8.encode(`${events}`).length;
}

/**
 * Adds events, oldest first, and losses. An event that is in already counts once; one that is too
 * large, and the oldest of too many, count as lost.
 */
export function add(queue: Queue, events: readonly string[], lost: Lost): Queue {
  const all = [...new Set([...queue.events, ...events])];
  const fit = all.filter((event) => bytesOf([event]) <= EVENT_BYTES_MAX);
  const kept = fit.slice(-QUEUE_EVENTS_MAX);
  const more = { too_large: all.length - fit.length, overflow: fit.length - kept.length };
  return { events: kept, lost: sum(sum(queue.lost, lost), more) };
}

/** Takes out events that were decided, and adds losses, or takes out those that were told. */
export function remove(queue: Queue, batch: readonly string[], lost: Lost, sign = 1): Queue {
  return {
    events: queue.events.filter((event) => !batch.includes(event)),
    lost: sum(queue.lost, lost, sign),
  };
}

/**
 * The oldest events that fit into a batch and are not on their way: at least one, if there is one.
 *
 * @param bytesMax - Of the batch; a single event may be larger.
 */
export function nextBatch(
  { events }: Queue,
  inFlight: readonly string[],
  eventsMax: number,
  bytesMax: number,
): readonly string[] {
  const waiting = events.filter((event) => !inFlight.includes(event)).slice(0, eventsMax);
  while (waiting.length > 1 && bytesOf(waiting) > bytesMax) waiting.length = waiting.length >> 1;
  return waiting;
}

/** Reasons that come to nothing are left out. */
function sum(a: Lost, b: Lost, sign = 1): Lost {
  const total: { [reason in LossReason]?: number } = {};
  for (const reason of ['overflow', 'too_large', 'refused'] as const) {
    const count = (a[reason] ?? 0) + sign * (b[reason] ?? 0);
    if (count > 0) total[reason] = count;
  }
  return total;
}
