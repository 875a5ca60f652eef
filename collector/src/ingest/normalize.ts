import { type JsonObject, TEXT_CHARS_MAX } from '@inkling/sdk/protocol';
import type { Event, EventFlag } from '../event.ts';
import { formatInstant } from '../instant.ts';
import type { Enrich, Sender } from './enrich.ts';
import { canonicalJson } from './normalize-canonical.ts';
import { cleanLinks, cleanPage, cut, pageProperties } from './normalize-page.ts';
import type { DropCode, RejectionCode } from './outcome.ts';
import type { ParsedEvent } from './parse-event.ts';
import { empty, isJsonObject } from './parse-object.ts';
import { maskSecrets } from './privacy-secrets.ts';

/** What the request says about all of its events. */
export interface RequestFacts {
  /** When the request arrived by our clock. Milliseconds since 1970, an integer. */
  readonly receivedAtMs: number;
  /** When it left by the client's clock. Milliseconds since 1970. */
  readonly sentAtMs?: number;
  /** Of the request's headers; the user agent is used where the client's library names none. */
  readonly sender?: Sender;
  /** Contexts stay as they are if absent. */
  readonly enrich?: Enrich;
  /** Events older than this are refused. */
  readonly retentionMs: number;
  /**
   * Makes a messageId of an event's content, for clients that send none: equal for equal texts and,
   * in practice, for no others; at most 100 characters.
   */
  readonly deriveMessageId: (canonical: string) => string;
}

export type Normalized =
  | { readonly ok: true; readonly event: Event }
  | { readonly ok: false; readonly code: RejectionCode | DropCode; readonly detail: string };

/** Clocks that were just set agree this well; a time further ahead is worth a flag. */
export const CLOCK_SKEW_MS_MAX: number = 5 * 60_000;

/**
 * Turns a parsed event into one that the core can take: its time corrected by the client's own
 * clock, the facts of its page in its properties, personal details left out, what follows from its
 * context added. Its messageId is made of what came, so that it is the same from another address.
 * Never throws.
 */
export function normalize(parsed: ParsedEvent, facts: RequestFacts): Normalized {
  const { receivedAtMs } = facts;
  const claimedMs = correctedMs(parsed, facts);
  // Nothing can have happened later than we heard of it.
  const atMs = Math.min(claimedMs, receivedAtMs);
  if (atMs < receivedAtMs - facts.retentionMs) return tooOld(atMs, facts);
  const flags = new Set<EventFlag>();
  if (claimedMs > receivedAtMs + CLOCK_SKEW_MS_MAX) flags.add('clock_skew');
  if (parsed.messageId === undefined) flags.add('no_message_id');
  if (parsed.placeholder) flags.add('placeholder_id');
  const cleaned = cleanContext(parsed.context, facts.sender?.userAgent, flags);
  const enriched = facts.enrich?.(cleaned, facts.sender ?? {}, parsed.context.ip);
  if (enriched?.isBot) return BOT;
  const context = enriched?.context ?? cleaned;
  const event: Draft = {
    messageId: parsed.messageId ?? facts.deriveMessageId(canonicalContent(parsed)),
    type: parsed.type,
    atMs,
    receivedAtMs,
    properties: maskSecrets(cleanProperties(parsed, context, flags)),
    context: maskSecrets(context),
    traits: maskSecrets(parsed.traits),
    flags: [],
  };
  for (const key of [
    'name',
    'userId',
    'anonymousId',
    'groupId',
    'previousId',
    'sessionId',
  ] as const) {
    const value = parsed[key];
    if (value !== undefined) event[key] = value;
  }
  event.flags = [...flags];
  return { ok: true, event };
}

const BOT = {
  ok: false,
  code: 'bot',
  detail: 'Its user agent is a crawler; nothing of it was kept. BOTS=keep keeps such events.',
} as const;

type Draft = { -readonly [K in keyof Event]: Event[K] };

/**
 * How long before sending it happened is true even by a wrong clock; so is how long before arrival,
 * as far as the journey takes no time. Without both times of the client's there is only its word.
 */
function correctedMs(parsed: ParsedEvent, facts: RequestFacts): number {
  const { receivedAtMs } = facts;
  const { timestampMs } = parsed;
  if (timestampMs === undefined) return receivedAtMs;
  const sentAtMs = facts.sentAtMs ?? parsed.sentAtMs;
  return sentAtMs === undefined ? timestampMs : receivedAtMs - (sentAtMs - timestampMs);
}

function tooOld(atMs: number, facts: RequestFacts): Normalized {
  const oldest = formatInstant(Math.max(0, facts.receivedAtMs - facts.retentionMs));
  const happened = atMs >= 0 ? `happened ${formatInstant(atMs)}` : 'happened before 1970';
  return {
    ok: false,
    code: 'too_old',
    detail: `${happened}, by the clock of its request; events are kept since ${oldest}`,
  };
}

/**
 * All that makes an event this event, in a fixed order. A client that sends neither messageId nor
 * timestamp cannot be told from one that says the same thing twice, and counts once. A token is
 * renewed between two attempts and no part of what happened.
 */
function canonicalContent(parsed: ParsedEvent): string {
  const { messageId: _, sentAtMs: __, placeholder: ___, identityToken: ____, ...content } = parsed;
  return canonicalJson(content);
}

function cleanProperties(
  parsed: ParsedEvent,
  context: JsonObject,
  flags: Set<EventFlag>,
): JsonObject {
  return parsed.type === 'page' || parsed.type === 'screen'
    ? pageProperties(parsed.properties, context.page, flags)
    : cleanLinks(parsed.properties, flags);
}

/** Leaves out the address of the network, cleans the page, adds the user agent if it is missing. */
function cleanContext(
  context: JsonObject,
  userAgent: string | undefined,
  flags: Set<EventFlag>,
): JsonObject {
  const clean = empty();
  for (const key of Object.keys(context)) {
    const value = context[key];
    if (value === undefined || key === 'ip' || key === 'userAgent') continue;
    clean[key] = key === 'page' && isJsonObject(value) ? cleanPage(value, flags) : value;
  }
  const agent = typeof context.userAgent === 'string' ? context.userAgent : userAgent;
  if (agent !== undefined && agent !== '') clean.userAgent = cut(agent, TEXT_CHARS_MAX, flags);
  return clean;
}
