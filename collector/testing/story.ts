import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@inkling/sdk/protocol';
import { LibsqlError } from '@libsql/client';
import { eq } from 'drizzle-orm';
import type { Event } from '../src/event.ts';
import { startDatabaseWriter } from '../src/ingest/start.ts';
import type { Writer, WriterPorts } from '../src/ingest/writer.ts';
import { audit } from '../src/query/audit.ts';
import { explain } from '../src/query/explain.ts';
import { listMembers } from '../src/query/members.ts';
import { findPerson } from '../src/query/people.ts';
import { findSegment, findStoredSegment } from '../src/query/segments.ts';
import type { Condition, Definition } from '../src/segments/definition.ts';
import { ensureKeys } from '../src/store/keys.ts';
import { type Database, openReader, openWriter } from '../src/store/open.ts';
import { memberLog, segment } from '../src/store/schema.ts';
import { ensureScores } from '../src/store/scores.ts';
import type { FiledEvent, OutboxRow } from '../src/store/store.ts';

const SITE = 1;

/** What a test says of an event; the rest is filled in. */
export interface Told {
  readonly anonymousId?: string;
  readonly userId?: string;
  readonly type?: Event['type'];
  readonly name?: string;
  readonly path?: string;
  readonly sessionId?: string;
  readonly atMs?: number;
  readonly messageId?: string;
  readonly previousId?: string;
  readonly groupId?: string;
  readonly properties?: JsonObject;
  readonly traits?: JsonObject;
}

/** A collector without its HTTP doors: the real writer on a real file, and time is a number. */
export interface Story {
  nowMs: number;
  readonly database: Database;
  readonly writer: Writer;
  readonly delivered: OutboxRow[];
  readonly committed: FiledEvent[];
  /** Runs a statement beside the writer's own, to look at its rows or to get in its way. */
  readonly sql: (statement: string) => Promise<readonly (readonly unknown[])[]>;
  readonly reported: unknown[];
  readonly send: (...events: readonly Told[]) => ReturnType<Writer['write']>;
  readonly define: (id: string, condition: Condition, rest?: Partial<Definition>) => Promise<void>;
  /** Waits until every person was looked at once. */
  readonly built: (id: string) => Promise<void>;
  /** Lets time pass and everything that it brings happen. */
  readonly wait: (ms: number) => Promise<void>;
  readonly members: (id: string) => Promise<readonly string[]>;
  readonly size: (id: string) => Promise<number | undefined>;
  readonly person: (id: string) => ReturnType<typeof findPerson>;
  readonly why: (id: string, segment: string) => Promise<Awaited<ReturnType<typeof explain>>>;
  /** Every change of memberships in order: `+` entered, `-` left, with its instant and cause. */
  readonly log: () => Promise<readonly string[]>;
  readonly audit: () => ReturnType<typeof audit>;
  /** Ends the collector and starts another one on the same file. */
  readonly restart: (changed?: StoryOptions) => Promise<Story>;
  readonly end: () => Promise<void>;
}

export interface StoryOptions extends Pick<WriterPorts, 'idsMax' | 'retentionMs'> {
  /** With the lead score that every site begins with. */
  readonly scored?: boolean;
}

export const START_MS = 1_800_000_000_000;

export async function startStory(
  folder = mkdtempSync(join(tmpdir(), 'inkling-story-')),
  nowMs = START_MS,
  options: StoryOptions = {},
): Promise<Story> {
  const address = { url: `file:${join(folder, 'inkling.db')}` };
  const writing = await openWriter(address);
  await ensureKeys(writing, { timeZone: 'UTC' }, nowMs);
  const { scored = false, ...limits } = options;
  if (scored) await ensureScores(writing, nowMs);
  const delivered: OutboxRow[] = [];
  const committed: FiledEvent[] = [];
  const reported: unknown[] = [];
  const time = { nowMs };
  const writer = await startDatabaseWriter(writing, {
    ...limits,
    clock: () => time.nowMs,
    committed: (events) => committed.push(...events),
    deliver: (messages) => delivered.push(...messages),
    due: () => {},
    report: (error) => reported.push(error),
  });
  const database = await openReader(address);
  const segmentOf = async (id: string) => {
    const found = await findStoredSegment(database, SITE, id);
    if (!found) throw new Error(`No segment ${id}`);
    return found;
  };
  const close = async () => {
    await writer.close();
    writing.$client.close();
    database.$client.close();
  };
  let messages = 0;

  const story: Story = {
    get nowMs() {
      return time.nowMs;
    },
    set nowMs(nowMs: number) {
      time.nowMs = nowMs;
    },
    database,
    writer,
    delivered,
    committed,
    sql: async (statement) => {
      for (;;) {
        try {
          const { rows } = await writing.$client.execute(statement);
          return rows.map((row) => Object.values(row));
        } catch (error) {
          // The writer is in the middle of a transaction on the one connection: it is soon over.
          if (!(error instanceof LibsqlError && error.code === 'TRANSACTION_ACTIVE')) throw error;
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
      }
    },
    reported,
    send: (...told) =>
      writer.write({
        site: SITE,
        key: 'key_test',
        receivedAtMs: story.nowMs,
        events: told.map((each) => {
          messages += 1;
          return eventOf(each, `m${folder.slice(-6)}-${nowMs}-${messages}`, story.nowMs);
        }),
        rejected: [],
        lost: {},
        debug: true,
      }),
    define: async (id, condition, rest = {}) => {
      const definition = { id, name: id, kind: 'implicit' as const, if: condition, ...rest };
      const saved = await writer.saveSegment(SITE, definition);
      if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved));
    },
    built: async (id) => {
      // An empty request waits its turn behind every step that the writer takes in between.
      while (await isBuilding(database, id)) {
        if (reported.length > 0) throw reported[0];
        await story.send();
      }
    },
    wait: async (ms) => {
      story.nowMs += ms;
      const due = async () => (await writing.$client.execute(DUE)).rows[0]?.[0];
      do await story.send();
      while (Number((await due()) ?? Number.POSITIVE_INFINITY) <= story.nowMs);
    },
    members: async (id) => {
      const { key } = await segmentOf(id);
      const page = await listMembers(database, { site: SITE, key }, { limit: 500 }, story.nowMs);
      return page.data.map(({ userId, anonymousIds }) => userId ?? anonymousIds[0] ?? '').sort();
    },
    size: async (id) => (await findSegment(database, SITE, id))?.size,
    person: (id) => findPerson(database, SITE, id),
    why: async (id, segment) => {
      const person = await story.person(id);
      if (!person) throw new Error(`Nobody is ${id}`);
      return await explain(database, person, await segmentOf(segment), story.nowMs);
    },
    log: async () => {
      const rows = await database.select().from(memberLog).orderBy(memberLog.id);
      return rows.map(
        ({ direction, effectiveAtMs, cause }) =>
          `${direction > 0 ? '+' : '-'}${effectiveAtMs - START_MS} ${cause}`,
      );
    },
    audit: () => audit(database, { id: SITE, timeZone: 'UTC' }, story.nowMs),
    restart: async (changed) => {
      await close();
      return await startStory(folder, story.nowMs, { ...options, ...changed });
    },
    end: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return story;
}

async function isBuilding(database: Database, id: string): Promise<boolean> {
  const rows = await database.select().from(segment).where(eq(segment.id, id));
  return rows.some(({ profilesDone }) => profilesDone !== null);
}

const DUE = `SELECT min(due) FROM (SELECT min(next_due) AS due FROM profile
  UNION ALL SELECT min(next_due) FROM account)`;

function eventOf(told: Told, messageId: string, nowMs: number): Event {
  const { type = told.name === undefined ? 'page' : 'track', path, atMs = nowMs } = told;
  return {
    messageId: told.messageId ?? messageId,
    type,
    ...(told.name !== undefined && { name: told.name }),
    ...(told.userId !== undefined && { userId: told.userId }),
    ...(told.anonymousId !== undefined && { anonymousId: told.anonymousId }),
    ...(told.previousId !== undefined && { previousId: told.previousId }),
    ...(told.groupId !== undefined && { groupId: told.groupId }),
    ...(told.sessionId !== undefined && { sessionId: told.sessionId }),
    atMs,
    receivedAtMs: nowMs,
    properties: { ...told.properties, ...(path !== undefined && { path }) },
    context: {},
    traits: told.traits ?? {},
    flags: [],
  };
}
