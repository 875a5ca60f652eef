import { and, desc, eq, inArray, lt, or } from 'drizzle-orm';
import type { Event } from '../event.ts';
import { bucketOfId, publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import type { Database } from '../store/open.ts';
import { readEvent } from '../store/rows.ts';
import { event } from '../store/schema.ts';
import type { EventAnswer, Page } from './answers.ts';
import { formatCursor, type Position } from './cursor.ts';
import { loadPeople } from './people.ts';

type EventRow = typeof event.$inferSelect;

/** The latest events of a site in the order in which they arrived, the newest first. */
export async function listEvents(
  database: Database,
  site: number,
  page: { readonly after?: Position; readonly limit: number },
): Promise<Page<EventAnswer>> {
  const [afterId] = page.after ?? [];
  const rows = await database
    .select()
    .from(event)
    .where(and(eq(event.site, site), afterId === undefined ? undefined : lt(event.id, afterId)))
    .orderBy(desc(event.id))
    .limit(page.limit);
  const people = await loadPeople(database, site, [...new Set(rows.map(({ part }) => part))]);
  const data = rows.map((row) => answerOf(row, people.get(row.part)?.id ?? row.part));
  const last = rows.at(-1);
  return { data, next: last && rows.length === page.limit ? formatCursor([last.id]) : null };
}

/** What one person did, the newest first by the time at which it happened. */
export async function listPersonEvents(
  database: Database,
  person: Profile,
  page: { readonly after?: Position; readonly limit: number },
): Promise<Page<EventAnswer>> {
  const [atMs = 0, id = 0] = page.after ?? [];
  const after = page.after && or(lt(event.atMs, atMs), and(eq(event.atMs, atMs), lt(event.id, id)));
  const rows = await database
    .select()
    .from(event)
    .where(and(inPartsOf(person), after))
    .orderBy(desc(event.atMs), desc(event.id))
    .limit(page.limit);
  const last = rows.at(-1);
  const isFull = last !== undefined && rows.length === page.limit;
  return {
    data: rows.map((row) => answerOf(row, person.id)),
    next: isFull ? formatCursor([last.atMs, last.id]) : null,
  };
}

/** A person's full history with the events' ids, in no order. */
export async function loadHistory(
  database: Database,
  person: Profile,
): Promise<readonly (readonly [event: Event, id: number])[]> {
  const rows = await database.select().from(event).where(inPartsOf(person));
  return rows.map((row) => readEvent(columnsOf(row)));
}

/** An event by its id, and the strand of history in which it is filed. */
export interface FoundEvent {
  readonly event: Event;
  readonly part: number;
}

/** Some events of a site by their ids, whoever did them. */
export async function loadEvents(
  database: Database,
  site: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, FoundEvent>> {
  const rows = await database
    .select()
    .from(event)
    .where(and(inArray(event.id, [...ids]), eq(event.site, site)));
  return new Map(
    rows.map((row) => [row.id, { event: readEvent(columnsOf(row))[0], part: row.part }]),
  );
}

/** An event as the API shows it. */
export function eventAnswer(of: Event, id: number, profile: number): EventAnswer {
  return {
    id: publicId('evt', id),
    messageId: of.messageId,
    type: of.type,
    ...(of.name !== undefined && { name: of.name }),
    profile: publicId('prf', profile),
    ...(of.userId !== undefined && { userId: of.userId }),
    ...(of.anonymousId !== undefined && { anonymousId: of.anonymousId }),
    timestamp: formatInstant(of.atMs),
    receivedAt: formatInstant(of.receivedAtMs),
    properties: of.properties,
    context: of.sessionId === undefined ? of.context : { ...of.context, sessionId: of.sessionId },
    ...(Object.keys(of.traits).length > 0 && { traits: of.traits }),
    ...(of.flags.length > 0 && { flags: of.flags }),
  };
}

function answerOf(row: EventRow, profile: number): EventAnswer {
  const [of, id] = readEvent(columnsOf(row));
  return eventAnswer(of, id, profile);
}

/** In the order of `EVENT_COLUMNS`. */
export function columnsOf(row: EventRow): readonly unknown[] {
  const { id, atMs, receivedAtMs, type, name, userId, anonymousId, messageId, body } = row;
  return [id, atMs, receivedAtMs, type, name, userId, anonymousId, messageId, body];
}

function inPartsOf({ parts }: Profile) {
  return and(
    inArray(event.bucket, [...new Set(parts.map(bucketOfId))]),
    inArray(event.part, [...parts]),
  );
}
