import { LRUCache } from 'lru-cache';
import type { Problem } from './problem.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';

/** How much the collector takes per second; any number where absent. */
export interface Rates {
  /** Events. */
  readonly perKey?: number;
  /** Events. */
  readonly perAddress?: number;
  /** Devices that were not heard of before: each may become a person. */
  readonly newPerAddress?: number;
}

/** Who sends how much. */
export interface Sending {
  readonly writeKey: string;
  /** Absent if not known; then only the key counts. */
  readonly address?: string;
  readonly events: number;
  /** Anonymous ids of whoever is not named, each once. */
  readonly strangers: readonly string[];
}

/** Lets events through, or says why not; those that it lets through count from then on. */
export type Limit = (sending: Sending, nowMs: number) => Problem | undefined;

interface Bucket {
  readonly rate: RateLimit;
  /** What the bucket is of, or nothing. */
  readonly senderOf: (sending: Sending) => string | undefined;
  /** How much of it a request takes. Where that is nothing it goes through. */
  readonly costOf: (sending: Sending) => number;
  /** What a sender may do, as the beginning of a sentence, given how many per second. */
  readonly says: (perS: number) => string;
}

/** Whoever was heard of before so many others counts as new again: a few megabytes. */
const KNOWN_MAX = 100_000;

/** Limits what comes in by write key and by address; whoever is over one takes nothing of the other. */
export function createLimit({ perKey, perAddress, newPerAddress }: Rates): Limit {
  const known = new LRUCache<string, true>({ max: KNOWN_MAX });
  const nameOf = ({ writeKey }: Sending, stranger: string) => `${writeKey} ${stranger}`;
  // A request without events is work, too.
  const eventsOf = ({ events }: Sending) => Math.max(1, events);
  const buckets: readonly Bucket[] = [
    ...bucket(perKey, {
      senderOf: ({ writeKey }) => writeKey,
      costOf: eventsOf,
      says: (perS) => `A write key may send ${perS} events per second`,
    }),
    ...bucket(perAddress, {
      senderOf: ({ address }) => address,
      costOf: eventsOf,
      says: (perS) => `An address may send ${perS} events per second`,
    }),
    ...bucket(newPerAddress, {
      senderOf: ({ address }) => address,
      costOf: (sending) =>
        sending.strangers.filter((each) => !known.has(nameOf(sending, each))).length,
      says: (perS) => `An address may bring ${perS} new anonymous ids per second`,
    }),
  ];
  return (sending, nowMs) => {
    const own = buckets.flatMap(({ rate, senderOf, costOf, says }) => {
      const [sender, cost] = [senderOf(sending), costOf(sending)];
      return sender === undefined || cost === 0 ? [] : [{ rate, sender, cost, says }];
    });
    const waits = own.map((each) => ({ ...each, ms: each.rate.waitMs(each.sender, nowMs) }));
    const longest = waits.reduce<(typeof waits)[number] | undefined>(
      (most, each) => (each.ms > (most?.ms ?? 0) ? each : most),
      undefined,
    );
    if (longest !== undefined) return problemOf(longest.says, longest.rate.perS, longest.ms);
    for (const { rate, sender, cost } of own) rate.take(sender, cost, nowMs);
    for (const each of sending.strangers) known.set(nameOf(sending, each), true);
    return undefined;
  };
}

function bucket(perS: number | undefined, rest: Omit<Bucket, 'rate'>): readonly Bucket[] {
  return perS === undefined ? [] : [{ rate: createRateLimit(perS), ...rest }];
}

function problemOf(says: Bucket['says'], limit: number, waitMs: number): Problem {
  const retryAfterS = Math.ceil(waitMs / 1_000);
  const detail = `${says(limit)}; send again in ${retryAfterS} s.`;
  return { code: 'rate_limited', detail, limit, retryAfterS };
}
