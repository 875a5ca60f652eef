import { and, asc, eq, gt, inArray, or, sql } from 'drizzle-orm';
import { bucketOfId, publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import { candidatesKey } from '../segments/ranking.ts';
import { bandKey, type ScoreModel } from '../segments/score-model.ts';
import type { Database } from '../store/open.ts';
import { readEvent } from '../store/rows.ts';
import {
  delivery,
  event,
  identityLog,
  member,
  memberLog,
  outbox,
  score,
  scoreVersion,
  segmentVersion,
} from '../store/schema.ts';
import type { OutgoingMessage } from './answers.ts';
import { columnsOf, eventAnswer } from './events.ts';
import type {
  ExportedChange,
  ExportedDelivery,
  ExportedEvent,
  ExportedIdentityChange,
  ExportedMembership,
  ExportedMessage,
} from './privacy-answers.ts';
import { withAttempts } from './webhooks.ts';

/** Rows that are in memory at once: of 32 KiB at most, so a few megabytes. */
const ROWS_PER_PAGE = 200;

/** How segments are called, by their internal numbers, those that were removed and bands of scores too. */
export type SegmentLabels = ReadonlyMap<number, string>;

export async function segmentLabels(database: Database, site: number): Promise<SegmentLabels> {
  const { segment: key, id } = segmentVersion;
  const segments = await database
    .selectDistinct({ key, id })
    .from(segmentVersion)
    .where(eq(segmentVersion.site, site));
  const models = await database
    .select({ key: score.key, model: scoreVersion.model })
    .from(score)
    .innerJoin(scoreVersion, eq(scoreVersion.score, score.key))
    .where(eq(score.site, site))
    .orderBy(asc(score.key), asc(scoreVersion.version));
  return new Map<number, string>([
    ...segments.flatMap((each): [number, string][] => [
      [each.key, each.id],
      [candidatesKey(each.key), `${each.id}:candidate`],
    ]),
    ...models.flatMap((each) => {
      const model = JSON.parse(each.model) as ScoreModel;
      return model.bands.map((band, place): [number, string] => [
        bandKey(each.key, place),
        `${model.id}:${band.id}`,
      ]);
    }),
  ]);
}

export async function* exportIdentityLog(
  database: Database,
  { parts }: Profile,
): AsyncGenerator<ExportedIdentityChange, undefined> {
  for (const part of parts) {
    const { bucket, profile, id } = identityLog;
    yield* paged(async (after) => {
      const rows = await database
        .select()
        .from(identityLog)
        .where(and(eq(bucket, bucketOfId(part)), eq(profile, part), gt(id, after)))
        .orderBy(asc(id))
        .limit(ROWS_PER_PAGE);
      const told = rows.map((row) => ({
        action: row.action,
        at: formatInstant(row.atMs),
        recordedAt: formatInstant(row.recordedAtMs),
        into: publicId('prf', row.into),
        ...(row.from !== null && { from: publicId('prf', row.from) }),
        identity: { kind: row.identityKind, value: row.identityValue },
        by: row.by,
        ...(row.event !== null && { event: publicId('evt', row.event) }),
      }));
      return { told, next: rows.at(-1)?.id };
    });
  }
  return undefined;
}

export async function* exportMemberships(
  database: Database,
  { id }: Profile,
  labels: SegmentLabels,
): AsyncGenerator<ExportedMembership, undefined> {
  const rows = await database
    .select()
    .from(member)
    .where(
      and(
        eq(member.bucket, bucketOfId(id)),
        inArray(member.segment, [...labels.keys()]),
        eq(member.profile, id),
      ),
    )
    .orderBy(asc(member.enteredAtMs));
  for (const { segment, enteredAtMs } of rows) {
    yield { segment: labelOf(segment, labels), enteredAt: formatInstant(enteredAtMs) };
  }
  return undefined;
}

export async function* exportMembershipLog(
  database: Database,
  { parts }: Profile,
  labels: SegmentLabels,
): AsyncGenerator<ExportedChange, undefined> {
  for (const part of parts) {
    const { bucket, profile, id } = memberLog;
    yield* paged(async (after) => {
      const rows = await database
        .select()
        .from(memberLog)
        .where(and(eq(bucket, bucketOfId(part)), eq(profile, part), gt(id, after)))
        .orderBy(asc(id))
        .limit(ROWS_PER_PAGE);
      const told = rows.map(
        (row): ExportedChange => ({
          segment: labelOf(row.segment, labels),
          version: row.version,
          direction: row.direction > 0 ? 'entered' : 'left',
          effectiveAt: formatInstant(row.effectiveAtMs),
          recordedAt: formatInstant(row.recordedAtMs),
          cause: row.cause,
          ...(row.event !== null && { event: publicId('evt', row.event) }),
        }),
      );
      return { told, next: rows.at(-1)?.id };
    });
  }
  return undefined;
}

export async function* exportMessages(
  database: Database,
  { parts }: Profile,
): AsyncGenerator<ExportedMessage, undefined> {
  const { bucket, id, payload } = outbox;
  for (const each of new Set(parts.map(bucketOfId))) {
    yield* paged(async (after) => {
      const rows = await database
        .select()
        .from(outbox)
        .where(and(eq(bucket, each), isAbout(payload, parts), gt(id, after)))
        .orderBy(asc(id))
        .limit(ROWS_PER_PAGE);
      const told = rows.map((row) => ({
        message: JSON.parse(row.payload) as OutgoingMessage,
        ...(row.relayedAtMs !== null && { relayedAt: formatInstant(row.relayedAtMs) }),
      }));
      return { told, next: rows.at(-1)?.id };
    });
  }
  return undefined;
}

export async function* exportDeliveries(
  database: Database,
  { parts }: Profile,
): AsyncGenerator<ExportedDelivery, undefined> {
  const { bucket, webhook, message, payload } = delivery;
  for (const each of new Set(parts.map(bucketOfId))) {
    const receivers = await database
      .selectDistinct({ webhook })
      .from(delivery)
      .where(eq(bucket, each));
    for (const { webhook: receiver } of receivers) {
      const own = and(eq(bucket, each), eq(webhook, receiver), isAbout(payload, parts));
      yield* paged(async (after) => {
        const rows = await database
          .select()
          .from(delivery)
          .where(and(own, gt(message, after)))
          .orderBy(asc(message))
          .limit(ROWS_PER_PAGE);
        const answers = await withAttempts(database, receiver, rows);
        const told = answers.map((answer) => ({ webhook: publicId('whk', receiver), ...answer }));
        return { told, next: rows.at(-1)?.message };
      });
    }
  }
  return undefined;
}

export async function* exportEvents(
  database: Database,
  person: Profile,
): AsyncGenerator<ExportedEvent, undefined> {
  const { bucket, part: strand, atMs, id } = event;
  for (const part of person.parts) {
    for (let after: readonly [atMs: number, id: number] | undefined; ; ) {
      const [afterMs, afterId] = after ?? [];
      const position =
        afterMs === undefined || afterId === undefined
          ? undefined
          : or(gt(atMs, afterMs), and(eq(atMs, afterMs), gt(id, afterId)));
      const rows = await database
        .select()
        .from(event)
        .where(and(eq(bucket, bucketOfId(part)), eq(strand, part), position))
        .orderBy(asc(atMs), asc(id))
        .limit(ROWS_PER_PAGE);
      for (const row of rows) {
        const [of, number] = readEvent(columnsOf(row));
        const { profile: _, ...answer } = eventAnswer(of, number, person.id);
        yield {
          ...answer,
          ...(of.groupId !== undefined && { groupId: of.groupId }),
          ...(of.previousId !== undefined && { previousId: of.previousId }),
        };
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      after = [last.atMs, last.id];
    }
  }
  return undefined;
}

/** Reads pages until one is empty. @param read - Gets the number of the last row before, 0 at first. */
async function* paged<T>(
  read: (
    after: number,
  ) => Promise<{ readonly told: readonly T[]; readonly next: number | undefined }>,
): AsyncGenerator<T, undefined> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: Awaited<ReturnType<typeof read>> = await read(after);
    yield* page.told;
    after = page.next;
  }
  return undefined;
}

/** Is a message about a person, by any of the numbers that they ever had? */
function isAbout(
  payload: typeof outbox.payload | typeof delivery.payload,
  parts: Profile['parts'],
) {
  const ids = parts.map((part) => publicId('prf', part));
  return inArray(sql`${payload} ->> '$.profile.id'`, ids);
}

/** A number without a name is one of a model that was replaced before names were kept. */
function labelOf(segment: number, labels: SegmentLabels): string {
  return labels.get(segment) ?? String(segment);
}
