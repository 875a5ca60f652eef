import { type Json, type JsonObject, TEXT_CHARS_MAX, URL_CHARS_MAX } from '@inkling/sdk/protocol';
import type { EventFlag } from '../event.ts';
import { empty, isJsonObject } from './parse-object.ts';
import { cleanPath, cleanQuery, cleanUrl } from './privacy.ts';

/** What a page view takes over from the context where its own properties do not say it. */
const PAGE_KEYS = ['path', 'url', 'title', 'referrer', 'search'] as const;
/** Where a `track` event names a place: of a link, a download, the page it came from. */
const LINK_KEYS = ['url', 'href', 'referrer'] as const;

const ABSOLUTE_URL = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Scheme and host of an absolute URL. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * The facts of a page, cleaned, each to its kind; other fields stay, except that whatever is an
 * absolute URL is cleaned as one (clients send `initial_referrer`, `tab_url` and more).
 */
export function cleanPage(page: JsonObject, flags: Set<EventFlag>): Record<string, Json> {
  const clean = empty();
  for (const key of Object.keys(page)) {
    const value = page[key];
    if (value === undefined) continue;
    clean[key] = typeof value === 'string' ? cleanFact(key, value, flags) : value;
  }
  return clean;
}

/**
 * The properties of a page view: its own, what the page of its context adds, and the path of its
 * URL where neither names one.
 *
 * @param contextPage - Already cleaned.
 */
export function pageProperties(
  properties: JsonObject,
  contextPage: Json | undefined,
  flags: Set<EventFlag>,
): JsonObject {
  const clean: Record<string, Json | undefined> = cleanPage(properties, flags);
  if (isJsonObject(contextPage)) {
    for (const key of PAGE_KEYS) {
      const fact = contextPage[key] ?? null;
      if (fact !== null) clean[key] ??= fact;
    }
  }
  if (typeof clean.url === 'string' && ABSOLUTE_URL.test(clean.url))
    clean.path ??= pathOf(clean.url);
  return clean;
}

/** Cleans the URLs in the properties of an event that is not a page view. */
export function cleanLinks(properties: JsonObject, flags: Set<EventFlag>): JsonObject {
  let clean: Record<string, Json | undefined> | undefined;
  for (const key of LINK_KEYS) {
    const value = properties[key];
    if (typeof value !== 'string') continue;
    clean ??= Object.assign(empty(), properties);
    clean[key] = cut(cleanUrl(value), URL_CHARS_MAX, flags);
  }
  return clean ?? properties;
}

/** Shortens a text to `charsMax` UTF-16 units or one less, so as not to part a surrogate pair. */
export function cut(text: string, charsMax: number, flags: Set<EventFlag>): string {
  if (text.length <= charsMax) return text;
  flags.add('truncated');
  const last = text.charCodeAt(charsMax - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? charsMax - 1 : charsMax);
}

function cleanFact(key: string, value: string, flags: Set<EventFlag>): string {
  if (key === 'title') return cut(value, TEXT_CHARS_MAX, flags);
  if (key === 'url' || key === 'referrer' || ABSOLUTE_URL.test(value)) {
    return cut(cleanUrl(value), URL_CHARS_MAX, flags);
  }
  if (key === 'path') return cut(cleanPath(value), URL_CHARS_MAX, flags);
  return key === 'search' ? cut(cleanQuery(value), URL_CHARS_MAX, flags) : value;
}

function pathOf(url: string): string {
  const path = cleanPath(url.replace(ORIGIN, ''));
  return path === '' ? '/' : path;
}
