import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseJson, readBody } from './body.ts';

const LIMIT = 1000;

/** Some announce how long their body is, and others send it in pieces. */
const WAYS = ['announced', 'in pieces'] as const;

function post(
  body: string | Uint8Array<ArrayBuffer> | null,
  headers: Record<string, string> = {},
  way: (typeof WAYS)[number] = 'in pieces',
): Request {
  const length = way === 'announced' && { 'Content-Length': String(Buffer.byteLength(body ?? '')) };
  const init = { method: 'POST', body, headers: { ...headers, ...length } };
  return new Request('http://a.example/v1/batch', init);
}

/** What was read, or the code of the problem. */
async function check(request: Request, expected: string): Promise<void> {
  const read = await readBody(request, LIMIT);
  expect(read.ok ? read.text : `! ${read.problem.code}`).toBe(expected);
}

const text = 'x'.repeat(LIMIT);
const gzip = (content: string | Uint8Array) => new Uint8Array(gzipSync(content));

describe.each(WAYS)('a body that comes %s is read by its content', (way) => {
  test.each([
    ['plain', '{}', {}, '{}'],
    ['none at all', null, {}, ''],
    ['gzip without a label', gzip('{"é":1}'), {}, '{"é":1}'],
    ['gzip with its label', gzip('{}'), { 'Content-Encoding': 'gzip' }, '{}'],
    [
      'gzip called a form',
      gzip('{}'),
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      '{}',
    ],
    ['plain called gzip', '{}', { 'Content-Encoding': 'gzip' }, '{}'],
    ['plain called brotli', '{}', { 'Content-Encoding': 'br' }, '{}'],
    ['with a byte order mark', '\ufeff{}', {}, '{}'],
    ['as long as may be', text, {}, text],
    ['as long as may be, inflated', gzip(text), {}, text],
  ] as const)('%s', (_, body, headers, expected) => check(post(body, headers, way), expected));
});

describe.each(WAYS)('a body that comes %s is refused', (way) => {
  const truncated = gzip(text).slice(0, -9);
  const flipped = gzip('some text').map((byte, index) => (index === 12 ? byte ^ 0xff : byte));
  test.each([
    ['a byte too long', `${text}x`, {}, '! body_too_large'],
    ['a byte too long, inflated', gzip(`${text}x`), {}, '! body_too_large'],
    ['a bomb', gzip(new Uint8Array(100_000_000)), {}, '! body_too_large'],
    ['cut gzip', truncated, {}, '! malformed_body'],
    ['broken gzip', flipped, {}, '! malformed_body'],
    ['gzip of gzip', gzip(gzip('{}')), {}, '! malformed_body'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, '! malformed_body'],
    ['half a surrogate pair', new Uint8Array([0xed, 0xa0, 0x80]), {}, '! malformed_body'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0]), {}, '! malformed_body'],
    [
      'brotli',
      new Uint8Array(brotliCompressSync('{"é":"é"}')),
      { 'Content-Encoding': 'br' },
      '! unsupported_encoding',
    ],
    [
      'deflate',
      new Uint8Array(deflateSync('{}')),
      { 'Content-Encoding': 'deflate' },
      '! unsupported_encoding',
    ],
  ] as const)('%s', (_, body, headers, expected) => check(post(body, headers, way), expected));

  test('and the next one is read as if nothing had been', async () => {
    await check(post(new Uint8Array([0xff])), '! malformed_body');
    await check(post('\ufeff{}'), '{}');
  });
});

/** A body that counts how much of it was asked for. */
function stream(chunks: number, fail = false, headers: Record<string, string> = {}) {
  const counts = { pulled: 0, cancelled: false };
  const body = new ReadableStream({
    pull(controller) {
      counts.pulled += 1;
      if (counts.pulled > chunks) {
        if (fail) controller.error(new Error('The connection was lost'));
        else controller.close();
      } else controller.enqueue(new Uint8Array(100).fill(0x20));
    },
    cancel() {
      counts.cancelled = true;
    },
  });
  const init = { method: 'POST', headers, body, duplex: 'half' };
  return { counts, request: new Request('http://a.example/', init) };
}

test('a far too long body is read no further than the limit', async () => {
  const { counts, request } = stream(10_000);
  await check(request, '! body_too_large');
  expect(counts.pulled).toBeLessThan(15);
  expect(counts.cancelled).toBe(true);
});

test('a body that says it is too long is not read at all', async () => {
  const { counts, request } = stream(5, false, { 'Content-Length': String(LIMIT + 1) });
  await check(request, '! body_too_large');
  expect(counts.pulled).toBeLessThanOrEqual(1);
});

test('a body in pieces is put together, and its size told', async () => {
  const read = await readBody(stream(3).request, LIMIT);
  expect(read).toEqual({ ok: true, text: ' '.repeat(300), bytes: 300 });
});

test.each([{}, { 'Content-Length': '500' }])(
  'a sender who hangs up gets a problem, not an exception, %j',
  (headers) => check(stream(3, true, headers).request, '! request_timeout'),
);

describe('JSON', () => {
  test.each([
    ['', 'The body is empty.'],
    [' \n', 'The body is empty.'],
    ['{"a":', 'The body ends before its JSON does.'],
    ['{"a":1} x', 'The body stops being JSON at character 8.'],
    ["{'a':1}", 'The body stops being JSON at character 1.'],
    ['nonsense', 'The body is not JSON.'],
  ])('%j: %s', (body, detail) => {
    expect(parseJson(body)).toEqual({ ok: false, problem: { code: 'malformed_json', detail } });
  });
  test.each([
    ['null', null],
    ['3', 3],
    ['[]', []],
    ['{"a":[1]}', { a: [1] }],
  ])('%s', (body, value) => {
    expect(parseJson(body)).toEqual({ ok: true, value });
  });
  test('as deep as a body can be is no trouble', () => {
    expect(parseJson('['.repeat(500_000))).toMatchObject({ ok: false });
    expect(parseJson('['.repeat(250_000) + ']'.repeat(250_000)).ok).toBe(true);
  });
});
