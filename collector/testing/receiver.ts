import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a receiver of webhooks got it. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a request. */
export type Answering = (request: Received, response: ServerResponse) => void;

/** A receiver of webhooks on this machine: a real server, whose answers the test chooses. */
export interface Receiver {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** All that has come, in order. */
  readonly received: readonly Received[];
  /** How it answers from now on. At first: 200 and no body. */
  answering: Answering;
  /** Resolves once so many requests have come in all. */
  readonly count: (total: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Answers with a status and nothing else. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answering {
  return (_request, response) => void response.writeHead(code, headers).end();
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const waiting: { readonly total: number; readonly resolve: () => void }[] = [];
  const receiver = { answering: status(200) };
  const server = createServer((request, response) => {
    void read(request).then((each) => {
      received.push(each);
      for (const { total, resolve } of waiting) if (received.length >= total) resolve();
      receiver.answering(each, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    get answering() {
      return receiver.answering;
    },
    set answering(answering: Answering) {
      receiver.answering = answering;
    },
    count: async (total) => {
      if (received.length >= total) return;
      await new Promise<void>((resolve) => waiting.push({ total, resolve }));
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const body = Buffer.concat(chunks).toString();
  return { path: request.url ?? '', headers: Object.fromEntries(headers), body };
}
