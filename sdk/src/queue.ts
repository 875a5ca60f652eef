import { BATCH_BYTES_MAX, QUEUE_EVENTS_MAX } from './limits.ts';
import type { LossReason } from './protocol.ts';

/** How many events were lost, by reason. */
export type Lost = { readonly [reason in LossReason]?: number };

/** What is to be delivered. */
export type Queue = readonly [
  /** Oldest first. Each is its JSON: it holds a messageId, so no two are the same. */
  events: readonly string[],
  /** What no server knows of yet. */
  lost: Lost,
];

const utf8 = /* @__PURE__ */ new TextEncoder();

/** How long the events are as the elements of one array. */
export function bytesOf(events: readonly string[]): number {
  return utf8.encode(`${events}`).length;
}

/**
 * The events and losses of two queues, the older one first. An event that is in both counts once; the
 * oldest of too many count as lost.
 */
export function join([older, lostBefore]: Queue, [newer, lost]: Queue): Queue {
  const events = [...new Set([...older, ...newer])];
  const overflow = events.length - QUEUE_EVENTS_MAX;
  return [
    events.slice(-QUEUE_EVENTS_MAX),
    sum(sum(lostBefore, lost), overflow > 0 ? { overflow } : {}),
  ];
}

/** All but some events. */
export function without(events: readonly string[], others: readonly string[]): string[] {
  return events.filter((event) => !others.includes(event));
}

/**
 * The oldest events that fit into a batch and are not on their way: at least one, if there is one,
 * be it too large for a batch.
 */
export function nextBatch(
  events: readonly string[],
  inFlight: readonly string[],
  eventsMax: number,
): readonly string[] {
  const waiting = without(events, inFlight).slice(0, eventsMax);
  while (waiting[1] && bytesOf(waiting) > BATCH_BYTES_MAX) waiting.length >>= 1;
  return waiting;
}

/** Losses of both. */
export function sum(a: Lost, b: Lost): Lost {
  const total: { [reason in LossReason]?: number } = { ...a };
  for (const reason of Object.keys(b) as LossReason[]) {
    total[reason] = (total[reason] ?? 0) + (b[reason] ?? 0);
  }
  return total;
}
