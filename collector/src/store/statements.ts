import { BUCKETS } from '../identity/bucket.ts';
import { FIRST_SEEN_PLACE } from '../segments/pack.ts';

/**
 * The hot statements. Each takes all rows of a transaction as one JSON list of tuples, so that its
 * text never changes and one string is all that is bound.
 */

export const INSERT_MESSAGES = `
  INSERT INTO message (bucket, site, message_id)
  SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)`;

export const INSERT_EVENTS = `
  INSERT INTO event (bucket, part, at, id, site, received_at, type, name, user_id, anonymous_id, message_id, body)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11 FROM json_each(?)`;

export const UPSERT_IDENTITIES = `
  INSERT INTO identity (bucket, site, kind, value, spans)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE true
  ON CONFLICT (bucket, site, kind, value) DO UPDATE SET spans = excluded.spans`;

export const INSERT_IDENTITY_LOG = `
  INSERT INTO identity_log (bucket, profile, id, site, action, identity_kind, identity_value, "into", "from", at, recorded_at, by, event)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
  FROM json_each(?)`;

/** Whoever is written is somebody, also who was somebody else's till now. */
export const UPSERT_PROFILES = `
  INSERT INTO profile (bucket, id, site, user_id, ids, state, revision, next_due)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7 FROM json_each(?) WHERE true
  ON CONFLICT (bucket, id) DO UPDATE SET user_id = excluded.user_id, ids = excluded.ids,
    state = excluded.state, revision = excluded.revision, next_due = excluded.next_due, "into" = NULL`;

export const UPSERT_COMPANIES = `
  INSERT INTO account (bucket, site, group_id, people, trail, state, next_due)
  SELECT value ->> 0, value ->> 1, value ->> 2, 0, value ->> 3, value ->> 4, value ->> 5
  FROM json_each(?) WHERE true
  ON CONFLICT (bucket, site, group_id) DO UPDATE SET trail = excluded.trail, state = excluded.state,
    next_due = excluded.next_due`;

export const INSERT_COMPANY_PEOPLE = `
  INSERT INTO account_person (bucket, site, group_id, profile)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)`;

export const DELETE_COMPANY_PEOPLE = `
  DELETE FROM account_person WHERE (bucket, site, group_id, profile) IN
    (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?))`;

export const RESIZE_COMPANIES = `
  UPDATE account SET people = people + list.value ->> 3 FROM json_each(?) AS list
  WHERE account.bucket = list.value ->> 0 AND site = list.value ->> 1
    AND group_id = list.value ->> 2`;

/** A person's bucket is part of their number. */
export const MARK_PEOPLE = `
  UPDATE profile SET next_due = min(coalesce(next_due, ?), ?) WHERE (bucket, id) IN
    (SELECT profile % ${BUCKETS}, profile FROM account_person
     WHERE bucket = ? AND site = ? AND group_id = ?)`;

/** A strand of history without a person of its own leads to the one it belongs to. */
export const ABSORB_PROFILES = `
  INSERT INTO profile (bucket, id, site, "into", ids, state, revision)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, '', '', 0 FROM json_each(?) WHERE true
  ON CONFLICT (bucket, id) DO UPDATE SET "into" = excluded."into", ids = '', state = '', next_due = NULL`;

export const DELETE_PROFILES = `
  DELETE FROM profile WHERE (bucket, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`;

export const INSERT_MEMBERS = `
  INSERT INTO member (bucket, segment, profile, entered_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)`;

export const DELETE_MEMBERS = `
  DELETE FROM member WHERE (bucket, segment, profile) IN
    (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))`;

export const ADD_MEMBER_COUNTS = `
  INSERT INTO member_count (bucket, segment, members)
  SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
  ON CONFLICT (bucket, segment) DO UPDATE SET members = members + excluded.members`;

export const INSERT_MEMBER_LOG = `
  INSERT INTO member_log (bucket, profile, id, segment, version, direction, effective_at, recorded_at, cause, event)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7, value ->> 8, value ->> 9 FROM json_each(?)`;

export const INSERT_OUTBOX = `
  INSERT INTO outbox (bucket, id, site, payload, relayed_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)`;

export const UPSERT_TICK = `
  INSERT INTO meta (name, value) VALUES ('tick', ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

export const SELECT_MESSAGES = `
  SELECT message_id FROM json_each(?) AS list CROSS JOIN message
  ON message.bucket = list.value ->> 0 AND message.site = list.value ->> 1
    AND message.message_id = list.value ->> 2`;

export const DELETE_MESSAGES = `
  DELETE FROM message WHERE (bucket, site, message_id) IN
    (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))`;

export const SELECT_IDENTITIES = `
  SELECT kind, identity.value, spans FROM json_each(?) AS list CROSS JOIN identity
  ON identity.bucket = list.value ->> 0 AND identity.site = list.value ->> 1
    AND identity.kind = list.value ->> 2 AND identity.value = list.value ->> 3`;

const PROFILE_COLUMNS = 'profile.id, profile.site, user_id, ids, state';

export const SELECT_PROFILES = `
  SELECT ${PROFILE_COLUMNS} FROM json_each(?) AS list CROSS JOIN profile
  ON profile.bucket = list.value ->> 0 AND profile.id = list.value ->> 1 AND "into" IS NULL`;

export const SELECT_DUE = `
  SELECT ${PROFILE_COLUMNS} FROM profile WHERE next_due <= ? ORDER BY next_due LIMIT ?`;

export const SELECT_NEXT_DUE = `
  SELECT min(due) FROM (
    SELECT min(next_due) AS due FROM profile WHERE next_due IS NOT NULL
    UNION ALL SELECT min(next_due) FROM account WHERE next_due IS NOT NULL)`;

const COMPANY_COLUMNS = 'account.site, account.group_id, people, trail, state';

export const SELECT_COMPANIES = `
  SELECT ${COMPANY_COLUMNS} FROM json_each(?) AS list CROSS JOIN account
  ON account.bucket = list.value ->> 0 AND account.site = list.value ->> 1
    AND account.group_id = list.value ->> 2`;

export const SELECT_DUE_COMPANIES = `
  SELECT ${COMPANY_COLUMNS} FROM account WHERE next_due <= ? ORDER BY next_due LIMIT ?`;

export const SELECT_COMPANY_PEOPLE = `
  SELECT profile FROM json_each(?) AS list CROSS JOIN account_person
  ON account_person.bucket = list.value ->> 0 AND account_person.site = list.value ->> 1
    AND account_person.group_id = list.value ->> 2`;

export const SELECT_NAMED_AFTER = `
  SELECT DISTINCT site, body ->> 'g', part FROM event
  WHERE type = 'group' AND site = ? AND body ->> 'g' >= ? AND (body ->> 'g' > ? OR part > ?)
  ORDER BY body ->> 'g', part LIMIT ?`;

export const SELECT_NAMING_SITE = `
  SELECT site FROM event WHERE type = 'group' AND site > ? ORDER BY site LIMIT 1`;

export const SELECT_OWNERS = `
  SELECT DISTINCT coalesce("into", profile.id) FROM json_each(?) AS list CROSS JOIN profile
  ON profile.bucket = list.value ->> 0 AND profile.id = list.value ->> 1`;

export const SELECT_PROFILES_AFTER = `
  SELECT ${PROFILE_COLUMNS} FROM profile
  WHERE (bucket, id) > (?, ?) AND site = ? AND "into" IS NULL ORDER BY bucket, id LIMIT ?`;

export const SELECT_SEEN_BEFORE = `
  SELECT ${PROFILE_COLUMNS} FROM profile
  WHERE (bucket, id) > (?, ?) AND bucket < ? AND "into" IS NULL
    AND state ->> ${FIRST_SEEN_PLACE} < ?
  ORDER BY bucket, id LIMIT ?`;

export const SELECT_MEMBERS = 'SELECT profile FROM member WHERE segment = ?';

/** `json_each` has columns of its own, so these say whose they are. */
const EVENT_COLUMNS =
  'event.id, at, received_at, event.type, name, user_id, anonymous_id, message_id, body';

export const SELECT_HISTORY = `
  SELECT ${EVENT_COLUMNS} FROM json_each(?) AS list CROSS JOIN event
  ON event.bucket = list.value ->> 0 AND event.part = list.value ->> 1`;

export const SELECT_COMPANY_CALLS = `
  SELECT event.part, ${EVENT_COLUMNS} FROM json_each(?) AS list CROSS JOIN event
  ON event.type = 'group' AND event.site = list.value ->> 0 AND event.body ->> 'g' = list.value ->> 1`;

/** Whoever was split is named in the histories of both. */
export const SELECT_APART = `
  SELECT "into" FROM json_each(?1) AS list CROSS JOIN identity_log AS log
  ON log.bucket = list.value ->> 0 AND log.profile = list.value ->> 1
  UNION SELECT "from" FROM json_each(?1) AS list CROSS JOIN identity_log AS log
  ON log.bucket = list.value ->> 0 AND log.profile = list.value ->> 1 AND "from" IS NOT NULL`;

/** Ids rise with time, so the lowest is the oldest. */
export const TAKE_OUTBOX = `
  UPDATE outbox SET relayed_at = ?
  WHERE (bucket, id) IN (SELECT bucket, id FROM outbox WHERE relayed_at IS NULL ORDER BY id LIMIT ?)
  RETURNING id, site, payload`;
