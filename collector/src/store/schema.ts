/**
 * The tables, written once. Whatever belongs to a person leads its primary key with their bucket, so
 * that whole buckets can live on other machines; definitions, keys and sites are small and global.
 * Times are integer milliseconds since 1970, ids integers of our own making (`identity/own-id.ts`).
 */
import { sql } from 'drizzle-orm';
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

const count = () => integer().notNull();

export const meta = sqliteTable('meta', {
  name: text().primaryKey(),
  value: text().notNull(),
});

export const site = sqliteTable('site', {
  id: integer().primaryKey(),
  name: text().notNull(),
  timeZone: text('time_zone').notNull(),
  /** Rises with every change of a definition; profiles say up to which one they are complete. */
  revision: count(),
  /** 1 where the trait `email` of an identify names a person, beside the ids; else 0. */
  identifyByEmail: integer('identify_by_email').notNull().default(0),
  /** 1 where an event may name a user only with a proof from the site's own server; else 0. */
  verifyIdentity: integer('verify_identity').notNull().default(0),
  createdAtMs: integer('created_at').notNull(),
});

export const key = sqliteTable(
  'key',
  {
    /** SHA-256 of the key, hex. */
    hash: text().primaryKey(),
    site: count(),
    kind: text({ enum: ['write', 'secret', 'identity'] }).notNull(),
    /** The key itself: of one that writes, which is public, and of one that proofs are checked with. */
    value: text(),
    /** How the key is called without being told; `null` in a row from before keys had ids. */
    id: text(),
    name: text().notNull().default('Default'),
    /** Of a secret key. `null` in a row from before there were roles, when each could do all. */
    role: text({ enum: ['read', 'admin'] }),
    createdAtMs: integer('created_at').notNull(),
  },
  (table) => [uniqueIndex('key_by_id').on(table.id)],
);

export const segment = sqliteTable(
  'segment',
  {
    /** Our own integer; memberships refer to it. */
    key: integer().primaryKey(),
    site: count(),
    id: text().notNull(),
    version: count(),
    revision: count(),
    definition: text().notNull(),
    /** `null` once every profile was looked at; else how far the back-fill of this version is. */
    profilesDone: integer('profiles_done'),
    profilesTotal: integer('profiles_total').notNull(),
    createdAtMs: integer('created_at').notNull(),
    updatedAtMs: integer('updated_at').notNull(),
  },
  (table) => [uniqueIndex('segment_by_id').on(table.site, table.id)],
);

/** Every definition that a segment ever had; rows outlive the segment. */
export const segmentVersion = sqliteTable(
  'segment_version',
  {
    /** The segment's internal number. */
    segment: count(),
    version: count(),
    site: count(),
    id: text().notNull(),
    definition: text().notNull(),
    savedAtMs: integer('saved_at').notNull(),
    /** When the segment was removed. */
    removedAtMs: integer('removed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.segment, table.version] }),
    index('segment_version_by_id').on(table.site, table.id, table.segment, table.version),
  ],
);

/** How a site counts interest. */
export const score = sqliteTable(
  'score',
  {
    /** Our own integer; the bands' own numbers are those after it. */
    key: integer().primaryKey(),
    site: count(),
    id: text().notNull(),
    version: count(),
    revision: count(),
    /** JSON: categories, rules, bands. */
    model: text().notNull(),
    /** `null` once every profile was looked at; else how far the back-fill of this version is. */
    profilesDone: integer('profiles_done'),
    profilesTotal: integer('profiles_total').notNull(),
    createdAtMs: integer('created_at').notNull(),
    updatedAtMs: integer('updated_at').notNull(),
  },
  (table) => [uniqueIndex('score_by_id').on(table.site, table.id)],
);

/** Every model that a score ever had. */
export const scoreVersion = sqliteTable(
  'score_version',
  {
    /** The score's internal number. */
    score: count(),
    version: count(),
    model: text().notNull(),
    savedAtMs: integer('saved_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.score, table.version] })],
);

/** Which names and paths a site's events have, and what their values look like. */
export const seen = sqliteTable(
  'seen',
  {
    site: count(),
    kind: text({ enum: ['event', 'property', 'trait', 'context'] }).notNull(),
    /** The event's name; empty for a trait and for the context of any event. */
    event: text().notNull(),
    /** Keys joined by dots; empty for an event. */
    path: text().notNull(),
    count: count(),
    firstAtMs: integer('first_at').notNull(),
    lastAtMs: integer('last_at').notNull(),
    /** JSON: the types of its values. */
    types: text().notNull(),
    /** JSON: a few of its values, masked where they may name somebody. */
    examples: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.site, table.kind, table.event, table.path] })],
);

export const identity = sqliteTable(
  'identity',
  {
    bucket: count(),
    site: count(),
    kind: text({ enum: ['user', 'anonymous', 'email'] }).notNull(),
    value: text().notNull(),
    /** JSON: whom this id stood for since when. */
    spans: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.site, table.kind, table.value] })],
);

export const profile = sqliteTable(
  'profile',
  {
    bucket: count(),
    id: count(),
    site: count(),
    userId: text('user_id'),
    /** The profile that took this one up; what follows is then empty. */
    into: integer(),
    /** JSON: anonymous ids and the strands of history. */
    ids: text().notNull(),
    /** Everything the engine remembers, packed. */
    state: text().notNull(),
    revision: count(),
    /** The next instant at which time alone changes a membership. */
    nextDueMs: integer('next_due'),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index('profile_due').on(table.nextDueMs).where(sql`next_due is not null`),
  ],
);

/** Who became whose and why: every id that a person got or lost; rows are only ever added. */
export const identityLog = sqliteTable(
  'identity_log',
  {
    bucket: count(),
    /** In whose history it stands: the person who got the id; a split stands in both histories. */
    profile: count(),
    id: count(),
    site: count(),
    action: text({ enum: ['link', 'merge', 'unmerge'] }).notNull(),
    identityKind: text('identity_kind', { enum: ['user', 'anonymous', 'email'] }).notNull(),
    identityValue: text('identity_value').notNull(),
    into: count(),
    /** Whose it was; `null` for an id that was nobody's. */
    from: integer(),
    atMs: integer('at').notNull(),
    recordedAtMs: integer('recorded_at').notNull(),
    by: text({ enum: ['event', 'api'] }).notNull(),
    /** The event that told it. */
    event: integer(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.profile, table.id] })],
);

/** What group calls name, in the bucket of its own id. */
export const account = sqliteTable(
  'account',
  {
    bucket: count(),
    site: count(),
    groupId: text('group_id').notNull(),
    /** How many people it has. */
    people: count(),
    /** JSON: changes that some of its people were not told yet. */
    trail: text().notNull(),
    /** Everything the engine remembers of all of its people together, packed. */
    state: text().notNull(),
    /** The next instant at which time alone changes what holds of it. */
    nextDueMs: integer('next_due'),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.site, table.groupId] }),
    index('account_by_id').on(table.site, table.groupId),
    index('account_due').on(table.nextDueMs).where(sql`next_due is not null`),
  ],
);

/** Who is in which company: whom their newest group call put there. */
export const accountPerson = sqliteTable(
  'account_person',
  {
    bucket: count(),
    site: count(),
    groupId: text('group_id').notNull(),
    profile: count(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.site, table.groupId, table.profile] })],
);

export const event = sqliteTable(
  'event',
  {
    bucket: count(),
    /** The strand of history under which it is filed; it never changes. */
    part: count(),
    atMs: integer('at').notNull(),
    id: count(),
    site: count(),
    receivedAtMs: integer('received_at').notNull(),
    type: text().notNull(),
    name: text(),
    userId: text('user_id'),
    anonymousId: text('anonymous_id'),
    messageId: text('message_id').notNull(),
    /** JSON: the rest of the event. */
    body: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.part, table.atMs, table.id] }),
    index('event_by_id').on(table.id),
    // Who ever named a company; events of other types cost nothing here.
    index('event_by_company')
      .on(table.site, sql`body ->> 'g'`, table.part)
      .where(sql`type = 'group'`),
  ],
);

/** Which messages were accepted, by the bucket of their own id: one messageId, one event per site. */
export const message = sqliteTable(
  'message',
  {
    bucket: count(),
    site: count(),
    messageId: text('message_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.site, table.messageId] })],
);

/**
 * Whom nothing is known of any more, so that what happened before then and arrives late leaves no
 * trace: keyed hashes, which tell of an id at hand whether it was somebody's, and no id by themselves.
 */
export const tombstone = sqliteTable(
  'tombstone',
  {
    bucket: count(),
    site: count(),
    /** Of an id and its kind, base64url. */
    hash: text().notNull(),
    /** JSON: spans of time in which it was an erased person's, each ending at an erasure at the latest. */
    spans: text().notNull(),
    erasedAtMs: integer('erased_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.site, table.hash] })],
);

export const member = sqliteTable(
  'member',
  {
    bucket: count(),
    segment: count(),
    profile: count(),
    enteredAtMs: integer('entered_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.segment, table.profile] }),
    index('member_by_entry').on(table.segment, table.enteredAtMs, table.profile),
  ],
);

/** How many members a segment has in each bucket, kept with every change. */
export const memberCount = sqliteTable(
  'member_count',
  {
    bucket: count(),
    segment: count(),
    members: count(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.segment] }),
    index('member_count_by_segment').on(table.segment, table.members),
  ],
);

/** Every change of every membership; rows are only ever added. */
export const memberLog = sqliteTable(
  'member_log',
  {
    bucket: count(),
    profile: count(),
    id: count(),
    segment: count(),
    version: count(),
    /** 1 entered, -1 left. */
    direction: count(),
    effectiveAtMs: integer('effective_at').notNull(),
    recordedAtMs: integer('recorded_at').notNull(),
    cause: text().notNull(),
    event: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.profile, table.id] }),
    // Sums over a segment's history read this index alone.
    index('member_log_by_segment').on(
      table.segment,
      table.id,
      table.recordedAtMs,
      table.effectiveAtMs,
      table.direction,
    ),
  ],
);

/**
 * What others are told of. A row is relayed once, to the stream and to a delivery for each webhook that
 * wants it, and stays for a while so that a listener who was away hears of it.
 */
export const outbox = sqliteTable(
  'outbox',
  {
    bucket: count(),
    id: count(),
    site: count(),
    /** JSON: the message. */
    payload: text().notNull(),
    /** `null` in a row of an earlier version until it was relayed. */
    relayedAtMs: integer('relayed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index('outbox_by_relay').on(table.relayedAtMs, table.id),
    index('outbox_by_id').on(table.id),
  ],
);

export const webhook = sqliteTable(
  'webhook',
  {
    id: integer().primaryKey(),
    site: count(),
    url: text().notNull(),
    /** JSON: a list of message types. */
    types: text().notNull(),
    /** JSON: a list of segment ids; `null` for all. */
    segments: text(),
    enabled: count(),
    description: text().notNull(),
    /** Why it was disabled, if its owner did not do it. */
    note: text(),
    /** Signs what is sent, so it is kept as it is. */
    secret: text().notNull(),
    /** The secret before, which signs beside the present one until then. */
    oldSecret: text('old_secret'),
    oldSecretUntilMs: integer('old_secret_until'),
    createdAtMs: integer('created_at').notNull(),
    updatedAtMs: integer('updated_at').notNull(),
  },
  (table) => [index('webhook_by_site').on(table.site, table.id)],
);

/** One message to one webhook, in the bucket of the message. */
export const delivery = sqliteTable(
  'delivery',
  {
    bucket: count(),
    webhook: count(),
    /** The message's id. */
    message: count(),
    type: text().notNull(),
    /** Messages of one lane are sent one after another: profile and segment. */
    lane: text().notNull(),
    /** JSON: the message. */
    payload: text().notNull(),
    state: text({ enum: ['waiting', 'delivered', 'failed'] }).notNull(),
    /** Attempts since it was made or last replayed. */
    tries: count(),
    /** All attempts ever. */
    attempts: count(),
    createdAtMs: integer('created_at').notNull(),
    giveUpMs: integer('give_up_at').notNull(),
    /** When it may be tried; `null` once it is done with, and while another of its lane is before it. */
    nextMs: integer('next_at'),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.webhook, table.message] }),
    uniqueIndex('delivery_by_webhook').on(table.webhook, table.message),
    index('delivery_due').on(table.webhook, table.nextMs).where(sql`next_at is not null`),
    index('delivery_lane')
      .on(table.webhook, table.lane, table.message)
      .where(sql`state = 'waiting'`),
    index('delivery_by_age').on(table.createdAtMs),
  ],
);

/** What came of sending a message to a webhook once. */
export const attempt = sqliteTable(
  'attempt',
  {
    bucket: count(),
    webhook: count(),
    message: count(),
    /** 1 for the first attempt of its delivery. */
    number: count(),
    atMs: integer('at').notNull(),
    durationMs: integer('duration').notNull(),
    /** HTTP status; `null` if there was no answer. */
    status: integer(),
    error: text(),
    answer: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.webhook, table.message, table.number] })],
);

/** What became of the events of a day, by the key that sent them. Times are UTC here. */
export const tally = sqliteTable(
  'tally',
  {
    site: count(),
    /** Days since 1970 at which the requests arrived. */
    day: count(),
    /** The id of the write key. */
    key: text().notNull(),
    outcome: text({
      enum: [
        'received',
        'accepted',
        'duplicate',
        'rejected',
        'dropped',
        'lost',
        'refused',
        'expired',
      ],
    }).notNull(),
    /** A code; empty where the outcome says it all. */
    reason: text().notNull(),
    count: count(),
  },
  (table) => [
    primaryKey({ columns: [table.site, table.day, table.key, table.outcome, table.reason] }),
    index('tally_by_day').on(table.day),
  ],
);

/** Events that were rejected, for whoever sends them to see why. They belong to nobody. */
export const quarantine = sqliteTable(
  'quarantine',
  {
    site: count(),
    id: count(),
    /** The id of the write key. */
    key: text().notNull(),
    receivedAtMs: integer('received_at').notNull(),
    code: text().notNull(),
    /** JSON pointer into the event; empty for the event as a whole. */
    pointer: text().notNull(),
    detail: text().notNull(),
    messageId: text('message_id'),
    /** JSON: the event as it came, cleaned, and cut where it is long. */
    event: text().notNull(),
    /** 1 where something of the event was left out since it is long, else 0. */
    isCut: integer('is_cut').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.site, table.id] }),
    index('quarantine_by_code').on(table.site, table.code, table.id),
    index('quarantine_by_age').on(table.receivedAtMs),
  ],
);
