import type { LossReason } from './protocol.ts';

/**
 * What an attempt came to. `retry`: it may work later, unchanged. `too_large`: it may work in smaller
 * pieces. `refused`: it would fail again.
 */
export type Verdict = 'accepted' | 'retry' | Exclude<LossReason, 'overflow'>;

/** First retry waits up to this long. */
export const RETRY_DELAY_MS_FIRST = 1_000;
/** No retry waits longer than this, unless the server says so. */
export const RETRY_DELAY_MS_MAX = 60_000;
/** A server that asks for more is asked again after an hour: pages rarely live longer. */
export const RETRY_AFTER_MS_MAX = 3_600_000;

/** Reads the status of an answer. */
export function verdictOf(status: number): Verdict {
  if (status === 413) return 'too_large';
  if (status >= 500 || status === 429 || status === 408 || isForbidden(status)) return 'retry';
  return status >= 200 && status < 300 ? 'accepted' : 'refused';
}

/** With this key, or from this origin, nothing may be sent: no sooner than the owner sees to it. */
function isForbidden(status: number): boolean {
  return status === 401 || status === 403;
}

/**
 * How long to wait before retry number `attempt`: exponential backoff with full jitter, so that
 * browsers cut off together do not come back together.
 *
 * @param attempt - 0 for the first retry.
 * @param random - Uniform in [0, 1).
 * @returns Milliseconds, in [0, {@link RETRY_DELAY_MS_MAX}).
 *
 * @see Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function retryDelayMs(attempt: number, random: number): number {
  return random * Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_FIRST * 2 ** attempt);
}

/**
 * How long a server is to be left alone.
 *
 * @param status - 401 and 403: for as long as the page lives.
 * @param header - Of `Retry-After`: seconds or a date.
 * @param dateMs - The header read as a date, milliseconds since 1970; NaN if it is none.
 * @returns Milliseconds, at most {@link RETRY_AFTER_MS_MAX} or for ever; 0 if it does not say, or not
 * in a way we know.
 */
export function retryAfterMs(
  status: number,
  header: string | null,
  dateMs: number,
  nowMs: number,
): number {
  if (isForbidden(status)) return Infinity;
  const waitMs = Number(header) * 1_000 || dateMs - nowMs || 0;
  return Math.min(Math.max(waitMs, 0), RETRY_AFTER_MS_MAX);
}
