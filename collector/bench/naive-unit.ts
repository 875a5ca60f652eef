/** What is written first: every look-up and every row is a statement of its own, through drizzle. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Event } from '../src/event.ts';
import { bucketOf } from '../src/identity/bucket.ts';
import type { Identity } from '../src/identity/identity.ts';
import { bucketOfId } from '../src/identity/own-id.ts';
import type { Profile } from '../src/identity/profile.ts';
import { packState } from '../src/segments/pack.ts';
import { nextDueMs } from '../src/segments/state.ts';
import type { Database } from '../src/store/open.ts';
import { identityTuple, readEvent, readIdentity, readProfile } from '../src/store/rows.ts';
import {
  event,
  identity,
  identityLog,
  member,
  memberCount,
  memberLog,
  message,
  outbox,
  profile,
} from '../src/store/schema.ts';
import type { Changes, MembershipRow, UnitOfWork } from '../src/store/store.ts';

type Tx = Parameters<Parameters<Database['transaction']>[0]>[0];

/** Enough of a {@link UnitOfWork} to take in events; definitions do not change under it. */
export function naiveUnit(tx: Tx): UnitOfWork {
  const none = () => Promise.reject(new Error('Not part of taking in events'));
  return {
    knownMessages: async (site, ids) => {
      const known = new Set<string>();
      for (const id of ids) {
        const where = and(
          eq(message.bucket, bucketOf(site, id)),
          eq(message.site, site),
          eq(message.messageId, id),
        );
        if ((await tx.select().from(message).where(where)).length > 0) known.add(id);
      }
      return known;
    },
    identities: async (site, ids) => {
      const found: Identity[] = [];
      for (const { kind, value } of ids) {
        const rows = await tx
          .select({ kind: identity.kind, value: identity.value, spans: identity.spans })
          .from(identity)
          .where(
            and(
              eq(identity.bucket, bucketOf(site, value)),
              eq(identity.site, site),
              eq(identity.kind, kind),
              eq(identity.value, value),
            ),
          );
        found.push(...rows.map((row) => readIdentity(Object.values(row))));
      }
      return found;
    },
    // Visitors of the contest are put into no company.
    companies: async () => [],
    peopleOf: async () => [],
    namedAfter: async () => [],
    owners: async () => [],
    dueCompanies: none,
    // Nobody is erased in it.
    erased: async () => new Map(),
    erase: none,
    expire: none,
    companyCalls: none,
    apartFrom: none,
    profiles: async (ids) => {
      const found: Profile[] = [];
      for (const id of ids) {
        const { site, userId, ids: known, state } = profile;
        const rows = await tx
          .select({ id: profile.id, site, userId, known, state })
          .from(profile)
          .where(and(eq(profile.bucket, bucketOfId(id)), eq(profile.id, id), isNull(profile.into)));
        found.push(...rows.map((row) => readProfile(Object.values(row))));
      }
      return found;
    },
    save: (changes) => save(tx, changes),
    history: async (parts) => {
      const found: (readonly [Event, number])[] = [];
      for (const part of parts) {
        const own = and(eq(event.bucket, bucketOfId(part)), eq(event.part, part));
        const { id, atMs, receivedAtMs, type, name, userId, anonymousId, messageId, body } = event;
        const columns = {
          id,
          atMs,
          receivedAtMs,
          type,
          name,
          userId,
          anonymousId,
          messageId,
          body,
        };
        const rows = await tx.select(columns).from(event).where(own);
        found.push(...rows.map((row) => readEvent(Object.values(row))));
      }
      return found;
    },
    due: none,
    nextDueMs: none,
    profilesAfter: none,
    seenBefore: none,
    takeOutbox: none,
    membersOf: none,
    intake: {
      count: none,
      quarantine: none,
      trimQuarantine: none,
      removeFromQuarantine: none,
      prune: none,
    },
    outgoing: {
      webhooks: none,
      saveWebhook: none,
      removeWebhook: none,
      busyLanes: none,
      saveDeliveries: none,
      delivery: none,
      due: none,
      nextDueMs: none,
      stuck: none,
      addAttempt: none,
      requeue: none,
      prune: none,
      saveTick: none,
    },
  };
}

async function save(tx: Tx, changes: Changes): Promise<void> {
  for (const { site, messageId } of changes.messages) {
    await tx.insert(message).values({ bucket: bucketOf(site, messageId), site, messageId });
  }
  for (const { id, part, site, event: taken } of changes.events) {
    const { properties, context, traits, sessionId, ...columns } = taken;
    const body = JSON.stringify({ s: sessionId, p: properties, c: context, t: traits });
    await tx.insert(event).values({ ...columns, bucket: bucketOfId(part), part, id, site, body });
  }
  for (const each of changes.identities) {
    const spans = String(identityTuple(each.site, each.identity).at(-1));
    const { kind, value } = each.identity;
    await tx
      .insert(identity)
      .values({ bucket: bucketOf(each.site, value), site: each.site, kind, value, spans })
      .onConflictDoUpdate({
        target: [identity.bucket, identity.site, identity.kind, identity.value],
        set: { spans },
      });
  }
  for (const { name, ...row } of changes.identityLog) {
    const identityName = { identityKind: name.kind, identityValue: name.value };
    await tx
      .insert(identityLog)
      .values({ ...row, ...identityName, bucket: bucketOfId(row.profile) });
  }
  for (const person of changes.profiles) await saveProfile(tx, person);
  for (const { id, site, into } of changes.absorbed) {
    await tx
      .insert(profile)
      .values({ bucket: bucketOfId(id), id, site, into, ids: '', state: '', revision: 0 })
      .onConflictDoUpdate({
        target: [profile.bucket, profile.id],
        set: { into, ids: '', state: '', nextDueMs: null },
      });
  }
  await saveMemberships(tx, changes);
}

async function saveProfile(tx: Tx, { id, site, userId, ...person }: Profile): Promise<void> {
  const changing = {
    ids: JSON.stringify([person.anonymousIds, person.parts]),
    state: packState(person.state),
    revision: person.state.revision,
    nextDueMs: nextDueMs(person.state) ?? null,
  };
  await tx
    .insert(profile)
    .values({ bucket: bucketOfId(id), id, site, userId, ...changing })
    .onConflictDoUpdate({ target: [profile.bucket, profile.id], set: changing });
}

async function saveMemberships(tx: Tx, changes: Changes): Promise<void> {
  const count = async ({ profile: id, segment }: MembershipRow, members: number) => {
    await tx
      .insert(memberCount)
      .values({ bucket: bucketOfId(id), segment, members })
      .onConflictDoUpdate({
        target: [memberCount.bucket, memberCount.segment],
        set: { members: sql`${memberCount.members} + ${members}` },
      });
  };
  for (const row of changes.left) {
    await tx
      .delete(member)
      .where(
        and(
          eq(member.bucket, bucketOfId(row.profile)),
          eq(member.segment, row.segment),
          eq(member.profile, row.profile),
        ),
      );
    await count(row, -1);
  }
  for (const row of changes.entered) {
    await tx.insert(member).values({ ...row, bucket: bucketOfId(row.profile) });
    await count(row, 1);
  }
  for (const { direction, ...row } of changes.log) {
    const bucket = bucketOfId(row.profile);
    await tx
      .insert(memberLog)
      .values({ ...row, bucket, direction: direction === 'entered' ? 1 : -1 });
  }
  for (const row of changes.outbox) {
    await tx.insert(outbox).values({ ...row, bucket: bucketOfId(row.id) });
  }
}
