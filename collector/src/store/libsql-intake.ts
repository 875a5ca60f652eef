import type { CountRow } from '../ingest/tally.ts';
import type { IntakeUnit, QuarantineRow } from './intake.ts';
import type { Run } from './libsql-outgoing.ts';
import type { Tuple } from './rows.ts';

const ADD_COUNTS = `
  INSERT INTO tally (site, day, key, outcome, reason, count)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
  FROM json_each(?) WHERE true
  ON CONFLICT (site, day, key, outcome, reason) DO UPDATE SET count = count + excluded.count`;

const INSERT_QUARANTINE = `
  INSERT INTO quarantine (site, id, key, received_at, code, pointer, detail, message_id, event, is_cut)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7, value ->> 8, value ->> 9 FROM json_each(?)`;

/** Ids rise with time, so the lowest is the oldest. */
const TRIM_QUARANTINE = `
  DELETE FROM quarantine WHERE site = ? AND id <=
    (SELECT id FROM quarantine WHERE site = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`;

/** The texts are looked for as they are written in JSON, and in what was said of the event. */
const NAMES_ONE = `site = ? AND EXISTS (
    SELECT 1 FROM json_each(?) AS text
    WHERE instr(event, text.value) > 0 OR instr(detail, text.value) > 0
      OR instr(message_id, text.value) > 0)`;

const SELECT_FROM_QUARANTINE = `SELECT id FROM quarantine WHERE ${NAMES_ONE} ORDER BY id`;
const REMOVE_FROM_QUARANTINE = `DELETE FROM quarantine WHERE ${NAMES_ONE} RETURNING id`;

const PRUNE_QUARANTINE = `
  DELETE FROM quarantine WHERE (site, id) IN
    (SELECT site, id FROM quarantine WHERE received_at < ? LIMIT ?) RETURNING id`;

const PRUNE_COUNTS = `
  DELETE FROM tally WHERE rowid IN (SELECT rowid FROM tally WHERE day < ? LIMIT ?) RETURNING day`;

/** @param run - Runs a statement within the transaction. */
export function intakeUnitOf(run: Run): IntakeUnit {
  const list = async (text: string, tuples: readonly Tuple[]) => {
    if (tuples.length > 0) await run(text, JSON.stringify(tuples));
  };
  return {
    count: (rows) => list(ADD_COUNTS, rows.map(countTuple)),
    quarantine: (rows) => list(INSERT_QUARANTINE, rows.map(quarantineTuple)),
    trimQuarantine: async (site, rowsMax) => {
      await run(TRIM_QUARANTINE, site, site, rowsMax);
    },
    removeFromQuarantine: async (site, ids) =>
      (await naming(run, REMOVE_FROM_QUARANTINE, site, ids)).length,
    prune: async ({ quarantinedSinceMs, countedSinceDay }, limit) => {
      const events = await run(PRUNE_QUARANTINE, quarantinedSinceMs, limit);
      const counts = await run(PRUNE_COUNTS, countedSinceDay, limit);
      return events.length === limit || counts.length === limit;
    },
  };
}

/** Shorter ids are found only where they are a whole value: within others they mean nothing. */
const ID_CHARS_WITHIN_MIN = 6;

/**
 * The numbers of a site's rejected events that name one of these ids, in whichever field, the oldest
 * first. Reads all rejected events of the site, which are bounded in number and length.
 *
 * @param ids - Of a person: user ids, anonymous ids, e-mail addresses.
 */
export function findInQuarantine(
  run: Run,
  site: number,
  ids: readonly string[],
): Promise<readonly number[]> {
  return naming(run, SELECT_FROM_QUARANTINE, site, ids);
}

async function naming(
  run: Run,
  statement: string,
  site: number,
  ids: readonly string[],
): Promise<readonly number[]> {
  const texts = [...new Set(ids)].filter((id) => id !== '').flatMap(writtenForms);
  if (texts.length === 0) return [];
  return (await run(statement, site, JSON.stringify(texts))).map((row) => Number(row[0]));
}

/** How an id may stand in JSON: as a text, within a longer one, or as a number. */
function writtenForms(id: string): readonly string[] {
  const text = JSON.stringify(id);
  if (id.length >= ID_CHARS_WITHIN_MIN) return [text.slice(1, -1)];
  const isNumber = String(Number(id)) === id;
  return isNumber ? [text, ...[',', '}', ']'].map((end) => `:${id}${end}`)] : [text];
}

function countTuple({ site, day, key, outcome, reason, count }: CountRow): Tuple {
  return [site, day, key, outcome, reason, count];
}

function quarantineTuple(row: QuarantineRow): Tuple {
  const { site, id, key, receivedAtMs, code, pointer, detail, messageId, event, isCut } = row;
  const about = [code, pointer, detail, messageId ?? null];
  return [site, id, key, receivedAtMs, ...about, event, isCut ? 1 : 0];
}
