import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came to the door. */
export interface Knock {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** When it came, in milliseconds of a clock that never goes back. */
  readonly atMs: number;
}

/** An answer that is given in place of the collector's. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** An address in front of a collector, at which it can be seen what comes, and refused. */
export interface Door {
  /** Without a slash at the end; of another origin than the collector's own. */
  readonly url: string;
  /** All that has come, in order. */
  readonly knocks: readonly Knock[];
  /** Answers the next POST to a path so, and all that comes after as the collector does. */
  readonly refuseOnce: (path: string, refusal: Refusal) => void;
  readonly close: () => Promise<void>;
}

/** Opens a door to the collector at `url`, which is asked by the door's own name. */
export async function openDoor(url: string): Promise<Door> {
  const knocks: Knock[] = [];
  const refusals = new Map<string, Refusal>();
  const pass = (asked: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: path = '', headers } = asked;
    const onward = request(new URL(path, url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    asked.pipe(onward);
  };
  const server = createServer((asked, response) => {
    const { method = '', url: path = '', headers } = asked;
    knocks.push({ method, path, headers, atMs: performance.now() });
    const refusal = method === 'POST' ? refusals.get(path) : undefined;
    if (refusal === undefined) return pass(asked, response);
    refusals.delete(path);
    asked.resume();
    response.writeHead(refusal.status, refusal.headers).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    knocks,
    refuseOnce: (path, refusal) => void refusals.set(path, refusal),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
