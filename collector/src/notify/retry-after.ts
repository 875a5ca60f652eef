const SECOND_MS = 1_000;
const SECONDS = /^\d{1,9}$/;
/** The one notation of a date that senders may still use: RFC 9110, 5.6.7. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * Reads the header `Retry-After`: whole seconds or a date.
 *
 * @returns Milliseconds from `nowMs`, at least 0; `undefined` for anything else.
 * @see RFC 9110, 10.2.3
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (SECONDS.test(text)) return Number(text) * SECOND_MS;
  const atMs = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
