import type { Hono } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { parsePublicId } from '../identity/own-id.ts';
import { NOTICE_TYPES } from '../notify/notice.ts';
import type { Stream } from '../notify/stream.ts';
import type { StreamMessage } from '../query/answers.ts';
import { isKept, messagesAfter } from '../query/messages.ts';
import type { Keys } from '../store/keys.ts';
import type { Database } from '../store/open.ts';
import { type Ask, refuse, siteOf } from './ask.ts';
import { type Asker, NO_KEY } from './auth.ts';
import * as operations from './openapi/operations/events.ts';

export interface StreamDeps {
  readonly stream: Stream;
  /** A connection that only reads. */
  readonly database: Database;
  readonly keys: Pick<Keys, 'holderById'>;
}

/** A comment this often keeps proxies from closing a quiet stream. */
const KEEPALIVE_MS = 15_000;
/**
 * A reader with so many messages unread is cut off, so that it does not fill our memory; it may
 * connect again and goes on from the last message that it has read.
 */
const UNREAD_MAX = 1_000;
const MISSED_PER_STEP = 500;

const STREAM_TYPES: readonly string[] = ['event', ...NOTICE_TYPES];

/** What a listener wants to hear; everything, if absent. */
interface Filter {
  readonly types?: ReadonlySet<string>;
  /** Of the messages about segments and scores, by the ids of these. */
  readonly segments?: ReadonlySet<string>;
}

/**
 * What happens, as it happens: live events, and whatever is sent to webhooks. The latter carry ids, so
 * that who comes again with the last one hears what was told meanwhile.
 */
export function streamRoute(app: Hono<Asker>, deps: StreamDeps): void {
  app.get('/v1/stream', operations.openStream, (c) => {
    const [types, segments] = [listOf(c, 'types'), listOf(c, 'segments')];
    const filter = { ...(types && { types }), ...(segments && { segments }) };
    for (const type of types ?? []) {
      if (STREAM_TYPES.includes(type)) continue;
      const detail = `types must be some of ${STREAM_TYPES.join(', ')}, separated by commas.`;
      return refuse(c, { code: 'invalid_request', detail });
    }
    // A browser sends the header by itself when it connects again; others may use the address.
    const last = c.req.header('Last-Event-ID') || c.req.query('lastEventId') || undefined;
    const site = siteOf(c);
    const key = c.get('key');
    const isAllowed = () => key === NO_KEY || deps.keys.holderById(key) !== undefined;
    return streamSSE(c, async (sse) => {
      const listener = new Listener(sse, filter, isAllowed);
      sse.onAbort(deps.stream.subscribe(site, (message) => listener.hear(message)));
      await sse.write(': still here\n\n');
      if (last !== undefined) await tellMissed(listener, deps.database, site, last);
      listener.goLive();
      while (!sse.aborted) {
        await sse.sleep(KEEPALIVE_MS);
        await sse.write(': still here\n\n');
      }
    });
  });
}

/** Tells what was told after a message, or first that some of it is not kept any more. */
async function tellMissed(
  listener: Listener,
  database: Database,
  site: number,
  last: string,
): Promise<void> {
  let after = parsePublicId('msg', last);
  if (after === undefined || !(await isKept(database, site, after))) {
    await listener.tellGap();
    after ??= Number.MAX_SAFE_INTEGER;
  }
  for (let isFull = true; isFull && !listener.isGone; ) {
    const missed = await messagesAfter(database, site, after, MISSED_PER_STEP);
    for (const { id, message } of missed) {
      await listener.tell(message);
      after = id;
    }
    isFull = missed.length === MISSED_PER_STEP;
  }
}

/** One connection: first what it has missed, then what is told live, each message once. */
class Listener {
  readonly #sse: SSEStreamingApi;
  readonly #filter: Filter;
  /** Is the key still there with which the stream was opened? */
  readonly #isAllowed: () => boolean;
  /** What is told live while we still tell what was missed. */
  #held: StreamMessage[] | undefined = [];
  /** The highest id that was told. */
  #told = 0;
  #unread = 0;

  constructor(sse: SSEStreamingApi, filter: Filter, isAllowed: () => boolean) {
    this.#sse = sse;
    this.#filter = filter;
    this.#isAllowed = isAllowed;
  }

  get isGone(): boolean {
    return this.#sse.aborted;
  }

  hear(message: StreamMessage): void {
    if (!isWanted(message, this.#filter)) return;
    this.#unread += 1;
    if (this.#unread > UNREAD_MAX || !this.#isAllowed()) this.#sse.abort();
    else if (this.#held === undefined) this.#tellLive(message);
    else this.#held.push(message);
  }

  goLive(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const message of held) this.#tellLive(message);
  }

  async tell(message: StreamMessage): Promise<void> {
    const id = message.type === 'event' ? undefined : message.id;
    this.#told = Math.max(this.#told, idOf(message) ?? 0);
    if (!isWanted(message, this.#filter)) return;
    const data = JSON.stringify(message);
    await this.#sse.writeSSE({ event: message.type, data, ...(id !== undefined && { id }) });
  }

  async tellGap(): Promise<void> {
    await this.#sse.writeSSE({ event: 'gap', data: '{"type":"gap"}' });
  }

  #tellLive(message: StreamMessage): void {
    const id = idOf(message);
    const isKnown = id !== undefined && id <= this.#told;
    const told = isKnown ? Promise.resolve() : this.tell(message);
    void told.finally(() => (this.#unread -= 1));
  }
}

function idOf(message: StreamMessage): number | undefined {
  return message.type === 'event' ? undefined : parsePublicId('msg', message.id);
}

function isWanted(message: StreamMessage, { types, segments }: Filter): boolean {
  if (types !== undefined && !types.has(message.type)) return false;
  if (message.type === 'event' || segments === undefined) return true;
  return segments.has('segment' in message ? message.segment.id : message.score.id);
}

/** Reads a list from the address; an empty one is none. */
function listOf(c: Ask, name: string): ReadonlySet<string> | undefined {
  const names = (c.req.query(name) ?? '').split(',').filter((each) => each !== '');
  return names.length === 0 ? undefined : new Set(names);
}
