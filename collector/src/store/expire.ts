import { bucketOfId } from '../identity/own-id.ts';
import type { Expiry } from './expiry.ts';
import { messageTuple } from './rows.ts';
import { DELETE_MESSAGES } from './statements.ts';
import type { Rows } from './tombstones.ts';

/** Removes events and the memory of their messageIds. */
export async function expire(rows: Rows, expiry: Expiry): Promise<void> {
  const { site, parts, beforeMs, messageIds } = expiry;
  await rows(
    `DELETE FROM event WHERE (bucket, part) IN
      (SELECT value ->> 0, value ->> 1 FROM json_each(?)) AND at < ?`,
    JSON.stringify(parts.map((part) => [bucketOfId(part), part])),
    beforeMs,
  );
  await rows(DELETE_MESSAGES, JSON.stringify(messageIds.map((id) => messageTuple(site, id))));
}
