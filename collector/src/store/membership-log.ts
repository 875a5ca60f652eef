import type { Client } from '@libsql/client';
import { bind } from './bind.ts';

/** One row of a segment's history, and whether it made its person a member as known at an instant. */
export interface DecidedChange {
  readonly id: number;
  readonly profile: number;
  readonly effectiveAtMs: number;
  readonly makesMember: boolean;
}

/** A later row of the same person decides instead; ids rise in the order in which changes were recorded. */
const SELECT_DECIDED = `
  SELECT log.id, log.profile, log.effective_at, log.direction > 0 AND log.recorded_at <= ?1
    AND NOT EXISTS (SELECT 1 FROM member_log AS later
      WHERE later.bucket = log.bucket AND later.profile = log.profile AND later.id > log.id
        AND later.segment = log.segment AND later.recorded_at <= ?1)
  FROM member_log AS log WHERE log.segment = ?2 AND log.id < ?3 ORDER BY log.id DESC LIMIT ?4`;

const SELECT_LAST_KNOWN = `
  SELECT id FROM member_log WHERE segment = ? AND recorded_at <= ? ORDER BY id DESC LIMIT 1`;

/**
 * The changes of a segment before one of them, the newest first, judged by what was known at `atMs`.
 *
 * @param beforeId - The change after these; `undefined` for the last one known at `atMs`.
 */
export async function readDecidedChanges(
  client: Client,
  segment: number,
  atMs: number,
  { beforeId, limit }: { readonly beforeId: number | undefined; readonly limit: number },
): Promise<readonly DecidedChange[]> {
  const before = beforeId ?? (await lastKnown(client, segment, atMs)) + 1;
  const args = bind(atMs, segment, before, limit);
  const { rows } = await client.execute({ sql: SELECT_DECIDED, args });
  return rows.map((row) => ({
    id: Number(row[0]),
    profile: Number(row[1]),
    effectiveAtMs: Number(row[2]),
    makesMember: Number(row[3]) === 1,
  }));
}

async function lastKnown(client: Client, segment: number, atMs: number): Promise<number> {
  const { rows } = await client.execute({ sql: SELECT_LAST_KNOWN, args: bind(segment, atMs) });
  return Number(rows[0]?.[0] ?? 0);
}

/** How many members a segment had as known at `atMs`: whoever entered and had not left. */
export async function countKnownMembers(
  client: Client,
  segment: number,
  atMs: number,
): Promise<number> {
  const sql = 'SELECT sum(direction) FROM member_log WHERE segment = ? AND recorded_at <= ?';
  const { rows } = await client.execute({ sql, args: bind(segment, atMs) });
  return Number(rows[0]?.[0] ?? 0);
}

/** How often a segment was entered and left within a quarter of an hour. */
export interface Quarter {
  readonly fromMs: number;
  readonly entered: number;
  readonly left: number;
}

/** Days begin on quarters of an hour in every time zone. */
const QUARTER_MS = 15 * 60_000;

const SELECT_QUARTERS = `
  SELECT effective_at / ${QUARTER_MS} AS quarter, sum(direction > 0), sum(direction < 0)
  FROM member_log WHERE segment = ? GROUP BY quarter ORDER BY quarter`;

/** All changes of a segment, added up by the time at which they took effect, the oldest first. */
export async function readQuarters(client: Client, segment: number): Promise<readonly Quarter[]> {
  const { rows } = await client.execute({ sql: SELECT_QUARTERS, args: bind(segment) });
  return rows.map((row) => ({
    fromMs: Number(row[0]) * QUARTER_MS,
    entered: Number(row[1]),
    left: Number(row[2]),
  }));
}
