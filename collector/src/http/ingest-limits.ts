import type { Problem } from './problem.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';

/** How many events per second the collector takes; any number where absent. */
export interface Rates {
  readonly perKey?: number;
  readonly perAddress?: number;
}

/** Who sends how much. */
export interface Sending {
  readonly writeKey: string;
  /** Absent if not known; then only the key counts. */
  readonly address?: string;
  readonly events: number;
}

/** Lets events through, or says why not; those that it lets through count from then on. */
export type Limit = (sending: Sending, nowMs: number) => Problem | undefined;

interface Bucket {
  readonly rate: RateLimit;
  /** What the bucket is of, or nothing. */
  readonly senderOf: (sending: Sending) => string | undefined;
  /** As a subject of a sentence. */
  readonly name: string;
}

/** Limits what comes in by write key and by address; whoever is over one takes nothing of the other. */
export function createLimit({ perKey, perAddress }: Rates): Limit {
  const buckets: readonly Bucket[] = [
    ...bucket(perKey, 'A write key', ({ writeKey }) => writeKey),
    ...bucket(perAddress, 'An address', ({ address }) => address),
  ];
  return (sending, nowMs) => {
    const own = buckets.flatMap(({ rate, senderOf, name }) => {
      const sender = senderOf(sending);
      return sender === undefined ? [] : [{ rate, sender, name }];
    });
    const waits = own.map((each) => ({ ...each, ms: each.rate.waitMs(each.sender, nowMs) }));
    const longest = waits.reduce<(typeof waits)[number] | undefined>(
      (most, each) => (each.ms > (most?.ms ?? 0) ? each : most),
      undefined,
    );
    if (longest !== undefined) return problemOf(longest.name, longest.rate.eventsPerS, longest.ms);
    // A request without events is work, too.
    for (const { rate, sender } of own) rate.take(sender, Math.max(1, sending.events), nowMs);
    return undefined;
  };
}

function bucket(
  eventsPerS: number | undefined,
  name: string,
  senderOf: Bucket['senderOf'],
): readonly Bucket[] {
  return eventsPerS === undefined ? [] : [{ rate: createRateLimit(eventsPerS), senderOf, name }];
}

function problemOf(name: string, limit: number, waitMs: number): Problem {
  const retryAfterS = Math.ceil(waitMs / 1_000);
  const detail = `${name} may send ${limit} events per second; send again in ${retryAfterS} s.`;
  return { code: 'rate_limited', detail, limit, retryAfterS };
}
