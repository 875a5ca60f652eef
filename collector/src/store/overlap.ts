import type { Client } from '@libsql/client';
import { BUCKETS } from '../identity/bucket.ts';
import { bind } from './bind.ts';

const SELECT_COUNTS = `
  SELECT
    (SELECT coalesce(sum(members), 0) FROM member_count
      WHERE bucket BETWEEN ?1 AND ?2 AND segment = ?3),
    (SELECT coalesce(sum(members), 0) FROM member_count
      WHERE bucket BETWEEN ?1 AND ?2 AND segment = ?4),
    (SELECT count(*) FROM json_each(?5) AS asked
      CROSS JOIN member AS one ON one.bucket = asked.value AND one.segment = ?3
      CROSS JOIN member AS other ON other.bucket = one.bucket AND other.segment = ?4
        AND other.profile = one.profile)`;

/** A statement looks at this many buckets, so that none holds up others for long. */
const BUCKETS_PER_STATEMENT = 64;

/** How many people are members of `a`, of `b`, and of both; yields to others between statements. */
export async function countOverlap(
  client: Client,
  a: number,
  b: number,
  yieldToOthers: () => Promise<void>,
): Promise<{ readonly a: number; readonly b: number; readonly both: number }> {
  const counts = { a: 0, b: 0, both: 0 };
  for (let first = 0; first < BUCKETS; first += BUCKETS_PER_STATEMENT) {
    const buckets = Array.from({ length: BUCKETS_PER_STATEMENT }, (_, index) => first + index);
    const last = first + BUCKETS_PER_STATEMENT - 1;
    const args = bind(first, last, a, b, JSON.stringify(buckets));
    const [row] = (await client.execute({ sql: SELECT_COUNTS, args })).rows;
    counts.a += Number(row?.[0]);
    counts.b += Number(row?.[1]);
    counts.both += Number(row?.[2]);
    await yieldToOthers();
  }
  return counts;
}
