import type { Json } from '@inkling/sdk/protocol';
import { and, eq } from 'drizzle-orm';
import { bucketOf } from '../identity/bucket.ts';
import type { Identity, IdentityName } from '../identity/identity.ts';
import { bucketOfId, publicId } from '../identity/own-id.ts';
import { namesOf, type Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import type { Database } from '../store/open.ts';
import { readIdentity } from '../store/rows.ts';
import { identity, profile } from '../store/schema.ts';
import type { QuarantineAnswer } from './answers.ts';
import {
  exportDeliveries,
  exportEvents,
  exportIdentityLog,
  exportMembershipLog,
  exportMemberships,
  exportMessages,
  segmentLabels,
} from './export-rows.ts';
import { plainTraits } from './people.ts';
import type {
  ExportAnswer,
  ExportedCompany,
  ExportedIdentity,
  ExportedProfile,
} from './privacy-answers.ts';
import { exportScores } from './profile-scores.ts';
import { rejectedOf } from './quarantine.ts';

/** The sections of an export in their order: the short ones first, the events last. */
type Sections = {
  readonly [Name in Exclude<keyof ExportAnswer, 'exportedAt' | 'profile'>]: AsyncIterable<
    ExportAnswer[Name][number]
  >;
};

/**
 * Everything that is kept of a person, as the text of one JSON document, piece by piece: never more
 * than a few hundred rows are in memory, however much somebody did.
 */
export async function* exportPerson(
  database: Database,
  person: Profile,
  nowMs: number,
): AsyncGenerator<string, undefined> {
  const about = await exportProfile(database, person);
  yield `{"exportedAt":${JSON.stringify(formatInstant(nowMs))},"profile":${JSON.stringify(about)}`;
  const labels = await segmentLabels(database, person.site);
  const sections: Sections = {
    identities: exportIdentities(database, person),
    identityLog: exportIdentityLog(database, person),
    companies: exportCompanies(person),
    memberships: exportMemberships(database, person, labels),
    membershipLog: exportMembershipLog(database, person, labels),
    scores: exportScores(database, person, nowMs),
    messages: exportMessages(database, person),
    deliveries: exportDeliveries(database, person),
    rejected: exportRejected(database, person, nowMs),
    events: exportEvents(database, person),
  };
  for (const [name, rows] of Object.entries(sections)) {
    yield `,\n${JSON.stringify(name)}:[`;
    let separator = '\n';
    for await (const row of rows) {
      yield separator + JSON.stringify(row);
      separator = ',\n';
    }
    yield ']';
  }
  yield '}\n';
  return undefined;
}

async function exportProfile(database: Database, person: Profile): Promise<ExportedProfile> {
  const { id, userId, otherUserIds = [], anonymousIds, emails = [], parts, state } = person;
  const own = and(eq(profile.bucket, bucketOfId(id)), eq(profile.id, id));
  const [row] = await database.select({ state: profile.state }).from(profile).where(own);
  return {
    id: publicId('prf', id),
    formerIds: parts.filter((part) => part !== id).map((part) => publicId('prf', part)),
    ...(userId !== undefined && { userId }),
    otherUserIds,
    anonymousIds,
    emails,
    traits: plainTraits(state),
    firstSeen: formatInstant(state.firstSeenMs),
    lastSeen: formatInstant(state.lastSeenMs),
    memory: row === undefined ? null : (JSON.parse(row.state) as Json),
  };
}

async function* exportIdentities(
  database: Database,
  person: Profile,
): AsyncGenerator<ExportedIdentity> {
  for (const { kind, value } of namesOf(person)) {
    const found = await findIdentity(database, person.site, { kind, value });
    yield { kind, value, periods: found === undefined ? [] : periodsOf(found, person.id) };
  }
}

/** What names an id that others had, too, may be about them. */
async function* exportRejected(
  database: Database,
  person: Profile,
  nowMs: number,
): AsyncGenerator<QuarantineAnswer, undefined> {
  const ids: string[] = [];
  for (const name of namesOf(person)) {
    const found = await findIdentity(database, person.site, name);
    if (found?.spans.every(({ profile }) => profile === person.id)) ids.push(name.value);
  }
  yield* rejectedOf(database, { site: person.site, ids }, nowMs);
  return undefined;
}

async function findIdentity(
  database: Database,
  site: number,
  { kind, value }: IdentityName,
): Promise<Identity | undefined> {
  const [row] = await database
    .select()
    .from(identity)
    .where(
      and(
        eq(identity.bucket, bucketOf(site, value)),
        eq(identity.site, site),
        eq(identity.kind, kind),
        eq(identity.value, value),
      ),
    );
  return row && readIdentity([row.kind, row.value, row.spans]);
}

/** When an id stood for a person; whom else it stood for is not theirs to know. */
function periodsOf({ spans }: Identity, profile: number): ExportedIdentity['periods'] {
  return spans.flatMap((span, index) => {
    if (span.profile !== profile) return [];
    const untilMs = spans[index + 1]?.fromMs;
    return [
      {
        ...(index > 0 && { from: formatInstant(span.fromMs) }),
        ...(untilMs !== undefined && { until: formatInstant(untilMs) }),
      },
    ];
  });
}

async function* exportCompanies({
  state: { account },
}: Profile): AsyncGenerator<ExportedCompany, undefined> {
  if (account !== undefined) yield { id: account.id, since: formatInstant(account.atMs) };
  return undefined;
}
