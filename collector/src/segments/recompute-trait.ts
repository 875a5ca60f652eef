import type { Json } from '@inkling/sdk/protocol';
import type { Event } from '../event.ts';
import type { Person } from './person.ts';
import { readPath } from './where.ts';

/** The value with the newest event time, ties by messageId; the whole path as one name comes first. */
export function traitOf(
  path: string,
  { person, nowMs }: { readonly person: Person; readonly nowMs: number },
): Json | undefined {
  const identified = person.events
    .filter(({ type, atMs }) => type === 'identify' && atMs <= nowMs)
    .sort((a, b) => a.atMs - b.atMs || (a.messageId < b.messageId ? -1 : 1));
  const properties = Object.fromEntries(
    identified
      .flatMap(({ traits }) => Object.entries(traits))
      .filter(([, value]) => isThere(value)),
  );
  return path.startsWith('context.')
    ? readPath({ properties: {}, context: properties.context as Event['context'] }, path)
    : readPath({ properties, context: {} }, path);
}

export function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
