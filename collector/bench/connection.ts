/** A keep-alive connection that costs the machine as little as can be: one request at a time, on a bare socket. */
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Connection {
  /** Sends a whole request as {@link postOf} makes it. Rejects when the connection breaks. */
  readonly exchange: (request: Buffer) => Promise<Answer>;
  readonly close: () => void;
}

const HEAD_END = '\r\n\r\n';

/** A POST with its head, ready for the wire. The type is what browsers send without a preflight. */
export function postOf(path: string, body: string): Buffer {
  const bytes = Buffer.byteLength(body);
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: ${bytes}${HEAD_END}`;
  return Buffer.from(head + body);
}

export async function openConnection(port: number): Promise<Connection> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  let received: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (answer === undefined) return;
    received = Buffer.alloc(0);
    waiting?.resolve(answer);
  });
  failWith(socket, (error) => waiting?.reject(error));
  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

function failWith(socket: Socket, fail: (error: Error) => void): void {
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The server closed the connection')));
}

/** `undefined` until all of it has arrived. */
function readAnswer(bytes: Buffer): Answer | undefined {
  const headBytes = bytes.indexOf(HEAD_END);
  if (headBytes < 0) return undefined;
  const head = bytes.toString('latin1', 0, headBytes);
  const bodyBytes = /\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (bodyBytes === undefined) throw new Error(`The answer has no Content-Length:\n${head}`);
  const start = headBytes + HEAD_END.length;
  if (bytes.length < start + Number(bodyBytes)) return undefined;
  return { status: Number(head.slice(9, 12)), body: bytes.toString('utf8', start) };
}
