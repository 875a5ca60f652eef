import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';

/** An app that answers on this machine by a real socket. */
export interface Served {
  /** Its address, without a slash at the end. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

export async function serveApp(fetch: Parameters<typeof serve>[0]['fetch']): Promise<Served> {
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      // Clients keep theirs open for the next request.
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
