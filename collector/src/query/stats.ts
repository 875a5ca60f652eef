import { and, between, eq } from 'drizzle-orm';
import type { CountedOutcome } from '../ingest/tally.ts';
import type { Database } from '../store/open.ts';
import { tally } from '../store/schema.ts';
import type { CountsAnswer, StatsAnswer, StatsRowAnswer } from './answers.ts';

const DAY_MS = 86_400_000;

interface Count {
  readonly outcome: CountedOutcome;
  readonly reason: string;
  readonly count: number;
}

/** What became of a site's events, by UTC day and write key, the newest day first. */
export async function tellStats(
  database: Database,
  site: number,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<StatsAnswer> {
  const rows = await database
    .select()
    .from(tally)
    .where(and(eq(tally.site, site), between(tally.day, dayNumber(from), dayNumber(to))))
    .orderBy(tally.day, tally.key);
  const groups = new Map<string, typeof rows>();
  for (const row of rows) {
    const name = JSON.stringify([row.day, row.key]);
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  const data = [...groups.values()].flatMap((group): StatsRowAnswer[] => {
    const [first] = group;
    return first ? [{ day: dayName(first.day), key: first.key, ...countsOf(group) }] : [];
  });
  // Stable, so that the keys of a day stay in their order.
  data.sort((a, b) => (a.day === b.day ? 0 : a.day < b.day ? 1 : -1));
  return { data, next: null, from, to, total: countsOf(rows) };
}

function countsOf(rows: readonly Count[]): CountsAnswer {
  const sum = (of: CountedOutcome) =>
    rows.reduce((total, { outcome, count }) => (outcome === of ? total + count : total), 0);
  const byReason = (of: CountedOutcome) => {
    const counts: Record<string, number> = {};
    for (const { outcome, reason, count } of rows) {
      if (outcome === of) counts[reason] = (counts[reason] ?? 0) + count;
    }
    return counts;
  };
  return {
    ...{ received: sum('received'), accepted: sum('accepted'), duplicate: sum('duplicate') },
    ...{ rejected: sum('rejected'), dropped: sum('dropped') },
    reasons: { rejected: byReason('rejected'), dropped: byReason('dropped') },
    ...{ lost: byReason('lost'), refused: byReason('refused'), expired: sum('expired') },
  };
}

function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
