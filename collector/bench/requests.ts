import type { WireBatch, WireEvent } from '@inkling/sdk/protocol';
import { postOf } from './connection.ts';

/** Requests that are ready to be sent. */
export interface Requests {
  /** `undefined` once the events have run out. */
  readonly next: () => Buffer | undefined;
  /** How many were not made beforehand and cost the sender time while it was measured. */
  readonly madeLate: () => number;
}

export interface RequestPlan {
  readonly writeKey: string;
  readonly eventsPerRequest: number;
  /** So many events are made into requests at once. */
  readonly eventsPrepared: number;
  /** What comes after those: the same again, for a server that remembers nothing, or new ones. */
  readonly afterwards: 'again' | 'new';
}

export function createRequests(events: Iterator<WireEvent>, plan: RequestPlan): Requests {
  const { writeKey, eventsPerRequest } = plan;
  let sent = 0;
  let late = 0;
  const make = (): Buffer | undefined => {
    const batch: WireEvent[] = [];
    while (batch.length < eventsPerRequest) {
      const { value, done } = events.next();
      if (done === true) break;
      batch.push(value);
    }
    if (batch.length === 0) return undefined;
    const sentAt = new Date().toISOString();
    return postOf('/v1/batch', JSON.stringify({ writeKey, sentAt, batch } satisfies WireBatch));
  };
  const ready: Buffer[] = [];
  while (ready.length * eventsPerRequest < plan.eventsPrepared) {
    const made = make();
    if (made === undefined) break;
    ready.push(made);
  }
  return {
    next: () => {
      const request = ready[plan.afterwards === 'again' ? sent % ready.length : sent];
      sent += 1;
      if (request !== undefined) return request;
      late += 1;
      return make();
    },
    madeLate: () => late,
  };
}
