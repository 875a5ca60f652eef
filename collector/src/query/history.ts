import { readQuarters } from '../store/membership-log.ts';
import type { Database } from '../store/open.ts';
import type { HistoryAnswer } from './answers.ts';
import { dateOf, tellDays } from './days.ts';
import type { RecordedSegment } from './versions.ts';

/**
 * A segment's size, entries and leaves day by day, by the time at which each took effect. Whatever
 * the cause: a new definition and a merge move people too. From its removal on a segment has no members.
 */
export async function tellHistory(
  database: Database,
  { key, removedAtMs }: RecordedSegment,
  range: { readonly from: string; readonly to: string; readonly timeZone: string },
): Promise<HistoryAnswer> {
  const quarters = await readQuarters(database.$client, key);
  const turns = quarters.map(({ fromMs, entered, left }) => ({ atMs: fromMs, entered, left }));
  const days = tellDays(turns, range);
  const { timeZone } = range;
  if (removedAtMs === undefined) return { data: days, next: null, timeZone };
  const removed = dateOf(timeZone)(removedAtMs);
  const data = days.map((each) => (each.day < removed ? each : { ...each, size: 0 }));
  return { data, next: null, timeZone };
}
