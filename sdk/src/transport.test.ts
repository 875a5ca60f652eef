import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Attempt, fetchTransport } from './transport.ts';

type Answer = (response: ServerResponse) => void;

let answer: Answer = (response) => response.end();
const heard: { readonly request: IncomingMessage; readonly body: string }[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  heard.push({ request, body });
  answer(response);
});
let url = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}/v1/batch` : '';
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end('{}');

describe('an attempt', () => {
  test.each<[string, Answer, Attempt]>([
    ['that was taken', status(200), [200, 0]],
    ['that came too early', status(429, { 'Retry-After': '7' }), [429, 7_000]],
    ['that may not be', status(403), [403, 0]],
    ['that was too large', status(413), [413, 0]],
    ['that was wrong', status(400), [400, 0]],
    ['that nobody answered', (response) => response.destroy(), [503, 0]],
  ])('%s', async (_, answers, expected) => {
    answer = answers;
    expect(await fetchTransport(url)('{"batch":[]}')).toEqual(expected);
  });

  test('needs no preflight', async () => {
    answer = status(200);
    await fetchTransport(url)('{"batch":[]}');
    const last = heard.at(-1);
    expect(last?.body).toBe('{"batch":[]}');
    expect(last?.request.headers['content-type']).toMatch(/^text\/plain/);
  });
});
