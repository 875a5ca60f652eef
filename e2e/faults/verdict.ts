import type { AuditAnswer, StatsAnswer } from '../../collector/src/query/answers.ts';
import { openReader } from '../../collector/src/store/open.ts';
import type { Collector } from '../collector.ts';
import type { Told } from './load.ts';

/** What can be wrong after a fault: each breaks a promise. */
export type Finding =
  | 'lost: acknowledged, and not there'
  | 'doubled: there more than once'
  | 'counters differ from rows'
  | 'memberships differ from recomputation'
  | 'sizes differ from members'
  | 'outbox differs from transitions'
  | 'an answer does not add up'
  | 'it does not start';

const DAY_MS = 86_400_000;

/** Of each segment and direction: how many changes there were, and how many messages tell of one. */
const TOLD_OF = `
  SELECT segment.id, direction, count(*), (SELECT count(*) FROM outbox
    WHERE payload ->> '$.segment.id' = segment.id
      AND payload ->> 'type' = iif(direction = 1, 'segment.entered', 'segment.left'))
  FROM member_log JOIN segment ON segment.key = member_log.segment
  GROUP BY segment.id, direction`;

/**
 * Holds what a collector has against what it has told: every acknowledged event exactly once,
 * counters = rows, memberships = recomputation, outbox = transitions. The collector runs, and nobody
 * sends any more.
 *
 * @param path - Of its database, which is read beside it.
 * @returns What is wrong; nothing, if all is well.
 */
export async function findingsOf(
  collector: Collector,
  path: string,
  told: Told,
): Promise<readonly Finding[]> {
  const database = await openReader({ url: `file:${path}` });
  const rows = async (sql: string) => (await database.$client.execute(sql)).rows;
  const one = async (sql: string) => Number((await rows(sql))[0]?.[0]);
  try {
    const found: Finding[] = [];
    const stored = (await rows('SELECT message_id FROM event')).map((row) => String(row[0]));
    const distinct = new Set(stored);
    if ([...told.acknowledged].some((id) => !distinct.has(id))) {
      found.push('lost: acknowledged, and not there');
    }
    if (distinct.size < stored.length) found.push('doubled: there more than once');
    const { total } = await collector.api<StatsAnswer>(`/v1/stats?${allDays()}`);
    const { received, accepted, duplicate, rejected, dropped } = total;
    const adds = received === accepted + duplicate + rejected + dropped;
    const quarantined = await one('SELECT count(*) FROM quarantine');
    const messages = await one('SELECT count(*) FROM message');
    if (!adds || accepted !== stored.length || accepted !== messages || rejected !== quarantined) {
      found.push('counters differ from rows');
    }
    const audit = await collector.api<AuditAnswer>('/v1/audit', { method: 'POST', body: {} });
    if (audit.different > 0 || audit.checked === 0) {
      found.push('memberships differ from recomputation');
    }
    if (audit.sizes.checked === 0 || audit.sizes.differing.length > 0) {
      found.push('sizes differ from members');
    }
    const toldOf = await rows(TOLD_OF);
    if (toldOf.length === 0 || toldOf.some((row) => row[2] !== row[3])) {
      found.push('outbox differs from transitions');
    }
    if (told.wrong > 0) found.push('an answer does not add up');
    return found;
  } finally {
    database.$client.close();
  }
}

/** Also those that a clock has jumped to. */
function allDays(): string {
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return `from=${dayOf(Date.now() - 300 * DAY_MS)}&to=${dayOf(Date.now() + 2 * DAY_MS)}`;
}
