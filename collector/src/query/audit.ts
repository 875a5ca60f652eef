import { eq } from 'drizzle-orm';
import { BUCKETS } from '../identity/bucket.ts';
import { bucketOfId, publicId } from '../identity/own-id.ts';
import type { Site } from '../segments/person.ts';
import type { StoredSegment } from '../segments/plan.ts';
import { recompute } from '../segments/recompute.ts';
import { nextDueMs } from '../segments/state.ts';
import { readSegment } from '../store/definitions.ts';
import type { Life } from '../store/lives.ts';
import type { Database } from '../store/open.ts';
import { segment } from '../store/schema.ts';
import type { AuditAnswer } from './answers.ts';
import { livesOf } from './crowd.ts';

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
 * and is judged at an instant for which it was said.
 */
export async function audit(
  database: Database,
  site: { readonly id: number; readonly timeZone: string },
  nowMs: number,
  asked: AuditAsked = {},
): Promise<AuditAnswer> {
  const { sample = Number.POSITIVE_INFINITY, fromBucket = 0 } = asked;
  const stored = await database.select().from(segment).where(eq(segment.site, site.id));
  const all = stored.map(readSegment);
  const world = {
    timeZone: site.timeZone,
    segments: new Map(all.map(({ definition }) => [definition.id, definition])),
  };
  const segments = all.filter(
    ({ definition }) => asked.segment === undefined || definition.id === asked.segment,
  );
  const differing: AuditAnswer['differing'][number][] = [];
  const tally = { checked: 0, people: 0, different: 0 };
  for await (const life of livesFrom(database, site.id, fromBucket, segments)) {
    if (tally.people >= sample) break;
    tally.people += 1;
    for (const compared of compare(life, segments, nowMs, world)) {
      tally.checked += 1;
      if (compared.member === compared.recomputed) continue;
      tally.different += 1;
      if (differing.length < DIFFERING_MAX) differing.push(compared);
    }
  }
  return { ...tally, differing };
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
  world: Site,
): Generator<AuditAnswer['differing'][number]> {
  const { state } = person;
  const { known, self, account } = state;
  const events = history.map(([event]) => event);
  // What time alone brings is said until it is due: the writer may be about to settle it.
  const untilMs = (nextDueMs(state) ?? Number.POSITIVE_INFINITY) - 1;
  const atMs = Math.max(state.settledMs, Math.min(nowMs, untilMs));
  const whom = { events, known, self, ...(account && { account }) };
  for (const { key, revision, definition } of segments) {
    if (state.revision < revision) continue;
    yield {
      profile: publicId('prf', person.id),
      segment: definition.id,
      member: memberOf.has(key),
      recomputed: recompute(definition, whom, atMs, world),
    };
  }
}
