import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { readable } from './cors.ts';
import { isImport } from './import-format.ts';
import { type Problem, problemResponse } from './problem.ts';

/** How long a client may take to send, so that slow ones do not hold all connections. */
export interface Patience {
  /** From the connection, or the end of the request before, to the end of the headers. */
  readonly headersMs: number;
  /** The same to the end of the body. A file may take longer, as long as something of it arrives within this. */
  readonly requestMs: number;
  /** How often is looked for headers that took too long: their senders are cut off so much later at most. */
  readonly checkMs: number;
}

/** Five seconds for headers, and ten more for a body. Node would look every 30 s only. */
const PATIENCE: Patience = { headersMs: 5_000, requestMs: 15_000, checkMs: 1_000 };
const HEADER_BYTES_MAX = 16 * 1024;

const TOO_SLOW: Problem = {
  code: 'request_timeout',
  detail:
    'The request did not arrive in time: headers have 5 s, a body has 10 s, and a file may pause for 15 s.',
};
const HEADERS_TOO_LARGE: Problem = {
  code: 'headers_too_large',
  detail: `The headers have more than ${HEADER_BYTES_MAX} bytes.`,
  limit: HEADER_BYTES_MAX,
};
const NO_HTTP: Problem = { code: 'invalid_request', detail: 'This is not a request of HTTP/1.1.' };

/** Serves an app by a socket. Who sends too slowly, too much or no HTTP is told so, and cut off. */
export function listen(
  app: Pick<Hono, 'fetch'>,
  { port, hostname }: { readonly port: number; readonly hostname: string },
  listening: (port: number) => void,
  patience: Patience = PATIENCE,
): Server {
  const server = serve(
    {
      ...{ fetch: app.fetch, port, hostname },
      serverOptions: {
        headersTimeout: patience.headersMs,
        // Files take as long as they take: see `watchBody`.
        requestTimeout: 0,
        connectionsCheckingInterval: patience.checkMs,
        maxHeaderSize: HEADER_BYTES_MAX,
      },
    },
    (address) => listening(address.port),
  ) as Server;
  const answers = new WeakMap<Socket, ServerResponse>();
  /** Into an answer that has begun nothing else may be written. */
  const cutOff = (socket: Socket, problem: Problem | undefined) => {
    const answer = answers.get(socket);
    const isBetweenAnswers = answer === undefined || answer.writableEnded || !answer.headersSent;
    if (problem === undefined || !socket.writable || !isBetweenAnswers) socket.destroy();
    else void refuse(socket, problem);
  };
  server.on('request', (request, answer) => {
    answers.set(request.socket, answer);
    watchBody(request, answer, patience, () => cutOff(request.socket, TOO_SLOW));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    cutOff(socket, error.code === 'ECONNRESET' ? undefined : problemOf(error.code));
  });
  return server;
}

/** Calls `late` once a body has had its time; that of a file begins anew with whatever arrives. */
function watchBody(
  request: IncomingMessage,
  answer: ServerResponse,
  { headersMs, requestMs }: Patience,
  late: () => void,
): void {
  if (request.complete) return;
  const { socket } = request;
  const isFile = isImport(request.url ?? '', request.headers['content-type']);
  let bytesRead = socket.bytesRead;
  const look = () => {
    if (request.complete) return;
    // Where nothing is read since we have enough to do, the sender is not slow.
    const goesOn = socket.bytesRead > bytesRead || request.readableLength > 0;
    bytesRead = socket.bytesRead;
    if (isFile && goesOn && !answer.writableEnded) timer.refresh();
    else late();
  };
  const timer = setTimeout(look, isFile ? requestMs : requestMs - headersMs);
  const end = () => {
    clearTimeout(timer);
    socket.off('close', end);
  };
  request.once('close', end);
  // One connection carries many requests.
  socket.once('close', end);
}

function problemOf(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return TOO_SLOW;
  return code === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : NO_HTTP;
}

/** There is no request that could be answered, so the answer is written as it goes over the wire. */
async function refuse(socket: Socket, problem: Problem): Promise<void> {
  // Whose path was not understood has none.
  const response = readable(problemResponse('/', problem));
  const body = await response.text();
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${response.status} \r\n${lines.join('')}`;
  socket.write(
    `${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // Without this a client that never closes its side would keep the connection.
  socket.destroySoon();
}
