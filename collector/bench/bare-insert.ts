/** What SQLite itself takes: the collector's own rows of `event` and `message`, and nothing else. */
import type { InStatement, InValue } from '@libsql/client';
import { bucketOf } from '../src/identity/bucket.ts';
import { openReader, openWriter } from '../src/store/open.ts';

export interface InsertJob {
  /** The database whose newest rows are taken. */
  readonly from: string;
  /** The database that they are added to, once; it has the same schema. */
  readonly into: string;
  readonly rowsPerTransaction: number;
  readonly rowsMax: number;
  readonly durationMs: number;
}

export interface InsertResult {
  readonly rows: number;
  readonly measuredMs: number;
  readonly cpuMs: number;
}

/** Both statements of a transaction, ready to be run. */
type Group = readonly [events: InStatement, messages: InStatement];

const EVENT =
  'bucket, part, at, id, site, received_at, type, name, user_id, anonymous_id, message_id, body';
const MESSAGE = 'bucket, site, message_id';

process.on('message', (job: InsertJob) => {
  run(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function run(job: InsertJob): Promise<InsertResult> {
  const groups = await readGroups(job);
  const { $client } = await openWriter({ url: `file:${job.into}` });
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  let inserted = 0;
  for (const group of groups) {
    if (performance.now() - startMs > job.durationMs) break;
    const transaction = await $client.transaction('write');
    for (const statement of group) await transaction.execute(statement);
    await transaction.commit();
    inserted += 1;
  }
  const measuredMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(startCpu);
  $client.close();
  const rows = inserted * job.rowsPerTransaction;
  return { rows, measuredMs, cpuMs: (user + system) / 1_000 };
}

async function readGroups({ from, rowsPerTransaction, rowsMax }: InsertJob): Promise<Group[]> {
  const { $client } = await openReader({ url: `file:${from}` });
  const { rows } = await $client.execute(
    `SELECT ${EVENT} FROM event ORDER BY id DESC LIMIT ${rowsMax}`,
  );
  $client.close();
  const events = rows.map((row) => Array.from(row)).reverse();
  const groups: Group[] = [];
  for (let start = 0; start + rowsPerTransaction <= events.length; start += rowsPerTransaction) {
    const own = events.slice(start, start + rowsPerTransaction);
    groups.push([insertOf('event', EVENT, own), insertOf('message', MESSAGE, own.map(messageOf))]);
  }
  if (groups.length === 0) throw new Error('There are too few rows to insert');
  return groups;
}

/** @param event - The columns {@link EVENT}, in their order. */
function messageOf(event: readonly InValue[]): readonly InValue[] {
  const [site, messageId] = [Number(event[4]), String(event[10])];
  return [bucketOf(site, messageId), site, messageId];
}

function insertOf(
  table: string,
  columns: string,
  rows: readonly (readonly InValue[])[],
): InStatement {
  const row = `(${columns.replaceAll(/\w+/g, '?')})`;
  const values = rows.map(() => row).join(', ');
  return { sql: `INSERT INTO ${table} (${columns}) VALUES ${values}`, args: rows.flat() };
}
