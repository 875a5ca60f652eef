import type { Collector } from './collector.ts';

/** Senders that never rest, and what was acknowledged to them. */
export interface Senders {
  /** The messageIds of all events that were acknowledged so far. */
  readonly acknowledged: readonly string[];
  /** Resolves once so many were. */
  readonly reach: (events: number) => Promise<void>;
  /** Lets what is under way finish. Rejects if anything was refused meanwhile. */
  readonly stop: () => Promise<void>;
}

const SENDERS = 6;
const EVENTS_PER_BATCH = 10;
/** People come back, so that what is known of them changes. */
const PEOPLE = 200;
const PATHS = ['/', '/pricing', '/docs'];

/** Sends events of many people to a collector, in batches, as fast as they are acknowledged. */
export function startSenders({ url, writeKey }: Pick<Collector, 'url' | 'writeKey'>): Senders {
  const acknowledged: string[] = [];
  const waiting: { readonly events: number; readonly resolve: () => void }[] = [];
  let made = 0;
  let stopped = false;
  const event = () => {
    made += 1;
    return {
      ...{ type: 'page', messageId: `m${made}`, anonymousId: `a${made % PEOPLE}` },
      properties: { path: PATHS[made % PATHS.length] },
      context: { sessionId: String(Math.floor(made / PEOPLE)) },
    };
  };
  const send = async () => {
    while (!stopped) {
      const batch = Array.from({ length: EVENTS_PER_BATCH }, event);
      const body = JSON.stringify({ writeKey, batch });
      const response = await fetch(`${url}/v1/batch`, { method: 'POST', body });
      const answer = await response.text();
      if (!response.ok) throw new Error(`Refused with ${response.status}: ${answer}`);
      acknowledged.push(...batch.map(({ messageId }) => messageId));
      for (const each of waiting) if (acknowledged.length >= each.events) each.resolve();
    }
  };
  const sending = Promise.all(Array.from({ length: SENDERS }, send));
  return {
    acknowledged,
    reach: async (events) => {
      const reached = new Promise<void>((resolve) => waiting.push({ events, resolve }));
      if (acknowledged.length < events) await Promise.race([reached, sending]);
    },
    stop: async () => {
      stopped = true;
      await sending;
    },
  };
}
