import type { Json } from '@inkling/sdk/protocol';
import { type Event, eventKey } from '../event.ts';
import type { Matcher } from './matcher.ts';
import { compilePath, exactValue, prefixOf, type Readable } from './where.ts';

/**
 * Finds the matchers that an event can concern: by event name, then by one exact value or one path
 * prefix of each matcher's `where`. What it finds is still to be asked; what it leaves out cannot
 * match. The cost follows the matchers found, not those that exist.
 */
export type EventIndex = (event: Event) => readonly Matcher[];

/** The matchers of one event name, each filed in exactly one place. */
interface Shelf {
  readonly byValue: Map<string, Values>;
  readonly byPrefix: Map<string, Prefixes>;
  readonly rest: Matcher[];
}

interface Values {
  readonly read: (event: Readable) => Json | undefined;
  readonly matchers: Map<Json, Matcher[]>;
}

/** Few lengths exist, so a text is looked up once per length and not once per prefix. */
interface Prefixes {
  readonly read: (event: Readable) => Json | undefined;
  readonly lengths: Set<number>;
  readonly matchers: Map<string, Matcher[]>;
}

export function buildIndex(matchers: Iterable<Matcher>): EventIndex {
  const shelves = new Map<string, Shelf>();
  for (const matcher of matchers) {
    for (const name of matcher.events) {
      const shelf = getOrMake(shelves, name, () => ({
        byValue: new Map(),
        byPrefix: new Map(),
        rest: [],
      }));
      placeOf(matcher, shelf).push(matcher);
    }
  }
  return (event) => {
    const name = eventKey(event);
    const shelf = name === undefined ? undefined : shelves.get(name);
    return shelf === undefined ? [] : find(shelf, event);
  };
}

function find(shelf: Shelf, event: Event): readonly Matcher[] {
  const found = [...shelf.rest];
  for (const { read, matchers } of shelf.byValue.values()) {
    const value = read(event);
    if (value !== undefined) found.push(...(matchers.get(value) ?? []));
  }
  for (const { read, lengths, matchers } of shelf.byPrefix.values()) {
    const value = read(event);
    if (typeof value !== 'string') continue;
    for (const length of lengths) {
      if (length <= value.length) found.push(...(matchers.get(value.slice(0, length)) ?? []));
    }
  }
  return found;
}

function placeOf(matcher: Matcher, shelf: Shelf): Matcher[] {
  const tests = Object.entries(matcher.where ?? {});
  for (const [path, test] of tests) {
    const value = exactValue(test);
    if (value === undefined) continue;
    const values = getOrMake(shelf.byValue, path, () => ({
      read: compilePath(path),
      matchers: new Map(),
    }));
    return getOrMake(values.matchers, value, () => []);
  }
  for (const [path, test] of tests) {
    const prefix = prefixOf(test);
    if (prefix === undefined || prefix === '') continue;
    const prefixes = getOrMake(shelf.byPrefix, path, () => ({
      read: compilePath(path),
      lengths: new Set<number>(),
      matchers: new Map(),
    }));
    prefixes.lengths.add(prefix.length);
    return getOrMake(prefixes.matchers, prefix, () => []);
  }
  return shelf.rest;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}
