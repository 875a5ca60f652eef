import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Hono } from 'hono';
import { streamText } from 'hono/streaming';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBody } from './body.ts';
import { listen, type Patience } from './listen.ts';
import { problemResponse } from './problem.ts';

/** Short, so that the tests are, and long enough for who is quick on a busy machine. */
const PATIENCE: Patience = { headersMs: 1_000, requestMs: 2_000, checkMs: 20 };
const DRIP_MS = 10;

let server: Server;
let port = 0;
/** Lets the answer of `/stream` go on to its end. */
let goOn = () => {};
const sockets: Socket[] = [];

beforeEach(async () => {
  const app = new Hono();
  app.get('/', (c) => c.text('hello'));
  app.post('/', async (c) => {
    const read = await readBody(c.req.raw, 1_000_000);
    return read.ok ? c.text(String(read.bytes)) : problemResponse('/', read.problem);
  });
  app.post('/v1/import', async (c) => {
    const read = await readBody(c.req.raw, 1_000_000);
    return read.ok ? c.text(String(read.bytes)) : problemResponse('/', read.problem);
  });
  const going = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  app.get('/stream', (c) =>
    streamText(c, async (stream) => {
      await stream.write('begun');
      await going;
      await stream.write(' and ended');
    }),
  );
  server = listen(app, { port: 0, hostname: '127.0.0.1' }, () => {}, PATIENCE);
  if (!server.listening) await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  goOn();
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

/** A client that does what it likes on its connection. */
interface Attacker {
  readonly socket: Socket;
  /** All that it was sent, once it was cut off. */
  readonly told: Promise<string>;
}

/** Sends `begin`, and then `drop` again and again; it never closes its side. */
function attack(begin: string, drop = ''): Attacker {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  // Writing to who has hung up fails.
  socket.on('error', () => undefined);
  if (begin !== '') socket.write(begin);
  const dripping = setInterval(() => drop !== '' && socket.write(drop), DRIP_MS);
  const told = new Promise<string>((resolve) => {
    const end = () => {
      clearInterval(dripping);
      resolve(text);
    };
    socket.once('end', end);
    socket.once('close', end);
  });
  return { socket, told };
}

/** Checks that it is one whole answer which tells of a problem, and that the connection ends with it. */
function expectProblem(told: string, expected: object): void {
  const [head = '', body = ''] = told.split('\r\n\r\n');
  const problem = JSON.parse(body);
  expect(problem).toMatchObject(expected);
  expect(head.split('\r\n')[0]).toBe(`HTTP/1.1 ${problem.status} `);
  expect(head).toMatch(/^content-type: application\/problem\+json$/im);
  expect(head).toMatch(/^access-control-allow-origin: \*$/im);
  expect(head).toMatch(/^connection: close$/im);
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
}

const SLOW = { status: 408, code: 'request_timeout', retryable: true };

describe('who is slow is told so and cut off', () => {
  const BODY = 'POST / HTTP/1.1\r\nHost: a\r\n';
  const WAYS: Readonly<Record<string, readonly [begin: string, drop: string]>> = {
    'says nothing': ['', ''],
    'begins and says no more': ['GET / HTTP/1.1\r\nHost: a\r\n', ''],
    'drips headers': ['GET / HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n'],
    'drips one header': ['GET / HTTP/1.1\r\nHost: a\r\nX-A: ', 'b'],
    'drips a body': [`${BODY}Content-Length: 100000\r\n\r\n{`, ' '],
    'drips a body in chunks': [`${BODY}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
  };

  test('whatever they are slow with', async () => {
    const attacks = Object.values(WAYS).map((way) => attack(...way));
    for (const { told } of attacks) expectProblem(await told, SLOW);
  });

  test('who was quick before', async () => {
    const { socket, told } = attack('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-A: ');
    const [first, second] = (await told).split('hello');
    expect(first).toMatch(/^HTTP\/1.1 200/);
    expectProblem(second ?? '', SLOW);
  });
});

test('a connection that carries many requests keeps nothing of them', async () => {
  const listeners = new Set<number>();
  server.on('request', ({ socket }) => listeners.add(socket.listenerCount('close')));
  const { socket } = attack('');
  for (let sent = 0; sent < 30; sent += 1) {
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nfour');
    await once(socket, 'data');
  }
  expect(listeners.size).toBe(1);
});

test('a file may take as long as it goes on, and not longer', async () => {
  const file = 'POST /v1/import HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\n';
  const slow = attack(`${file}Content-Length: 100000\r\n\r\na`, 'b');
  const silent = attack(`${file}Content-Length: 100000\r\n\r\na`);
  // Each in its turn: who says nothing for so long has had the time of two other bodies.
  expectProblem(await attack('POST / HTTP/1.1\r\nContent-Length: 9\r\nHost: a\r\n\r\n').told, SLOW);
  expectProblem(await silent.told, SLOW);
  expectProblem(await attack('POST / HTTP/1.1\r\nContent-Length: 9\r\nHost: a\r\n\r\n').told, SLOW);
  expect(slow.socket.readyState).toBe('open');
});

test('many who are slow keep nobody else out, and none of them stays', async () => {
  const slow = Array.from({ length: 300 }, () =>
    attack('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n', ' '),
  );
  await Promise.all(slow.map(({ socket }) => once(socket, 'connect')));
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'four' });
  expect(await answer.text()).toBe('4');
  for (const { told } of slow) expectProblem(await told, SLOW);
  // They have not closed their sides; that of `fetch` may be kept for the next request.
  const connections = () =>
    new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  await expect.poll(connections, { timeout: 20_000 }).toBeLessThanOrEqual(1);
});

describe('who sends', () => {
  test('too large headers', async () => {
    const told = await attack(`GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'b'.repeat(17_000)}\r\n\r\n`)
      .told;
    expectProblem(told, { status: 431, code: 'headers_too_large', limit: 16_384 });
  });

  test('headers that are just small enough, is answered', async () => {
    const { socket } = attack(`GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'b'.repeat(15_000)}\r\n\r\n`);
    const [chunk] = await once(socket, 'data');
    expect(String(chunk)).toMatch(/^HTTP\/1.1 200/);
  });

  test.each(['\u0016\u0003\u0001 TLS', 'SSH-2.0-client\r\n', 'GET / HTTP/9.9\r\n\r\n'])(
    'no HTTP: %j',
    async (begin) => {
      expectProblem(await attack(begin).told, { status: 400, code: 'invalid_request' });
    },
  );
});

test('an answer may take as long as it likes, and nothing is written into it', async () => {
  const { socket, told } = attack('GET /stream HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(socket, 'data');
  // By the time that somebody slow is cut off, the answer would have been, too.
  expectProblem(
    await attack('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n', '').told,
    SLOW,
  );
  expect(socket.readyState).toBe('open');
  socket.write('no HTTP at all');
  expect(await told).not.toContain('problem');

  const whole = attack('GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await once(whole.socket, 'data');
  expectProblem(await attack('').told, SLOW);
  goOn();
  expect(await whole.told).toContain(' and ended');
});
