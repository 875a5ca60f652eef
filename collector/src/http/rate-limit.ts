import { LRUCache } from 'lru-cache';

/** How long a full bucket lasts at its rate: visitors come in waves, and so do queues of clients. */
const BURST_MS = 10_000;
/** Whoever comes back after so many others finds a full bucket: memory is bounded, about 100 B each. */
const BUCKETS_MAX = 50_000;

/** What sums of fractions of a millisecond may be off by. */
const ROUNDING_MS = 1e-6;

/** A token bucket for each of many senders. */
export interface RateLimit {
  /** Tokens per second. */
  readonly perS: number;
  /** Whole milliseconds until this sender may send again; 0 if now. */
  readonly waitMs: (sender: string, nowMs: number) => number;
  /** Takes so many tokens. */
  readonly take: (sender: string, tokens: number, nowMs: number) => void;
}

/**
 * Limits what each sender does per second, with a burst of ten seconds' worth. A request is let through while a
 * token is left, and what it takes beyond that is paid back before the next one: so the largest batch
 * goes through at any rate, and large ones do not starve beside small ones.
 *
 * @param perS - At least 1, whole.
 * @param buckets - How many senders are remembered, those heard of last.
 */
export function createRateLimit(perS: number, buckets: number = BUCKETS_MAX): RateLimit {
  const msPerToken = 1_000 / perS;
  /** What is missing in each bucket, as the time that it takes to fill. No entry is a full bucket. */
  const missing = new LRUCache<string, Missing>({ max: buckets });
  const missingMs = (sender: string, nowMs: number) => {
    const found = missing.get(sender);
    if (found === undefined) return 0;
    // A clock that was set back must not add to what is to be waited for.
    return Math.max(0, found.ms - Math.max(0, nowMs - found.atMs));
  };
  return {
    perS,
    waitMs: (sender, nowMs) => {
      const overMs = missingMs(sender, nowMs) + msPerToken - BURST_MS;
      return Math.max(0, Math.ceil(overMs - ROUNDING_MS));
    },
    take: (sender, tokens, nowMs) => {
      const ms = missingMs(sender, nowMs) + tokens * msPerToken;
      missing.set(sender, { ms, atMs: nowMs });
    },
  };
}

interface Missing {
  readonly ms: number;
  /** When that was so. */
  readonly atMs: number;
}
