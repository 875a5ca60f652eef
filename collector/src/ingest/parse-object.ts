import {
  DEPTH_MAX,
  type Json,
  type JsonObject,
  KEY_BYTES_MAX,
  PROPERTIES_MAX,
} from '@inkling/sdk/protocol';
import { type Faults, fault, isClean, isObject, pointerTo, UNCLEAN } from './parse-text.ts';

/** Shared by all events that say nothing here. */
export const NOTHING: JsonObject = Object.freeze(empty());

/** What one tree may still grow by, and where its faults go. */
interface Copying {
  keysLeft: number;
  readonly faults: Faults;
}

/**
 * Copies properties, traits or a context into objects without a prototype, so that no key of the
 * sender's means anything to JavaScript. A key `__proto__` is dropped: `constructor` and the like
 * are plain data once copied, but this one stays a trap for whoever copies the object onwards.
 *
 * @param path - Where it stands, as a JSON pointer below `faults.at`.
 * @returns The copy; {@link NOTHING} where there is nothing or where a fault was found.
 */
export function parseObject(value: unknown, path: string, faults: Faults): JsonObject {
  if (value === undefined || value === null) return NOTHING;
  if (!isObject(value)) {
    fault(faults, path, 'must be an object');
    return NOTHING;
  }
  return copyObject(value, path, 1, { keysLeft: PROPERTIES_MAX, faults });
}

/** Lays the keys of `over` on those of `under`; neither is changed. */
export function mergeObjects(under: JsonObject, over: JsonObject): JsonObject {
  if (under === NOTHING) return over;
  return over === NOTHING ? under : Object.assign(empty(), under, over);
}

/** {@link isObject} for what is known to be JSON. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isObject(value);
}

/** An object without a prototype, to be filled. */
export function empty(): Record<string, Json> {
  return Object.create(null) as Record<string, Json>;
}

/** Recursion is bounded by {@link DEPTH_MAX}, which is looked at before going down. */
function copyObject(
  source: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
  copying: Copying,
): JsonObject {
  const copy = empty();
  for (const key of Object.keys(source)) {
    if (key === '__proto__') continue;
    copying.keysLeft -= 1;
    if (copying.keysLeft < 0) {
      fault(copying.faults, path, `brings the object to more than ${PROPERTIES_MAX} keys`);
    }
    checkKey(key, path, copying.faults);
    const value = source[key];
    if (value !== undefined) copy[key] = copyValue(value, path, key, depth, copying);
    if (copying.faults.first !== undefined) return NOTHING;
  }
  return copy;
}

function checkKey(key: string, path: string, faults: Faults): void {
  // No UTF-16 unit takes more than three bytes, so that short keys need no counting.
  if (key.length * 3 > KEY_BYTES_MAX && utf8Bytes(key) > KEY_BYTES_MAX) {
    fault(faults, path, `has a key of more than ${KEY_BYTES_MAX} bytes`);
  }
  if (!isClean(key)) fault(faults, path + pointerTo(key), `is a key that ${UNCLEAN}`);
}

function copyValue(
  value: unknown,
  path: string,
  key: string | number,
  depth: number,
  copying: Copying,
): Json {
  switch (typeof value) {
    case 'string':
      if (!isClean(value)) fault(copying.faults, path + pointerTo(key), UNCLEAN);
      return value;
    case 'boolean':
      return value;
    case 'number':
      // JSON has no infinity, but 1e999 reads as one.
      if (!Number.isFinite(value)) fault(copying.faults, path + pointerTo(key), 'is too large');
      return value;
    default:
      return value === null
        ? null
        : copyContainer(value, path + pointerTo(key), depth + 1, copying);
  }
}

function copyContainer(value: unknown, path: string, depth: number, copying: Copying): Json {
  if (depth > DEPTH_MAX) {
    fault(copying.faults, path, `nests deeper than ${DEPTH_MAX} levels`);
    return null;
  }
  if (isObject(value)) return copyObject(value, path, depth, copying);
  if (!Array.isArray(value)) {
    fault(copying.faults, path, 'is not JSON');
    return null;
  }
  const copy: Json[] = [];
  for (const [index, each] of value.entries()) {
    copy.push(copyValue(each, path, index, depth, copying));
    if (copying.faults.first !== undefined) return null;
  }
  return copy;
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
