import type { Json, JsonObject } from '@inkling/sdk/protocol';
import { type Event, eventKey } from '../event.ts';
import { exampleOf } from './census-mask.ts';

/**
 * An event's name, or the path of a property, of a trait or into the context, as it was seen in the
 * events of a site. Counts go on.
 */
export interface SeenRow {
  readonly site: number;
  readonly kind: 'event' | 'property' | 'trait' | 'context';
  /** The event's name; empty for a trait and for the context of any event. */
  readonly event: string;
  /** Keys joined by dots, as `where` reads them; empty for an event. */
  readonly path: string;
  count: number;
  firstAtMs: number;
  lastAtMs: number;
  readonly types: ('text' | 'number' | 'boolean' | 'list' | 'object' | 'null')[];
  readonly examples: (string | number | boolean)[];
}

/** Names of events that are noted per site. Further ones are not, and the list says that it is full. */
export const SEEN_NAMES_MAX = 1_000;
/** Paths of properties, traits and contexts that are noted per site. */
export const SEEN_PATHS_MAX = 5_000;

/** Objects are looked into so deep; what lies deeper is an object and no more. */
export const SEEN_DEPTH_MAX = 3;
const EXAMPLES_MAX = 5;
/** A path with so many values looks like all it will ever look like: no more examples are sought. */
const EXAMPLES_SOUGHT_MAX = 200;

/** What of a context differs at every visit or is told elsewhere, so that nobody asks for its values. */
const CONTEXT_PASSED: ReadonlySet<string> = new Set([
  ...['sessionId', 'sequence', 'traits', 'userAgent', 'userAgentData'],
]);

interface Entry {
  row: SeenRow;
  /** Up to which count examples are sought again, some having been taken away. */
  soughtUntil?: number;
  isChanged: boolean;
}

interface Name {
  readonly entry: Entry;
  readonly paths: Map<string, Entry>;
}

interface Site {
  readonly names: Map<string, Name>;
  readonly traits: Map<string, Entry>;
  readonly context: Map<string, Entry>;
  paths: number;
}

/**
 * Counts which names, properties and traits the events of each site have. It is asked at every event,
 * so it only counts; what changed is saved now and then.
 */
export class Census {
  readonly #sites = new Map<number, Site>();
  #changed: Entry[] = [];

  /** @param rows - What was saved before. */
  constructor(rows: readonly SeenRow[]) {
    for (const row of rows) this.#restore(row);
  }

  take(site: number, event: Event): void {
    const known = this.#site(site);
    if (event.type === 'identify') {
      this.#walk({ ...event, site, kind: 'trait', name: '' }, known, known.traits, event.traits);
      return;
    }
    const name = eventKey(event);
    const found = name === undefined ? undefined : this.#name(site, known, name, event.atMs);
    if (name === undefined || found === undefined) return;
    this.#count(found.entry, event.atMs);
    const source = { site, kind: 'property', name, atMs: event.atMs } as const;
    this.#walk(source, known, found.paths, event.properties);
    const around = { site, kind: 'context', name: '', atMs: event.atMs } as const;
    this.#walk(around, known, known.context, event.context, 'context');
  }

  /** Takes what an event showed out of the examples, and seeks others in their place. */
  forget(site: number, event: Event): void {
    const known = this.#site(site);
    const name = eventKey(event);
    const isTrait = event.type === 'identify';
    const paths = isTrait ? known.traits : name && known.names.get(name)?.paths;
    if (paths) this.#forgetValues(paths, isTrait ? event.traits : event.properties);
    if (!isTrait) this.#forgetValues(known.context, event.context, 'context');
  }

  /** Forgets a site, also what of it is not saved. */
  drop(site: number): void {
    this.#sites.delete(site);
    this.#changed = this.#changed.filter(({ row }) => row.site !== site);
  }

  hasChanges(): boolean {
    return this.#changed.length > 0;
  }

  /** The rows that changed since the last call. They count as saved; hand them back if they were not. */
  takeChanges(): readonly SeenRow[] {
    const changed = this.#changed;
    this.#changed = [];
    for (const entry of changed) entry.isChanged = false;
    return changed.map(({ row }) => row);
  }

  /** Rows that could not be saved change again; what was counted meanwhile is not lost. */
  putBack(rows: readonly SeenRow[]): void {
    for (const { site, kind, event, path } of rows) {
      const known = this.#site(site);
      const name = known.names.get(event);
      const paths =
        kind === 'trait' ? known.traits : kind === 'context' ? known.context : name?.paths;
      const entry = kind === 'event' ? name?.entry : paths?.get(path);
      if (entry) this.#change(entry);
    }
  }

  #site(site: number): Site {
    const present = this.#sites.get(site);
    if (present !== undefined) return present;
    const made: Site = { names: new Map(), traits: new Map(), context: new Map(), paths: 0 };
    this.#sites.set(site, made);
    return made;
  }

  #restore(row: SeenRow): void {
    const site = this.#site(row.site);
    const entry = { row, isChanged: false };
    if (row.kind === 'trait') site.traits.set(row.path, entry);
    else if (row.kind === 'context') site.context.set(row.path, entry);
    else if (row.kind === 'event') {
      const paths = site.names.get(row.event)?.paths ?? new Map<string, Entry>();
      site.names.set(row.event, { entry, paths });
    } else site.names.get(row.event)?.paths.set(row.path, entry);
    if (row.kind !== 'event') site.paths += 1;
  }

  #name(site: number, known: Site, event: string, atMs: number): Name | undefined {
    const present = known.names.get(event);
    if (present !== undefined || known.names.size >= SEEN_NAMES_MAX) return present;
    const row = newRow({ site, kind: 'event', event, path: '' }, atMs);
    const made = { entry: { row, isChanged: false }, paths: new Map<string, Entry>() };
    known.names.set(event, made);
    return made;
  }

  #walk(
    source: {
      readonly site: number;
      readonly kind: 'property' | 'trait' | 'context';
      readonly name: string;
      readonly atMs: number;
    },
    known: Site,
    paths: Map<string, Entry>,
    object: JsonObject,
    prefix = '',
    depth = 1,
  ): void {
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value === undefined) continue;
      if (source.kind === 'context' && depth === 1 && CONTEXT_PASSED.has(key)) continue;
      const path = prefix === '' ? key : `${prefix}.${key}`;
      let entry = paths.get(path);
      if (entry === undefined) {
        if (known.paths >= SEEN_PATHS_MAX) continue;
        const { site, kind, name: event, atMs } = source;
        entry = { row: newRow({ site, kind, event, path }, atMs), isChanged: false };
        known.paths += 1;
        paths.set(path, entry);
      }
      this.#count(entry, source.atMs);
      noteValue(entry, key, value);
      if (depth < SEEN_DEPTH_MAX && isObject(value)) {
        this.#walk(source, known, paths, value, path, depth + 1);
      }
    }
  }

  #forgetValues(paths: Name['paths'], object: JsonObject, prefix = '', depth = 1): void {
    for (const [key, value] of Object.entries(object)) {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const entry = paths.get(path);
      if (entry === undefined || value === undefined) continue;
      const { examples } = entry.row;
      const shown = exampleOf(key, value);
      const at = shown === undefined ? -1 : examples.indexOf(shown);
      if (at >= 0) {
        examples.splice(at, 1);
        entry.soughtUntil = entry.row.count + EXAMPLES_SOUGHT_MAX;
        this.#change(entry);
      }
      if (depth < SEEN_DEPTH_MAX && isObject(value))
        this.#forgetValues(paths, value, path, depth + 1);
    }
  }

  #count(entry: Entry, atMs: number): void {
    const { row } = entry;
    row.count += 1;
    if (atMs < row.firstAtMs) row.firstAtMs = atMs;
    if (atMs > row.lastAtMs) row.lastAtMs = atMs;
    this.#change(entry);
  }

  #change(entry: Entry): void {
    if (entry.isChanged) return;
    entry.isChanged = true;
    this.#changed.push(entry);
  }
}

function newRow(of: Pick<SeenRow, 'site' | 'kind' | 'event' | 'path'>, atMs: number): SeenRow {
  return { ...of, count: 0, firstAtMs: atMs, lastAtMs: atMs, types: [], examples: [] };
}

function noteValue(
  { row, soughtUntil = EXAMPLES_SOUGHT_MAX }: Entry,
  key: string,
  value: Json,
): void {
  const type = typeOf(value);
  if (!row.types.includes(type)) row.types.push(type);
  if (row.examples.length >= EXAMPLES_MAX || row.count > soughtUntil) return;
  const example = exampleOf(key, value);
  if (example !== undefined && !row.examples.includes(example)) row.examples.push(example);
}

function typeOf(value: Json): SeenRow['types'][number] {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      if (value === null) return 'null';
      return isObject(value) ? 'object' : 'list';
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
