import type { Client, Transaction } from '@libsql/client';
import { bucketOf } from '../identity/bucket.ts';
import { nameOfCompany } from '../identity/company.ts';
import { bucketOfId } from '../identity/own-id.ts';
import { bind } from './bind.ts';
import { erase } from './erase.ts';
import { expire } from './expire.ts';
import { intakeUnitOf } from './libsql-intake.ts';
import { outgoingUnitOf } from './libsql-outgoing.ts';
import {
  companyKey,
  companyTuple,
  eventTuple,
  identityLogTuple,
  identityTuple,
  messageTuple,
  profileTuple,
  readCompany,
  readEvent,
  readIdentity,
  readMessage,
  readProfile,
  type Tuple,
} from './rows.ts';
import * as sql from './statements.ts';
import type {
  Changes,
  CompanyPersonRow,
  CompanyStrand,
  MembershipRow,
  Store,
  UnitOfWork,
} from './store.ts';
import { findTombstones } from './tombstones.ts';

/** A {@link Store} in a libSQL file or server. The client must be the only one that writes. */
export function createLibsqlStore(client: Client): Store {
  return {
    tx: async (work) => {
      const transaction = await client.transaction('write');
      try {
        const result = await work(unitOf(transaction));
        await transaction.commit();
        return result;
      } finally {
        // Rolls back what was not committed; after a commit it does nothing.
        transaction.close();
      }
    },
    scrub: async () => {
      if (client.protocol !== 'file') return true;
      const { rows } = await client.execute('PRAGMA wal_checkpoint(TRUNCATE)');
      return Number(rows[0]?.[0]) === 0;
    },
  };
}

function unitOf(tx: Transaction): UnitOfWork {
  const rows = async (text: string, ...values: readonly unknown[]) =>
    (await tx.execute({ sql: text, args: bind(...values) })).rows;
  const list = (text: string, tuples: readonly Tuple[]) =>
    tuples.length === 0 ? Promise.resolve([]) : rows(text, JSON.stringify(tuples));
  return {
    knownMessages: async (site, ids) => {
      const found = await list(
        sql.SELECT_MESSAGES,
        ids.map((id) => messageTuple(site, id)),
      );
      return new Set(found.map((row) => String(row[0])));
    },
    identities: async (site, ids) => {
      const keys = ids.map(({ kind, value }) => [bucketOf(site, value), site, kind, value]);
      return (await list(sql.SELECT_IDENTITIES, keys)).map(readIdentity);
    },
    profiles: async (ids) => (await list(sql.SELECT_PROFILES, ids.map(idTuple))).map(readProfile),
    companies: async (names) =>
      (await list(sql.SELECT_COMPANIES, names.map(companyKey))).map(readCompany),
    peopleOf: async (names) => {
      const people = await list(sql.SELECT_COMPANY_PEOPLE, names.map(companyKey));
      const ids = people.map((row) => idTuple(Number(row[0])));
      return (await list(sql.SELECT_PROFILES, ids)).map(readProfile);
    },
    dueCompanies: async (nowMs, limit) =>
      (await rows(sql.SELECT_DUE_COMPANIES, nowMs, limit)).map(readCompany),
    namedAfter: async ({ site, groupId, part }, limit) => {
      const ofSite = [site, groupId, groupId, part, limit];
      const found = await rows(sql.SELECT_NAMED_AFTER, ...ofSite);
      if (found.length > 0) return found.map(strandOf);
      const [next] = await rows(sql.SELECT_NAMING_SITE, site);
      if (next === undefined) return [];
      return (await rows(sql.SELECT_NAMED_AFTER, next[0], '', '', 0, limit)).map(strandOf);
    },
    owners: async (parts) =>
      (await list(sql.SELECT_OWNERS, parts.map(idTuple))).map((row) => Number(row[0])),
    history: async (parts) => (await list(sql.SELECT_HISTORY, parts.map(idTuple))).map(readEvent),
    due: async (nowMs, limit) => (await rows(sql.SELECT_DUE, nowMs, limit)).map(readProfile),
    nextDueMs: async () => {
      const due = (await rows(sql.SELECT_NEXT_DUE))[0]?.[0];
      return due === null || due === undefined ? undefined : Number(due);
    },
    profilesAfter: async (site, afterId, limit) =>
      (await rows(sql.SELECT_PROFILES_AFTER, bucketOfId(afterId), afterId, site, limit)).map(
        readProfile,
      ),
    seenBefore: async (beforeMs, { after, beforeBucket }, limit) =>
      (
        await rows(sql.SELECT_SEEN_BEFORE, after.bucket, after.id, beforeBucket, beforeMs, limit)
      ).map(readProfile),
    membersOf: async (segment) =>
      (await rows(sql.SELECT_MEMBERS, segment)).map((row) => Number(row[0])),
    save: (changes) => save(list, rows, changes),
    takeOutbox: async (nowMs, limit) => {
      const taken = await rows(sql.TAKE_OUTBOX, nowMs, limit);
      return taken.map(readMessage).sort((a, b) => a.id - b.id);
    },
    companyCalls: async (names) => {
      const calls = await list(
        sql.SELECT_COMPANY_CALLS,
        names.map(({ site, groupId }) => [site, groupId]),
      );
      return calls.map((row) => ({
        part: Number(row[0]),
        event: readEvent(Array.from(row).slice(1))[0],
      }));
    },
    apartFrom: async (parts) => {
      const found = await list(sql.SELECT_APART, parts.map(idTuple));
      return found.map((row) => Number(row[0])).filter((each) => !parts.includes(each));
    },
    erased: (site, names) => findTombstones(rows, site, names),
    erase: (erasure) => erase(rows, erasure),
    expire: (expiry) => expire(rows, expiry),
    outgoing: outgoingUnitOf(rows),
    intake: intakeUnitOf(rows),
  };
}

function strandOf(row: ArrayLike<unknown>): CompanyStrand {
  return { site: Number(row[0]), groupId: String(row[1]), part: Number(row[2]) };
}

/** Rows go in by ascending key: a sorted run of inserts touches each page once. */
async function save(
  list: (text: string, tuples: readonly Tuple[]) => Promise<unknown>,
  rows: (text: string, ...values: readonly unknown[]) => Promise<unknown>,
  changes: Changes,
): Promise<void> {
  const { log, outbox } = changes;
  await list(
    sql.INSERT_MESSAGES,
    sorted(changes.messages.map((row) => messageTuple(row.site, row.messageId))),
  );
  await list(sql.INSERT_EVENTS, changes.events.map(eventTuple));
  await list(
    sql.UPSERT_IDENTITIES,
    sorted(changes.identities.map(({ site, identity }) => identityTuple(site, identity))),
  );
  await list(sql.INSERT_IDENTITY_LOG, sorted(changes.identityLog.map(identityLogTuple)));
  for (const { atMs, ...name } of changes.marked) {
    await rows(sql.MARK_PEOPLE, atMs, atMs, ...companyKey(name));
  }
  await saveCompanies(list, changes);
  await list(sql.UPSERT_PROFILES, sorted(changes.profiles.map(profileTuple)));
  await list(
    sql.ABSORB_PROFILES,
    sorted(changes.absorbed.map(({ id, site, into }) => [...idTuple(id), site, into])),
  );
  await list(sql.DELETE_PROFILES, sorted(changes.removed.map(idTuple)));
  await list(sql.DELETE_MEMBERS, sorted(changes.left.map(memberTuple)));
  await list(
    sql.INSERT_MEMBERS,
    sorted(changes.entered.map((row) => [...memberTuple(row), row.enteredAtMs])),
  );
  await list(sql.ADD_MEMBER_COUNTS, countTuples(changes));
  await list(
    sql.INSERT_MEMBER_LOG,
    sorted(
      log.map((row) => [
        ...idTuple(row.profile),
        row.id,
        row.segment,
        row.version,
        row.direction === 'entered' ? 1 : -1,
        row.effectiveAtMs,
        row.recordedAtMs,
        row.cause,
        row.event ?? null,
      ]),
    ),
  );
  await list(
    sql.INSERT_OUTBOX,
    sorted(
      outbox.map((row) => [...idTuple(row.id), row.site, row.payload, row.relayedAtMs ?? null]),
    ),
  );
  await rows(sql.UPSERT_TICK, String(changes.tick));
}

async function saveCompanies(
  list: (text: string, tuples: readonly Tuple[]) => Promise<unknown>,
  { companies, joined, parted }: Changes,
): Promise<void> {
  const personTuple = (row: CompanyPersonRow): Tuple => [...companyKey(row), row.profile];
  await list(sql.UPSERT_COMPANIES, sorted(companies.map(companyTuple)));
  await list(sql.DELETE_COMPANY_PEOPLE, sorted(parted.map(personTuple)));
  await list(sql.INSERT_COMPANY_PEOPLE, sorted(joined.map(personTuple)));
  const sizes = new Map<string, Tuple>();
  for (const [rows, by] of [
    [joined, 1],
    [parted, -1],
  ] as const) {
    for (const row of rows) {
      const name = nameOfCompany(row);
      sizes.set(name, [...companyKey(row), Number(sizes.get(name)?.[3] ?? 0) + by]);
    }
  }
  await list(sql.RESIZE_COMPANIES, sorted([...sizes.values()]));
}

/** By how much each segment grew or shrank in each bucket. */
function countTuples({ entered, left }: Changes): readonly Tuple[] {
  const counts = new Map<string, [bucket: number, segment: number, members: number]>();
  const addTo = ({ profile, segment }: MembershipRow, by: number) => {
    const bucket = bucketOfId(profile);
    const name = `${bucket}/${segment}`;
    const present = counts.get(name);
    counts.set(name, [bucket, segment, (present?.[2] ?? 0) + by]);
  };
  for (const row of entered) addTo(row, 1);
  for (const row of left) addTo(row, -1);
  return sorted([...counts.values()].filter(([, , members]) => members !== 0));
}

function memberTuple({ profile, segment }: MembershipRow): Tuple {
  return [bucketOfId(profile), segment, profile];
}

function idTuple(id: number): Tuple {
  return [bucketOfId(id), id];
}

function sorted(tuples: readonly Tuple[]): readonly Tuple[] {
  return tuples.toSorted(compareTuples);
}

function compareTuples(a: Tuple, b: Tuple): number {
  for (let position = 0; position < a.length; position += 1) {
    const left = a[position] ?? 0;
    const right = b[position] ?? 0;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
