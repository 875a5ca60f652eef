/** First retry waits up to this long. */
export const RETRY_DELAY_MS_FIRST = 1_000;
/** No retry waits longer than this, unless the server says so. */
export const RETRY_DELAY_MS_MAX = 60_000;
/** A server that asks for more is asked again after an hour: pages rarely live longer. */
export const RETRY_AFTER_MS_MAX = 3_600_000;

/** With this key, or from this origin, nothing may be sent until the owner sees to it: not by this page. */
export function isForbidden(status: number): boolean {
  return status === 401 || status === 403;
}

/** What was sent may be taken later, unchanged. */
export function isPutOff(status: number): boolean {
  return status > 499 || status === 429 || status === 408;
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
 * @param header - Of `Retry-After`: seconds or a date.
 * @param dateMs - The header read as a date, milliseconds since 1970; NaN if it is none.
 * @returns Milliseconds, at most {@link RETRY_AFTER_MS_MAX}; 0 or less if it does not say, or not in a
 * way we know.
 */
export function retryAfterMs(header: string | null, dateMs: number, nowMs: number): number {
  return Math.min(Number(header) * 1_000 || dateMs - nowMs || 0, RETRY_AFTER_MS_MAX);
}
