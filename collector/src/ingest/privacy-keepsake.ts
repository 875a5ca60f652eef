import type { Json, JsonObject } from '@inkling/sdk/protocol';
import type { Keepsake } from './outcome.ts';
import { jsonBytes } from './parse-bytes.ts';
import { empty } from './parse-object.ts';
import { cleaned, isObject } from './parse-text.ts';
import { cleanPath, cleanQuery, cleanUrl } from './privacy.ts';
import { maskSecrets } from './privacy-secrets.ts';

/** Of a rejected event about so much is kept, in bytes of JSON. */
export const KEEPSAKE_BYTES_MAX = 8 * 1024;

/** What stands where something was left out since it is long. */
export const CUT_MASK = '[cut]';

/** Deeper than any event may be, so that what is too deep can be seen to be. */
const DEPTH_MAX = 12;
const KEY_CHARS_MAX = 200;
const TEXT_CHARS_MAX = 1_000;
/** Of a longer text no more is cleaned: cleaning takes as long as its text. */
const CLEANED_CHARS_MAX = 8 * TEXT_CHARS_MAX;

const ABSOLUTE_URL = /^[a-z][a-z0-9+.-]*:\/\//i;

/** What one event may still grow by, and whether something did not fit. */
interface Copying {
  bytesLeft: number;
  isCut: boolean;
}

/**
 * What is kept of an event that was rejected: the event as it came, without secrets, with clean URLs,
 * without the address of the network, and cut where it is long, deep or broad. Never throws.
 *
 * @param element - Any JSON.
 */
export function keepsakeOf(element: unknown): Keepsake {
  const copying: Copying = { bytesLeft: KEEPSAKE_BYTES_MAX, isCut: false };
  const copy = copyValue(element, '', 0, copying);
  const { event = null } = maskSecrets({ event: copy });
  return { event: JSON.stringify(event), isCut: copying.isCut };
}

/** Recursion is bounded by {@link DEPTH_MAX}, which is looked at before going down. */
function copyValue(value: unknown, key: string, depth: number, copying: Copying): Json {
  switch (typeof value) {
    case 'string':
      return copyText(value, key, copying);
    case 'boolean':
    case 'number':
      copying.bytesLeft -= String(value).length;
      return value;
    default:
      break;
  }
  copying.bytesLeft -= 4;
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= DEPTH_MAX) return cut(copying);
  if (Array.isArray(value)) return copyList(value, key, depth, copying);
  return isObject(value) ? copyObject(value, depth, copying) : null;
}

function copyText(whole: string, key: string, copying: Copying): string {
  const isLong = whole.length > CLEANED_CHARS_MAX;
  const clean = cleanText(isLong ? whole.slice(0, CLEANED_CHARS_MAX) : whole, key);
  const isCut = isLong || clean.length > TEXT_CHARS_MAX;
  // A cut within a surrogate pair would leave half of it.
  const text = cleaned(isCut ? `${clean.slice(0, TEXT_CHARS_MAX)}${CUT_MASK}` : clean);
  const bytes = jsonBytes(text, KEEPSAKE_BYTES_MAX);
  if (bytes > copying.bytesLeft) return cut(copying);
  copying.bytesLeft -= bytes;
  copying.isCut ||= isCut;
  return text;
}

/** As what is accepted is cleaned, by the kind of its place. */
function cleanText(text: string, key: string): string {
  if (key === 'url' || key === 'href' || key === 'referrer' || ABSOLUTE_URL.test(text)) {
    return cleanUrl(text);
  }
  if (key === 'path') return cleanPath(text);
  return key === 'search' ? cleanQuery(text) : text;
}

function copyList(
  list: readonly unknown[],
  key: string,
  depth: number,
  copying: Copying,
): readonly Json[] {
  const copy: Json[] = [];
  for (const each of list) {
    if (copying.bytesLeft <= 0) return [...copy, cut(copying)];
    copying.bytesLeft -= 1;
    copy.push(copyValue(each, key, depth + 1, copying));
  }
  return copy;
}

function copyObject(
  source: Readonly<Record<string, unknown>>,
  depth: number,
  copying: Copying,
): JsonObject {
  const copy = empty();
  for (const key of Object.keys(source)) {
    // The address of the network is kept nowhere, and this key is a trap for whoever copies it.
    if (key === 'ip' || key === '__proto__') continue;
    if (copying.bytesLeft <= 0) {
      copying.isCut = true;
      break;
    }
    const isLong = key.length > KEY_CHARS_MAX;
    const shown = cleaned(isLong ? `${key.slice(0, KEY_CHARS_MAX)}${CUT_MASK}` : key);
    copying.bytesLeft -= jsonBytes(shown, KEEPSAKE_BYTES_MAX) + 2;
    // A key says whether its value is a secret: where it is cut, so is the value.
    copy[shown] = isLong ? cut(copying) : copyValue(source[key], key, depth + 1, copying);
  }
  return copy;
}

function cut(copying: Copying): string {
  copying.isCut = true;
  return CUT_MASK;
}
