import type { Json, JsonObject } from '@inkling/sdk/protocol';
import type { Event } from '../event.ts';
import { parseInstant } from '../instant.ts';
import { compileCompare } from './compare.ts';
import type { Scalar, Test, Where } from './definition.ts';
import { compileGlob, literalPrefix } from './glob.ts';

/** The parts of an event that conditions read. */
export type Readable = Pick<Event, 'properties' | 'context'>;

type Operators = Exclude<Test, Scalar>;
type Predicate = (value: Json | undefined) => boolean;
type Fold = <T>(value: T) => T | string;

const CONTEXT_PREFIX = 'context.';

/** Makes a test of an event: every path must pass. An empty `where` passes every event. */
export function compileWhere(where: Where): (event: Readable) => boolean {
  const checks = Object.entries(where).map(([path, test]) => ({
    read: compilePath(path),
    holds: compileTest(test),
  }));
  return (event) => {
    for (const { read, holds } of checks) {
      if (!holds(read(event))) return false;
    }
    return true;
  };
}

/**
 * The value at a path. A bare path reads the properties, `context.…` the context; dots go deeper
 * into objects, never into lists. A key that contains the whole path, dots included, comes first.
 * Only own keys are seen.
 */
export function readPath(event: Readable, path: string): Json | undefined {
  return compilePath(path)(event);
}

/** {@link readPath} with the path taken apart once, for what reads it at every event. */
export function compilePath(path: string): (event: Readable) => Json | undefined {
  if (path.startsWith(CONTEXT_PREFIX)) {
    const read = compileKeys(path.slice(CONTEXT_PREFIX.length));
    return (event) => read(event.context);
  }
  const read = compileKeys(path);
  return (event) => read(event.properties);
}

/**
 * Makes a test of one value. A missing value fails everything but `exists: false`, `ne` and `nin`.
 * Types are strict: "5" is not 5, and `gt` to `between` fail on anything but a number.
 */
export function compileTest(test: Test): Predicate {
  if (!isOperators(test)) return (value) => value === test;
  const predicates = compileOperators(test);
  const [first] = predicates;
  if (first !== undefined && predicates.length === 1) return first;
  return (value) => {
    for (const holds of predicates) {
      if (!holds(value)) return false;
    }
    return true;
  };
}

/** The one value that passes, for an index from values to conditions; `undefined` if there is none. */
export function exactValue(test: Test): Scalar | undefined {
  if (!isOperators(test)) return test;
  return test.ignoreCase === true && typeof test.eq === 'string' ? undefined : test.eq;
}

/** A text with which everything that passes begins, never empty; `undefined` if there is none. */
export function prefixOf(test: Test): string | undefined {
  if (!isOperators(test) || test.ignoreCase === true) return undefined;
  const fromGlob = test.glob === undefined ? '' : globPrefix(asList(test.glob));
  const start = test.startsWith ?? '';
  return (start.length > fromGlob.length ? start : fromGlob) || undefined;
}

/** Reads a dotted path in an object; a key that contains the whole path comes first. */
export function compileKeys(path: string): (object: JsonObject) => Json | undefined {
  if (!path.includes('.')) return (object) => own(object, path);
  const keys = path.split('.');
  return (object) => {
    if (Object.hasOwn(object, path)) return object[path];
    let value: Json | undefined = object;
    for (const key of keys) {
      if (!isObject(value)) return undefined;
      value = own(value, key);
    }
    return value;
  };
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOperators(test: Test): test is Operators {
  return typeof test === 'object' && test !== null;
}

function compileOperators(test: Operators): readonly Predicate[] {
  const ignoreCase = test.ignoreCase === true;
  const fold: Fold = ignoreCase ? lowered : unchanged;
  const predicates: Predicate[] = [];
  const add = <T>(operand: T | undefined, make: (operand: T) => Predicate): void => {
    if (operand !== undefined) predicates.push(make(operand));
  };
  add(test.exists, (wanted) => (value) => (value !== undefined) === wanted);
  add(test.eq, (wanted) => among([wanted], fold));
  add(test.ne, (wanted) => not(among([wanted], fold)));
  add(test.in, (wanted) => among(wanted, fold));
  add(test.nin, (wanted) => not(among(wanted, fold)));
  add(test.gt, (bound) => onNumber((value) => value > bound));
  add(test.gte, (bound) => onNumber((value) => value >= bound));
  add(test.lt, (bound) => onNumber((value) => value < bound));
  add(test.lte, (bound) => onNumber((value) => value <= bound));
  add(test.between, ([low, high]) => onNumber((value) => value >= low && value <= high));
  add(test.before, (bound) => onInstant(bound, (valueMs, boundMs) => valueMs < boundMs));
  add(test.after, (bound) => onInstant(bound, (valueMs, boundMs) => valueMs >= boundMs));
  add(test.startsWith, (part) => onText(fold, part, (text, start) => text.startsWith(start)));
  add(test.endsWith, (part) => onText(fold, part, (text, end) => text.endsWith(end)));
  add(test.contains, (part) => onText(fold, part, (text, piece) => text.includes(piece)));
  add(test.glob, (globs) => matching(asList(globs), ignoreCase));
  add(test.has, (wanted) => listWithAny([wanted], fold));
  add(test.hasAny, (wanted) => listWithAny(wanted, fold));
  add(test.hasAll, (wanted) => listWithAll(wanted, fold));
  add(test.size, (compare) => {
    const admits = compileCompare(compare);
    return (value) => Array.isArray(value) && admits(value.length);
  });
  return predicates;
}

function among(wanted: readonly Scalar[], fold: Fold): Predicate {
  const [only] = wanted;
  if (wanted.length === 1) {
    const folded = fold(only);
    return (value) => fold(value) === folded;
  }
  const values = new Set<unknown>(wanted.map(fold));
  return (value) => values.has(fold(value));
}

function not(predicate: Predicate): Predicate {
  return (value) => !predicate(value);
}

function onNumber(holds: (value: number) => boolean): Predicate {
  return (value) => typeof value === 'number' && holds(value);
}

/** Compares instants: ISO 8601, or seconds or milliseconds since 1970. Anything else fails. */
function onInstant(bound: string, holds: (valueMs: number, boundMs: number) => boolean): Predicate {
  const boundMs = parseInstant(bound);
  return (value) => {
    const isWritten = typeof value === 'string' || typeof value === 'number';
    const valueMs = isWritten ? parseInstant(value) : undefined;
    return valueMs !== undefined && boundMs !== undefined && holds(valueMs, boundMs);
  };
}

function onText(
  fold: Fold,
  part: string,
  holds: (text: string, part: string) => boolean,
): Predicate {
  const folded = fold(part);
  return (value) => typeof value === 'string' && holds(fold(value), folded);
}

function matching(globs: readonly string[], ignoreCase: boolean): Predicate {
  const matchers = globs.map((glob) => compileGlob(glob, ignoreCase));
  return (value) => typeof value === 'string' && matchers.some((matches) => matches(value));
}

function listWithAny(wanted: readonly Scalar[], fold: Fold): Predicate {
  const values = new Set<unknown>(wanted.map(fold));
  return (value) => Array.isArray(value) && value.some((each) => values.has(fold(each)));
}

function listWithAll(wanted: readonly Scalar[], fold: Fold): Predicate {
  const values = wanted.map(fold);
  return (value) => {
    if (!Array.isArray(value)) return false;
    const present = new Set<unknown>(value.map(fold));
    return values.every((each) => present.has(each));
  };
}

function globPrefix(globs: readonly string[]): string {
  return globs.map(literalPrefix).reduce(commonPrefix);
}

function commonPrefix(a: string, b: string): string {
  let end = 0;
  while (end < a.length && a[end] === b[end]) end += 1;
  return a.slice(0, end);
}

function asList(globs: string | readonly string[]): readonly string[] {
  return typeof globs === 'string' ? [globs] : globs;
}

/** Lower-cases text by Unicode's own mapping, the same everywhere; leaves the rest alone. */
function lowered<T>(value: T): T | string {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function unchanged<T>(value: T): T {
  return value;
}
