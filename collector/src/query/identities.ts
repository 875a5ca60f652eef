import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { BUCKETS, bucketOf } from '../identity/bucket.ts';
import type { Identity } from '../identity/identity.ts';
import { bucketOfId, publicId } from '../identity/own-id.ts';
import { namesOf, type Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import type { Database } from '../store/open.ts';
import { readIdentity } from '../store/rows.ts';
import { event, identity, identityLog } from '../store/schema.ts';
import type { IdentitiesAnswer, IdentityAnswer, MergeAnswer } from './answers.ts';

type LogRow = typeof identityLog.$inferSelect;

/** Every id of a person, since when it is theirs, and how they came by it. */
export async function listIdentities(
  database: Database,
  person: Profile,
): Promise<IdentitiesAnswer> {
  const identities = await loadIdentities(database, person);
  const log = await loadLog(database, person);
  const firstMs = await firstEvents(database, person.parts);
  const data = identities.map((each): IdentityAnswer => {
    const sinceMs = sinceOf(each, person.id, firstMs, log);
    return {
      kind: each.kind,
      value: each.value,
      ...(sinceMs !== undefined && { since: formatInstant(sinceMs) }),
    };
  });
  return { data, next: null, merges: log.flatMap(mergeAnswer) };
}

async function loadIdentities(database: Database, person: Profile): Promise<readonly Identity[]> {
  const names = namesOf(person);
  const buckets = [...new Set(names.map(({ value }) => bucketOf(person.site, value)))];
  const values = [...new Set(names.map(({ value }) => value))];
  const rows = await database
    .select()
    .from(identity)
    .where(
      and(
        inArray(identity.bucket, buckets),
        eq(identity.site, person.site),
        inArray(identity.value, values),
      ),
    );
  const found = rows.map((row) => readIdentity([row.kind, row.value, row.spans]));
  return names.flatMap(({ kind, value }) =>
    found.filter((each) => each.kind === kind && each.value === value),
  );
}

/** What the log says of a person and of all who became them, the oldest first. */
async function loadLog(database: Database, { parts }: Profile): Promise<readonly LogRow[]> {
  const rows = await database
    .select()
    .from(identityLog)
    .where(
      and(
        inArray(identityLog.bucket, [...new Set(parts.map(bucketOfId))]),
        inArray(identityLog.profile, [...parts]),
      ),
    )
    .orderBy(asc(identityLog.recordedAtMs), asc(identityLog.id));
  // A split stands in two histories; whoever has both by now is told it once.
  return rows.filter(
    ({ action, profile, into, from }) =>
      action !== 'unmerge' || profile !== into || from === null || !parts.includes(from),
  );
}

/** When the first event of each strand happened: one look at the beginning of each. */
async function firstEvents(
  database: Database,
  parts: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const first = sql`(select min(${event.atMs}) from ${event}
    where ${event.bucket} = list.value % ${BUCKETS} and ${event.part} = list.value)`;
  const rows = await database.all<{ part: number; at: number | null }>(
    sql`select list.value as part, ${first} as at from json_each(${JSON.stringify(parts)}) as list`,
  );
  return new Map(rows.flatMap(({ part, at }) => (at === null ? [] : [[part, at]])));
}

/**
 * An id is a person's since the first thing they are credited with by it. What came with a merge is
 * so from its own beginning; an e-mail acts under no strand and is so since it was said.
 */
function sinceOf(
  { kind, value, spans }: Identity,
  profile: number,
  firstMs: ReadonlyMap<number, number>,
  log: readonly LogRow[],
): number | undefined {
  const linked = log.flatMap(({ action, identityKind, identityValue, atMs }) =>
    action === 'link' && identityKind === kind && identityValue === value ? [atMs] : [],
  );
  const credited = spans.flatMap((span) => {
    if (span.profile !== profile || kind === 'email') return [];
    if (span.fromMs > 0) return [span.fromMs];
    return firstMs.get(span.part) ?? [];
  });
  const known = [...linked, ...credited];
  return known.length === 0 ? undefined : known.reduce((a, b) => Math.min(a, b));
}

function mergeAnswer(row: LogRow): readonly MergeAnswer[] {
  const { id, action, into, from, identityKind, identityValue, by, event: cause } = row;
  if (action === 'link' || from === null) return [];
  return [
    {
      id: publicId('mrg', id),
      action,
      at: formatInstant(row.atMs),
      recordedAt: formatInstant(row.recordedAtMs),
      into: publicId('prf', into),
      from: publicId('prf', from),
      identity: { kind: identityKind, value: identityValue },
      by,
      ...(cause !== null && { event: publicId('evt', cause) }),
    },
  ];
}
