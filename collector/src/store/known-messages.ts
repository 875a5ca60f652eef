import type { Database } from './open.ts';
import { messageTuple } from './rows.ts';
import { SELECT_MESSAGES } from './statements.ts';

/** Which of some messageIds a site has accepted. */
export async function findKnownMessages(
  { $client }: Database,
  site: number,
  ids: readonly string[],
): Promise<readonly string[]> {
  const list = JSON.stringify(ids.map((id) => messageTuple(site, id)));
  const { rows } = await $client.execute({ sql: SELECT_MESSAGES, args: [list] });
  return rows.map((row) => String(row[0]));
}
