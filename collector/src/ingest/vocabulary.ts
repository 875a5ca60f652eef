import type { Json, JsonObject } from '@inkling/sdk/protocol';
import { type Event, eventKey } from '../event.ts';
import { SEEN_DEPTH_MAX, SEEN_NAMES_MAX, SEEN_PATHS_MAX, type SeenRow } from './census.ts';
import { isJsonObject } from './parse-object.ts';
import { pointerTo } from './parse-text.ts';

/** A name or a path for which a site has no room left. */
export interface Excess {
  /** Where in the event, as a JSON pointer. */
  readonly pointer: string;
  /** What is wrong, as the end of a sentence. */
  readonly detail: string;
}

/** Which names events and their properties have, per site: code that makes up names is found out. */
export interface Vocabulary {
  /** Lets an event through and learns its words, or says which one there is no room for. */
  readonly admit: (site: number, event: Event) => Excess | undefined;
}

export interface Room {
  readonly names: number;
  /** Of properties and traits, each event's own. */
  readonly paths: number;
}

/** Who made up names is forgiven: a word gives its place to another once it was unheard for so long. */
export const UNHEARD_MS = 30 * 86_400_000;

const ROOM: Room = { names: SEEN_NAMES_MAX, paths: SEEN_PATHS_MAX };

/** @param rows - What was seen before. */
export function createVocabulary(rows: readonly SeenRow[], room: Room = ROOM): Vocabulary {
  const sites = new Map<number, Site>();
  const siteOf = (site: number) => {
    const present = sites.get(site);
    if (present !== undefined) return present;
    const made = { names: new Words(room.names), paths: new Words(room.paths) };
    sites.set(site, made);
    return made;
  };
  for (const { site, kind, event, path, lastAtMs } of rows) {
    const { names, paths } = siteOf(site);
    if (kind === 'event') names.learn(event, lastAtMs);
    else if (kind !== 'context') paths.learn(wordOf(event, path), lastAtMs);
  }
  return { admit: (site, event) => admit(siteOf(site), event) };
}

interface Site {
  readonly names: Words;
  readonly paths: Words;
}

/** Nothing is learnt of an event that is not let through. */
function admit({ names, paths }: Site, event: Event): Excess | undefined {
  const nowMs = event.receivedAtMs;
  const name = eventKey(event) ?? '';
  if (event.type === 'track' && !names.hasRoomFor([name], nowMs)) {
    return {
      pointer: '/event',
      detail: `is a name too many: ${tooMany(names, 'names of events')}`,
    };
  }
  const words: string[] = [];
  walk(event, name, (word) => words.push(word));
  if (!paths.hasRoomFor(words, nowMs)) {
    const detail = `is a key too many: ${tooMany(paths, 'keys of properties and traits')}`;
    return { pointer: firstUnknown(event, name, paths), detail };
  }
  if (event.type === 'track') names.learn(name, nowMs);
  for (const word of words) paths.learn(word, nowMs);
  return undefined;
}

function tooMany({ room }: Words, what: string): string {
  const days = UNHEARD_MS / 86_400_000;
  return `a site has at most ${room} ${what} within ${days} days; what varies belongs into a value`;
}

function wordOf(event: string, path: string): string {
  return `${event}\0${path}`;
}

/** Visits every key of properties and traits; `keys` lead to it, and are only lent. */
type Visit = (word: string, keys: readonly string[]) => void;

function walk({ properties, traits }: Event, name: string, visit: Visit): void {
  const prefix = wordOf(name, '');
  walkObject(properties, prefix, ['properties'], visit);
  walkObject(traits, prefix, ['traits'], visit);
}

function walkObject(object: JsonObject, prefix: string, keys: string[], visit: Visit): void {
  for (const key of Object.keys(object)) {
    const word = prefix + key;
    keys.push(key);
    visit(word, keys);
    const value: Json | undefined = object[key];
    // The first of the keys names the object itself.
    if (keys.length <= SEEN_DEPTH_MAX && isJsonObject(value)) {
      walkObject(value, `${word}.`, keys, visit);
    }
    keys.pop();
  }
}

/** Where in an event the first key stands that is new, as a JSON pointer. */
function firstUnknown(event: Event, name: string, known: Words): string {
  let pointer: string | undefined;
  walk(event, name, (word, keys) => {
    if (!known.knows(word)) pointer ??= keys.map(pointerTo).join('');
  });
  return pointer ?? '';
}

/** Words with the instant at which each was last heard. */
class Words {
  readonly room: number;
  readonly #heardAtMs = new Map<string, number>();
  /** None is older: as long as this is recent, nobody has to look for one that has to go. */
  #oldestMs = Number.POSITIVE_INFINITY;

  constructor(room: number) {
    this.room = room;
  }

  knows(word: string): boolean {
    return this.#heardAtMs.has(word);
  }

  hasRoomFor(words: readonly string[], nowMs: number): boolean {
    let left = this.room - this.#heardAtMs.size;
    for (const word of words) if (!this.knows(word)) left -= 1;
    if (left >= 0) return true;
    if (!this.#forgetUnheard(nowMs)) return false;
    return this.hasRoomFor(words, nowMs);
  }

  learn(word: string, atMs: number): void {
    this.#heardAtMs.set(word, atMs);
    if (atMs < this.#oldestMs) this.#oldestMs = atMs;
  }

  /** Answers whether there were any. */
  #forgetUnheard(nowMs: number): boolean {
    if (this.#oldestMs > nowMs - UNHEARD_MS) return false;
    const before = this.#heardAtMs.size;
    this.#oldestMs = Number.POSITIVE_INFINITY;
    for (const [word, atMs] of this.#heardAtMs) {
      if (atMs <= nowMs - UNHEARD_MS) this.#heardAtMs.delete(word);
      else if (atMs < this.#oldestMs) this.#oldestMs = atMs;
    }
    return this.#heardAtMs.size < before;
  }
}
