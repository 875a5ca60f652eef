import { bucketOf } from '../identity/bucket.ts';
import { bucketOfId } from '../identity/own-id.ts';
import type { Expiry } from './expiry.ts';
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
  await rows(
    `DELETE FROM message WHERE (bucket, site, message_id) IN
      (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))`,
    JSON.stringify(messageIds.map((id) => [bucketOf(site, id), site, id])),
  );
}
