import { ANSWER_MS_MAX } from './limits.ts';
import { retryAfterMs } from './retry.ts';

/** What came of one attempt: status 503 if nobody answered. */
export type Attempt = readonly [
  status: number,
  /** How long the server asks to be left alone; 0 or less if it does not. */
  waitMs: number,
];

/** Delivers one body. Never rejects. */
export type Transport = (body: string) => Promise<Attempt>;

/** Taken as the script loads: a page may put its own in its place later. */
const post: (url: string, request: object) => Promise<Response> = globalThis.fetch;

/**
 * A {@link Transport} that POSTs to `url` and outlives the page that called it. A string goes as
 * text/plain, which needs no preflight. Of all ways to send, this alone hears that something arrived:
 * `sendBeacon` says yes where nothing does.
 */
export function fetchTransport(url: string): Transport {
  return async (body) => {
    try {
      const { status, headers } = await post(url, {
        method: 'POST',
        body,
        keepalive: true,
        // Old browsers cannot wait for so long and no longer.
        signal: AbortSignal.timeout?.(ANSWER_MS_MAX),
      });
      const header = headers.get('Retry-After');
      return [status, retryAfterMs(header, Date.parse(header ?? ''), Date.now())];
    } catch {
      return [503, 0]; // Offline, DNS, CORS: the browser does not say which.
    }
  };
}
