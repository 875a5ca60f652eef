/** The statements about webhooks. Lists come as one JSON list of tuples, as in `statements.ts`. */

export const SELECT_WEBHOOKS = 'SELECT * FROM webhook ORDER BY id';

export const UPSERT_WEBHOOK = `
  INSERT INTO webhook (id, site, url, types, segments, enabled, description, note, secret, old_secret,
    old_secret_until, created_at, updated_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
  FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET url = excluded.url, types = excluded.types,
    segments = excluded.segments, enabled = excluded.enabled, description = excluded.description,
    note = excluded.note, secret = excluded.secret, old_secret = excluded.old_secret,
    old_secret_until = excluded.old_secret_until, updated_at = excluded.updated_at`;

export const DELETE_WEBHOOK = 'DELETE FROM webhook WHERE id = ?';
export const DELETE_DELIVERIES_OF = 'DELETE FROM delivery WHERE webhook = ?';
/** By way of the deliveries, whose index knows the webhook; so it comes before they go. */
export const DELETE_ATTEMPTS_OF = `
  DELETE FROM attempt WHERE (bucket, webhook, message) IN
    (SELECT bucket, webhook, message FROM delivery WHERE webhook = ?)`;

export const SELECT_BUSY_LANES = `
  SELECT DISTINCT list.value ->> 0, list.value ->> 1 FROM json_each(?) AS list
  WHERE EXISTS (SELECT 1 FROM delivery WHERE webhook = list.value ->> 0 AND lane = list.value ->> 1
    AND state = 'waiting')`;

export const UPSERT_DELIVERIES = `
  INSERT INTO delivery (bucket, webhook, message, type, lane, payload, state, tries, attempts,
    created_at, give_up_at, next_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11
  FROM json_each(?) WHERE true
  ON CONFLICT (bucket, webhook, message) DO UPDATE SET state = excluded.state,
    tries = excluded.tries, attempts = excluded.attempts, give_up_at = excluded.give_up_at,
    next_at = excluded.next_at`;

export const SELECT_DELIVERY =
  'SELECT * FROM delivery WHERE bucket = ? AND webhook = ? AND message = ?';

export const SELECT_DUE_DELIVERIES = `
  SELECT * FROM delivery WHERE webhook = ? AND next_at <= ? ORDER BY next_at, message LIMIT ?`;

export const SELECT_NEXT_DELIVERY = `
  SELECT min((SELECT min(next_at) FROM delivery
    WHERE webhook = webhook.id AND next_at IS NOT NULL)) FROM webhook WHERE enabled = 1`;

/** A bare column beside a lone `min` comes from the row that has the minimum. */
export const SELECT_STUCK = `
  SELECT *, min(message) FROM delivery WHERE webhook = ? AND state = 'waiting'
  GROUP BY lane HAVING count(next_at) = 0`;
export const SELECT_STUCK_IN_LANE = `
  SELECT * FROM delivery AS first WHERE webhook = ? AND lane = ? AND state = 'waiting'
    AND NOT EXISTS (SELECT 1 FROM delivery AS other WHERE other.webhook = first.webhook
      AND other.lane = first.lane AND other.state = 'waiting' AND other.next_at IS NOT NULL)
  ORDER BY message LIMIT 1`;

export const INSERT_ATTEMPT = `
  INSERT INTO attempt (bucket, webhook, message, number, at, duration, status, error, answer)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7, value ->> 8 FROM json_each(?)`;
export const DELETE_OLD_ATTEMPTS = `
  DELETE FROM attempt WHERE bucket = ? AND webhook = ? AND message = ? AND number <= ?`;

const REQUEUE = `
  UPDATE delivery SET state = 'waiting', tries = 0, give_up_at = ?, next_at = NULL
  WHERE webhook = ? AND state <> 'waiting'`;
export const REQUEUE_MESSAGE = `${REQUEUE} AND message = ?`;
export const REQUEUE_FAILED = `${REQUEUE} AND state = 'failed'`;
export const REQUEUE_BETWEEN = `${REQUEUE} AND created_at >= ? AND created_at < ?`;

/** Of a disabled webhook also what was never sent; of others that is never lost. */
export const SELECT_OLD_DELIVERIES = `
  SELECT bucket, webhook, message FROM delivery
  WHERE created_at < ?
    AND (state <> 'waiting' OR webhook NOT IN (SELECT id FROM webhook WHERE enabled = 1))
  LIMIT ?`;
/** What waits is counted and stays. */
export const SELECT_SURPLUS_DELIVERIES = `
  SELECT bucket, webhook, message FROM delivery WHERE webhook = ? AND state <> 'waiting' AND message <=
    (SELECT message FROM delivery WHERE webhook = ? ORDER BY message DESC LIMIT 1 OFFSET ?)
  ORDER BY message LIMIT ?`;
export const DELETE_ATTEMPTS = `
  DELETE FROM attempt WHERE (bucket, webhook, message) IN
    (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))`;
export const DELETE_DELIVERIES = `
  DELETE FROM delivery WHERE (bucket, webhook, message) IN
    (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))`;
export const DELETE_OLD_MESSAGES = `
  DELETE FROM outbox WHERE (bucket, id) IN
    (SELECT bucket, id FROM outbox WHERE relayed_at < ? ORDER BY relayed_at LIMIT ?)
  RETURNING id`;
