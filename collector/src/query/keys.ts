import { eq } from 'drizzle-orm';
import { formatInstant } from '../instant.ts';
import { type KeyRow, roleOf } from '../store/keys.ts';
import type { Database } from '../store/open.ts';
import { key } from '../store/schema.ts';
import type { KeyAnswer } from './answers.ts';

/**
 * All keys of a site, the oldest first.
 *
 * @param current - The id of the key with which it is asked.
 */
export async function listKeys(
  database: Database,
  site: number,
  current: string,
): Promise<readonly KeyAnswer[]> {
  const rows = await database.select().from(key).where(eq(key.site, site));
  const inOrder = rows.sort((a, b) => a.createdAtMs - b.createdAtMs || (a.hash < b.hash ? -1 : 1));
  return inOrder.map((row) => keyAnswer(row, current));
}

export function keyAnswer(row: KeyRow, current: string): KeyAnswer {
  const { id, kind, name = '', value, createdAtMs } = row;
  if (!id) throw new Error('Invariant broken: every start gives keys what they lack');
  return {
    ...{ id, name, role: roleOf(row), createdAt: formatInstant(createdAtMs) },
    ...(kind === 'write' && value && { value }),
    current: id === current,
  };
}
