import { and, eq } from 'drizzle-orm';
import type { Event } from '../event.ts';
import { BUCKETS } from '../identity/bucket.ts';
import { bucketOfId, publicId } from '../identity/own-id.ts';
import type { StoredSegment } from '../segments/draft.ts';
import type { Person, Site } from '../segments/person.ts';
import {
  isRecomputable,
  isRecomputableOf,
  needsEverybody,
  recompute,
} from '../segments/recompute.ts';
import { bandCondition, bandKey, type StoredScore } from '../segments/score-model.ts';
import { nextDueMs } from '../segments/state.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';
import type { Life } from '../store/lives.ts';
import type { Database } from '../store/open.ts';
import { event } from '../store/schema.ts';
import type { AuditAnswer } from './answers.ts';
import { auditSizes } from './audit-sizes.ts';
import { livesOf } from './crowd.ts';
import { loadHistory } from './events.ts';
import { loadPeople } from './people.ts';

export interface AuditAsked {
  /** One segment, by its id; else all. */
  readonly segment?: string;
  /** So many people at most; else everybody. */
  readonly sample?: number;
  /** Where a sample begins; after the last place it goes on at the first. */
  readonly fromBucket?: number;
}

/** Differences that are listed; they are all counted. */
const DIFFERING_MAX = 100;
/** The largest tick that one of our ids can have. */
const TICK_MAX = 2 ** 43 - 1;

/**
 * Recomputes memberships from the log alone and compares them with what the collector says. Slow by
 * design. Right also while events flow: what is compared of one person was read in one transaction,
 * and is judged at an instant for which it was said. Only what is asked of companies is right while
 * nothing is written: it takes the histories of all of their people, which are read beforehand.
 * Left out is what the log alone cannot tell: see {@link isRecomputable} and {@link isRecomputableOf}.
 * The sizes of segments are held against their members, of all people whatever the sample.
 */
export async function audit(
  database: Database,
  site: { readonly id: number; readonly timeZone: string },
  nowMs: number,
  asked: AuditAsked = {},
): Promise<AuditAnswer> {
  const { sample = Number.POSITIVE_INFINITY, fromBucket = 0 } = asked;
  const { segments: all, scores } = await loadSiteDefinitions(database, site.id);
  const world = {
    timeZone: site.timeZone,
    segments: new Map(all.map(({ definition }) => [definition.id, definition])),
    scores: new Map(scores.map((each) => [each.model.id, each.model])),
  };
  const named = [...all, ...scores.flatMap(bandsOf)].filter(
    ({ definition }) => asked.segment === undefined || definition.id === asked.segment,
  );
  const segments = named.filter(({ definition }) => isRecomputable(definition, world));
  const everybody = segments.some(({ definition }) => needsEverybody(definition, world))
    ? await loadGrouped(database, site.id)
    : [];
  const newestModel = scores.reduce((newest, { revision }) => Math.max(newest, revision), 0);
  const differing: AuditAnswer['differing'][number][] = [];
  const tally = { checked: 0, people: 0, different: 0 };
  for await (const life of livesFrom(database, site.id, fromBucket, segments)) {
    if (tally.people >= sample) break;
    tally.people += 1;
    // Whoever a new model was not applied to yet is in the bands and segments of the one before.
    if (life.person.state.revision < newestModel) continue;
    for (const compared of compare(life, segments, nowMs, { ...world, everybody })) {
      tally.checked += 1;
      if (compared.member === compared.recomputed) continue;
      tally.different += 1;
      if (differing.length < DIFFERING_MAX) differing.push(compared);
    }
  }
  return { ...tally, differing, sizes: await auditSizes(database, named) };
}

/** Who is in which band of a score is recomputed as well. */
function bandsOf({ key, version, revision, model }: StoredScore): readonly StoredSegment[] {
  return model.bands.map(({ id, name }, place) => ({
    ...{ key: bandKey(key, place), version, revision },
    definition: {
      ...{ id: `${model.id}:${id}`, name, kind: 'implicit' },
      if: bandCondition(model, place),
    },
  }));
}

/** Everybody, from a bucket on and then from the first one to it. */
async function* livesFrom(
  database: Database,
  site: number,
  fromBucket: number,
  segments: readonly StoredSegment[],
): AsyncGenerator<Life> {
  const keys = segments.map(({ key }) => key);
  const afterId = fromBucket === 0 ? 0 : TICK_MAX * BUCKETS + fromBucket - 1;
  yield* livesOf(database, site, { afterId, segments: keys });
  if (fromBucket === 0) return;
  for await (const life of livesOf(database, site, { segments: keys })) {
    if (bucketOfId(life.person.id) >= fromBucket) return;
    yield life;
  }
}

/** Holds one person's rows against their log, but for definitions that they were not looked at for yet. */
function* compare(
  { person, history, memberOf }: Life,
  segments: readonly StoredSegment[],
  nowMs: number,
  { everybody, ...world }: Site & Required<Pick<Person, 'everybody'>>,
): Generator<AuditAnswer['differing'][number]> {
  const { state } = person;
  const { known, self } = state;
  const events = history.map(([event]) => event);
  // What time alone brings is said until it is due: the writer may be about to settle it.
  const untilMs = (nextDueMs(state) ?? Number.POSITIVE_INFINITY) - 1;
  const atMs = Math.max(state.settledMs, Math.min(nowMs, untilMs));
  const whom = { events, known, self, everybody };
  for (const { key, revision, definition } of segments) {
    if (state.revision < revision || !isRecomputableOf(definition, whom, world)) continue;
    yield {
      profile: publicId('prf', person.id),
      segment: definition.id,
      member: memberOf.has(key),
      recomputed: recompute(definition, whom, atMs, world),
    };
  }
}

/** Everybody of a site who was ever put into a company, with all that they did. */
async function loadGrouped(
  database: Database,
  site: number,
): Promise<NonNullable<Person['everybody']>> {
  const rows = await database
    .select({ part: event.part })
    .from(event)
    .where(and(eq(event.site, site), eq(event.type, 'group')));
  const people = await loadPeople(database, site, [...new Set(rows.map(({ part }) => part))]);
  const grouped: { self: number; events: readonly Event[] }[] = [];
  // Two parts may be one person, who is read once for each of them.
  for (const [self, person] of new Map([...people.values()].map((each) => [each.id, each]))) {
    const history = await loadHistory(database, person);
    grouped.push({ self, events: history.map(([each]) => each) });
  }
  return grouped;
}
