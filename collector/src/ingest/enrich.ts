import { type Json, type JsonObject, TEXT_CHARS_MAX } from '@inkling/sdk/protocol';
import { getCountry, getTimezone } from 'countries-and-timezones';
import { LRUCache } from 'lru-cache';
import { type Agent, isBrowser, readAgent } from './enrich-agent.ts';
import { referrerOf } from './enrich-referrer.ts';
import { cut } from './normalize-page.ts';
import { empty, isJsonObject } from './parse-object.ts';

/** What a request says of whoever sent it. */
export interface Sender {
  readonly userAgent?: string;
  /** ISO 3166-1 alpha-2, as the network in front of the collector says; anything else is passed over. */
  readonly country?: string;
  /** `Accept-Language`. */
  readonly languages?: string;
  /** The network address; it is looked up and forgotten. */
  readonly address?: string;
}

/** Where an address is; members are absent where that is not known. */
export interface Place extends JsonObject {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** Looks an address up. Never throws. */
export type Locate = (address: string) => Place | undefined;

export interface Enriched {
  readonly context: JsonObject;
  /** Nobody reads this page: the event is not to be kept. */
  readonly isBot: boolean;
}

/**
 * Adds what follows from a context to it: `browser`, `os`, `device`, `location`, `referrer`,
 * `campaign`, `locale`, `bot`. What the client says itself is never changed. Never throws.
 *
 * @param context - Cleaned, the user agent in it.
 * @param statedAddress - `context.ip`, as servers name the visitor's address; not kept.
 */
export type Enrich = (context: JsonObject, sender: Sender, statedAddress?: Json) => Enriched;

export interface EnrichOptions {
  /** Nothing is looked up if absent. */
  readonly locate?: Locate;
  /** Whether events of crawlers are kept, marked like those of browsers without a screen. */
  readonly keepsBots?: boolean;
}

/** User agents whose reading is remembered; a busy site sees some thousand. */
const AGENTS_MAX = 5_000;
const CAMPAIGN_KEYS = ['source', 'medium', 'campaign', 'term', 'content'] as const;

/** Makes an {@link Enrich} that remembers the user agents it has read. */
export function createEnrich({ locate, keepsBots = false }: EnrichOptions = {}): Enrich {
  const agents = new LRUCache<string, Agent>({ max: AGENTS_MAX });
  const agentOf = ({ userAgent, userAgentData }: JsonObject): Agent => {
    if (typeof userAgent !== 'string') return {};
    const key = isJsonObject(userAgentData)
      ? `${userAgent}\n${JSON.stringify(userAgentData)}`
      : userAgent;
    const known = agents.get(key);
    if (known !== undefined) return known;
    const read = readAgent(userAgent, userAgentData);
    agents.set(key, read);
    return read;
  };
  return (context, sender, statedAddress) => {
    const { bot, browser, os, device } = agentOf(context);
    if (bot === 'crawler' && !keepsBots) return { context, isBot: true };
    const seen = isBrowser(sender.userAgent) ? sender : {};
    const address = typeof statedAddress === 'string' ? statedAddress : seen.address;
    const place = address === undefined ? undefined : locate?.(address);
    const campaign = context.campaign ?? campaignOf(context.page);
    const more: Record<string, Json | undefined> = Object.assign(empty(), context);
    more.campaign = campaign;
    more.locale ??= languageOf(seen.languages);
    more.browser = merged(context.browser, browser, 'name');
    more.os = merged(context.os, os, 'name');
    more.device = merged(context.device, device, 'type');
    more.location = merged(context.location, placeOf(seen, place, context.timezone), 'country');
    more.referrer = merged(context.referrer, referrerOf(more as JsonObject), 'type');
    if (bot !== undefined) more.bot ??= true;
    for (const key of ADDED) if (more[key] === undefined) delete more[key];
    return { context: more as JsonObject, isBot: false };
  };
}

const ADDED = ['campaign', 'locale', 'browser', 'os', 'device', 'location', 'referrer'] as const;

/** The client's own facts, and ours beside them unless it names what is asked for most. */
function merged(
  own: Json | undefined,
  found: JsonObject | undefined,
  key: string,
): Json | undefined {
  if (found === undefined) return own;
  if ((own ?? null) === null) return found;
  return isJsonObject(own) && (own[key] ?? null) === null
    ? { ...found, ...own, [key]: found[key] ?? null }
    : own;
}

/** The network in front knows the country best; a file knows more; the clock's zone is a guess. */
function placeOf(
  { country }: Sender,
  place: Place | undefined,
  timezone: Json | undefined,
): Place | undefined {
  const told = country?.toUpperCase();
  if (told !== undefined && told !== place?.country && getCountry(told) !== null) {
    return { country: told };
  }
  if (place !== undefined) return place;
  // A zone that several countries share is named after a place in the first one.
  const [guess] = (typeof timezone === 'string' && getTimezone(timezone)?.countries) || [];
  return guess === undefined ? undefined : { country: guess };
}

/** The first of the languages that a browser prefers, as `navigator.language` has it. */
function languageOf(languages: string | undefined): string | undefined {
  return /^\s*([a-z]{2,3}(?:-[a-z\d]{2,8})*)/i.exec(languages?.slice(0, TEXT_CHARS_MAX) ?? '')?.[1];
}

/** The `utm_*` of the page's query, for clients that do not read them. */
function campaignOf(page: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(page)) return undefined;
  const { search, url } = page;
  const query = typeof search === 'string' ? search : typeof url === 'string' ? queryOf(url) : '';
  if (!query.includes('utm_')) return undefined;
  const parameters = new URLSearchParams(query);
  const found = empty();
  for (const key of CAMPAIGN_KEYS) {
    // An escaped NUL is one only now.
    const value = parameters.get(`utm_${key}`)?.replaceAll('\0', '');
    if (value) found[key === 'campaign' ? 'name' : key] = cut(value, TEXT_CHARS_MAX, new Set());
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

function queryOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}
