import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Stream } from '../notify/stream.ts';
import { siteOf } from './ask.ts';
import type { Asker } from './auth.ts';

/** A comment this often keeps proxies from closing a quiet stream. */
const KEEPALIVE_MS = 15_000;
/**
 * A reader with so many messages unread is cut off, so that it does not fill our memory; it may
 * connect again and reads the lists for what it missed.
 */
const UNREAD_MAX = 1_000;

export interface StreamDeps {
  readonly stream: Stream;
}

/** What happens, as it happens: events, entered, left. */
export function streamRoute(app: Hono<Asker>, { stream }: StreamDeps): void {
  app.get('/v1/stream', (c) => {
    const site = siteOf(c);
    return streamSSE(c, async (sse) => {
      let unread = 0;
      const stop = stream.subscribe(site, (message) => {
        unread += 1;
        if (unread > UNREAD_MAX) return sse.abort();
        void sse
          .writeSSE({ event: message.type, data: JSON.stringify(message) })
          .finally(() => (unread -= 1));
      });
      sse.onAbort(stop);
      while (!sse.aborted) {
        await sse.write(': still here\n\n');
        await sse.sleep(KEEPALIVE_MS);
      }
    });
  });
}
