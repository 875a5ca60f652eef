import { bucketOf } from '../identity/bucket.ts';
import { bucketOfId, publicId } from '../identity/own-id.ts';
import type { Erasure } from './erasure.ts';
import type { PersonalTable } from './personal.ts';
import { companyKey, identityTuple, messageTuple } from './rows.ts';
import { DELETE_MESSAGES, UPSERT_IDENTITIES } from './statements.ts';
import { addTombstones, type Rows } from './tombstones.ts';

type Eraser = (rows: Rows, erasure: Erasure) => Promise<unknown>;

/**
 * How each table forgets a person. Memberships and profiles are missing where what is saved of an
 * erasure removes them like any that end.
 */
const ERASERS: Readonly<
  Record<Exclude<PersonalTable, 'member' | 'profile' | 'accountPerson'>, Eraser>
> = {
  event: (rows, { parts }) =>
    rows(
      'DELETE FROM event WHERE (bucket, part) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))',
      numbers(parts),
    ),
  message: (rows, { site, messageIds }) =>
    rows(DELETE_MESSAGES, JSON.stringify(messageIds.map((id) => messageTuple(site, id)))),
  identity: async (rows, { site, names, shared }) => {
    await rows(
      `DELETE FROM identity WHERE (bucket, site, kind, value) IN
        (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?))`,
      JSON.stringify(names.map(({ kind, value }) => [bucketOf(site, value), site, kind, value])),
    );
    await rows(UPSERT_IDENTITIES, JSON.stringify(shared.map((each) => identityTuple(site, each))));
  },
  identityLog: async (rows, { parts, others, names }) => {
    await rows(
      `DELETE FROM identity_log WHERE (bucket, profile) IN
        (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
      numbers(parts),
    );
    await rows(
      `DELETE FROM identity_log WHERE (bucket, profile) IN
          (SELECT value ->> 0, value ->> 1 FROM json_each(?))
        AND (identity_kind, identity_value) IN
          (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
      numbers(others),
      JSON.stringify(names.map(({ kind, value }) => [kind, value])),
    );
  },
  memberLog: (rows, { parts }) =>
    rows(
      `DELETE FROM member_log WHERE (bucket, profile) IN
        (SELECT value ->> 0, value ->> 1 FROM json_each(?))`,
      numbers(parts),
    ),
  outbox: (rows, erasure) => rows(`DELETE FROM outbox WHERE ${ABOUT}`, ...about(erasure)),
  // Attempts are found by their deliveries, so they go first.
  attempt: (rows, erasure) =>
    rows(
      `DELETE FROM attempt WHERE (bucket, webhook, message) IN
        (SELECT bucket, webhook, message FROM delivery WHERE ${ABOUT})`,
      ...about(erasure),
    ),
  delivery: (rows, erasure) => rows(`DELETE FROM delivery WHERE ${ABOUT}`, ...about(erasure)),
};

/** Removes every row that holds something of a person, and remembers that they were erased. */
export async function erase(rows: Rows, erasure: Erasure): Promise<void> {
  for (const eraser of Object.values(ERASERS)) await eraser(rows, erasure);
  const companies = JSON.stringify(erasure.companies.map(companyKey));
  await rows(
    `DELETE FROM account WHERE (bucket, site, group_id) IN
      (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))`,
    companies,
  );
  await addTombstones(rows, erasure.site, erasure.tombstones);
}

/**
 * Messages about a person, and those about somebody whom they were taken out of that still name their
 * ids. That somebody was erased is not told by half: what says so stays.
 */
const ABOUT = `bucket IN (SELECT value FROM json_each(?)) AND payload ->> '$.cause' <> 'erasure'
  AND (payload ->> '$.profile.id' IN (SELECT value FROM json_each(?))
    OR payload ->> '$.profile.id' IN (SELECT value FROM json_each(?)) AND (
      payload ->> '$.profile.userId' IN (SELECT value FROM json_each(?))
      OR EXISTS (SELECT 1 FROM json_each(payload, '$.profile.anonymousIds') AS device
        WHERE device.value IN (SELECT value FROM json_each(?)))))`;

function about({ parts, others, names }: Erasure): readonly string[] {
  const idsOf = (profiles: readonly number[]) => profiles.map((each) => publicId('prf', each));
  const values = JSON.stringify(names.map(({ value }) => value));
  const buckets = [...new Set([...parts, ...others].map(bucketOfId))];
  const [own, theirs] = [idsOf(parts), idsOf(others)].map((ids) => JSON.stringify(ids));
  return [JSON.stringify(buckets), own ?? '[]', theirs ?? '[]', values, values];
}

function numbers(profiles: readonly number[]): string {
  return JSON.stringify(profiles.map((each) => [bucketOfId(each), each]));
}
