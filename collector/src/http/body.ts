import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Problem } from './problem.ts';

/** A value, or why there is none. */
export type Read<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly problem: Problem };

const inflate = promisify(gunzip);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The first two bytes of every gzip file (RFC 1952). No text in UTF-8 starts with them. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * Reads a body as text, by its content and not by its labels: clients send gzip with and without
 * `Content-Encoding`, or call it a form. Stops reading, and inflating, as soon as the limit is
 * passed, so that no request costs more memory than twice the limit. A byte order mark is left out.
 *
 * @param bytesMax - Of the body as it is sent, and again of what it inflates to.
 * @returns The text and its size in bytes. Rejects never: a sender who hangs up gets a problem too.
 */
export async function readBody(
  request: Request,
  bytesMax: number,
): Promise<Read<{ readonly text: string; readonly bytes: number }>> {
  const announced = request.headers.get('Content-Length');
  if (Number(announced) > bytesMax) return tooLarge(bytesMax);
  const sent = await (announced === null ? readStream(request, bytesMax) : readWhole(request));
  if (!sent.ok) return sent;
  const plain = isGzip(sent.content) ? await inflated(sent.content, bytesMax) : sent;
  if (!plain.ok) return plain;
  try {
    return { ok: true, text: utf8.decode(plain.content), bytes: plain.content.length };
  } catch {
    return undecodable(request.headers.get('Content-Encoding'));
  }
}

/** Parses a text that {@link readBody} read, saying as well as it can where it goes wrong. */
export function parseJson(text: string): Read<{ readonly value: unknown }> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return refuse({ code: 'malformed_json', detail: jsonFault(text, error) });
  }
}

type Content = Read<{ readonly content: Uint8Array }>;

const INCOMPLETE = refuse({ code: 'request_timeout', detail: 'The body did not arrive in full.' });

/** Of a body that says how long it is HTTP takes no more than that; streams cost ten times as much. */
async function readWhole(request: Request): Promise<Content> {
  try {
    return { ok: true, content: new Uint8Array(await request.arrayBuffer()) };
  } catch {
    return INCOMPLETE;
  }
}

async function readStream(request: Request, bytesMax: number): Promise<Content> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length;
      // Leaving the loop cancels the stream: what is still on its way is not read.
      if (bytes > bytesMax) return tooLarge(bytesMax);
      chunks.push(chunk);
    }
  } catch {
    return INCOMPLETE;
  }
  return { ok: true, content: Buffer.concat(chunks, bytes) };
}

/** Does it start as every gzip file does? */
export function isGzip(content: Uint8Array): boolean {
  return content[0] === GZIP_MAGIC[0] && content[1] === GZIP_MAGIC[1];
}

async function inflated(content: Uint8Array, bytesMax: number): Promise<Content> {
  try {
    return { ok: true, content: await inflate(content, { maxOutputLength: bytesMax }) };
  } catch (error) {
    return error instanceof RangeError
      ? tooLarge(bytesMax)
      : refuse({
          code: 'malformed_body',
          detail: 'The body starts as gzip but cannot be inflated.',
        });
  }
}

/** A body in another encoding than gzip is not UTF-8 either; its label then says what it is. */
function undecodable(encoding: string | null): Read<never> {
  const known = encoding === null || /^(?:x-)?gzip$|^identity$/i.test(encoding.trim());
  return known
    ? refuse({ code: 'malformed_body', detail: 'The body is not UTF-8.' })
    : refuse({ code: 'unsupported_encoding', detail: 'Send the body as it is, or as gzip.' });
}

function tooLarge(bytesMax: number): Read<never> {
  const detail = `The body, inflated, is larger than ${bytesMax} bytes; send fewer events at once.`;
  return refuse({ code: 'body_too_large', detail, limit: bytesMax });
}

function refuse(problem: Problem): Read<never> {
  return { ok: false, problem };
}

/** V8 names a position for some faults only, and quotes the body for others. */
function jsonFault(text: string, error: unknown): string {
  if (text.trim() === '') return 'The body is empty.';
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return `The body stops being JSON at character ${position}.`;
  return message.includes('end of JSON')
    ? 'The body ends before its JSON does.'
    : 'The body is not JSON.';
}
