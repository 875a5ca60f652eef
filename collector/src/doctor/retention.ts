import { findAge } from '../query/age.ts';
import type { Database } from '../store/open.ts';
import { type Finding, ok, warning } from './finding.ts';

const DAY_MS = 86_400_000;
/** The collector looks four times a day, and a large one takes its time. */
const LATE_MS_MAX = DAY_MS;
const MB = 1_000_000;

/** Whether what is too old is gone. */
export async function lookAtRetention(
  database: Database,
  days: number,
  nowMs: number,
): Promise<Finding> {
  const { older, expired, freeBytes } = await findAge(
    database,
    nowMs - days * DAY_MS - LATE_MS_MAX,
  );
  const free = `${Math.round(freeBytes / MB)} MB of the file are free for new ones`;
  const says = `Events are kept for ${days} days; ${expired} were removed since, and ${free}.`;
  if (older === 0) return ok('retention', says);
  return warning(
    'retention',
    `${older} of the events are older than the ${days} days of RETENTION_DAYS.`,
    'Let the collector run: it removes them a few people at a time. Its log says what keeps it.',
  );
}
