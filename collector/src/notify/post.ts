import dns from 'node:dns';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { type AllowedHosts, parseDestination } from './destination.ts';
import { publicLookup } from './public-lookup.ts';
import { retryAfterMs } from './retry-after.ts';

/** A receiver has this long for everything, from the look-up of its name to the end of its answer. */
export const TIMEOUT_MS = 15_000;
/** So much of an answer is read and kept; the rest is not taken off the wire. */
export const ANSWER_BYTES_MAX = 4_096;
/** A connection is kept this long for the next message to the same receiver. */
const IDLE_MS = 5_000;

/** What came of sending something once. */
export interface Posted {
  /** Absent if there was no answer. */
  readonly status?: number;
  /** Why there was no answer, in words. */
  readonly error?: string;
  /** The beginning of the answer's body as text, at most {@link ANSWER_BYTES_MAX} bytes of it. */
  readonly answer: string;
  /** How long the receiver asks us to wait before the next attempt. */
  readonly retryAfterMs?: number;
}

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a message once, follows nothing, and never rejects. */
export type Post = (message: Message, stop: AbortSignal) => Promise<Posted>;

export interface PostPorts {
  readonly allowedHosts: AllowedHosts;
  readonly clock: () => number;
  /** Finds the addresses of a name. */
  readonly lookup?: typeof dns.lookup;
  readonly timeoutMs?: number;
}

/**
 * A {@link Post} that reaches the public internet and the allowed hosts only. A name's addresses are
 * judged at the moment at which we connect, so that a name that leads elsewhere by then is no way in.
 */
export function createPost(ports: PostPorts): Post {
  const { allowedHosts, clock, lookup = dns.lookup, timeoutMs = TIMEOUT_MS } = ports;
  const options = { keepAlive: true, timeout: IDLE_MS };
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  return async ({ url: text, headers, body }, stop) => {
    const destination = parseDestination(text, allowedHosts);
    if (!destination.ok) return { error: `The address ${destination.problem}`, answer: '' };
    const { url, isAllowed } = destination;
    const isSecure = url.protocol === 'https:';
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([late, stop]);
    const request = (isSecure ? https : http).request(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
      agent: agents[isSecure ? 'https:' : 'http:'],
      signal,
      ...(!isAllowed && { lookup: publicLookup(lookup) }),
    } satisfies RequestOptions);
    try {
      const response = await answerTo(request, body);
      const status = response.statusCode ?? 0;
      const waitMs = retryAfterMs(response.headers['retry-after'], clock());
      return {
        status,
        answer: await beginningOf(response),
        ...(waitMs !== undefined && { retryAfterMs: waitMs }),
      };
    } catch (error) {
      const why = late.aborted ? `No answer within ${timeoutMs / 1_000} s` : wordsOf(error);
      return { error: why, answer: '' };
    } finally {
      request.destroy();
    }
  };
}

function answerTo(request: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

/** The status is what counts: a receiver that breaks off its body has answered all the same. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= ANSWER_BYTES_MAX) break;
    }
  } catch {
    // What has come until then is kept.
  }
  const beginning = Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX);
  // The decoder keeps back a character that the limit cuts in two. The database takes no NUL.
  return new TextDecoder().decode(beginning, { stream: true }).replaceAll('\0', '\u{fffd}');
}

function wordsOf(error: unknown): string {
  // Of a host with several addresses Node reports every failure, and no message of its own.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return first instanceof Error ? first.message : String(first);
}
