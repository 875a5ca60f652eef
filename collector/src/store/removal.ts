import { and, eq, getTableColumns, is, like, type SQL, sql } from 'drizzle-orm';
import { getTableConfig, type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { candidatesKey } from '../segments/ranking.ts';
import { BANDS_MAX, bandKey } from '../segments/score-model.ts';
import type { Database } from './open.ts';
import * as schema from './schema.ts';
import { key, meta, score, segment, segmentVersion, site, webhook } from './schema.ts';

/** A site that was removed. Its number is never given again. */
export interface RemovedSite {
  readonly site: number;
  /** Whether there are rows of it still. */
  readonly isLeft: boolean;
}

/** Takes sites out of a database; all calls come from the writer. */
export interface RemovalStore {
  /** All that were ever removed. */
  readonly load: () => Promise<readonly RemovedSite[]>;
  /** Removes a site with its keys, so that nobody reaches the rest; answers whether there was one. */
  readonly begin: (site: number) => Promise<boolean>;
  /** Removes what is its of the next rows; answers whether there may be more. */
  readonly step: (site: number) => Promise<boolean>;
}

/** What is left of a site, as it is noted: a restart goes on there. */
interface Note {
  /** Numbers under which memberships are kept: of segments, of candidates and of bands. */
  readonly segment: readonly number[];
  readonly score: readonly number[];
  readonly webhook: readonly number[];
  /** How many tables are done with. */
  readonly tables: number;
  /** The primary key of the last row that was looked at in the next table. */
  readonly after?: readonly (string | number)[];
}

type Tx = Pick<Database, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete'>;

const PREFIX = 'removed_site:';
const DONE = '';
/** Rows that one step looks at, whosever they are: some hundredths of a second. */
const ROWS_PER_STEP = 2_000;

/** @param rowsPerStep - Fewer for tests, so that small sites take several steps, too. */
export function createRemovalStore(
  database: Database,
  rowsPerStep: number = ROWS_PER_STEP,
): RemovalStore {
  return {
    load: async () => {
      const notes = await database
        .select()
        .from(meta)
        .where(like(meta.name, `${PREFIX}%`));
      return notes.map(({ name, value }) => ({
        ...{ site: Number(name.slice(PREFIX.length)), isLeft: value !== DONE },
      }));
    },
    begin: (siteId) => database.transaction((tx) => begin(tx, siteId)),
    step: (siteId) => database.transaction((tx) => step(tx, siteId, rowsPerStep)),
  };
}

/** The highest number that a removed site had; 0 where none was removed. */
export async function newestRemoved(tx: Pick<Database, 'select'>): Promise<number> {
  const number = sql<number>`max(cast(substr(${meta.name}, ${PREFIX.length + 1}) as integer))`;
  const [row] = await tx
    .select({ number })
    .from(meta)
    .where(like(meta.name, `${PREFIX}%`));
  return row?.number ?? 0;
}

async function begin(tx: Tx, siteId: number): Promise<boolean> {
  const removed = await tx.delete(site).where(eq(site.id, siteId)).returning({ id: site.id });
  if (removed.length === 0) return false;
  await tx.delete(key).where(eq(key.site, siteId));
  const segments = await tx
    .selectDistinct({ key: segmentVersion.segment })
    .from(segmentVersion)
    .where(eq(segmentVersion.site, siteId));
  const present = await tx
    .select({ key: segment.key })
    .from(segment)
    .where(eq(segment.site, siteId));
  const scores = await tx.select({ key: score.key }).from(score).where(eq(score.site, siteId));
  const webhooks = await tx
    .delete(webhook)
    .where(eq(webhook.site, siteId))
    .returning({ id: webhook.id });
  const places = Array.from({ length: BANDS_MAX }, (_, place) => place);
  const own = new Set([...segments, ...present].map((row) => row.key));
  const note: Note = {
    segment: [
      ...[...own].flatMap((each) => [each, candidatesKey(each)]),
      ...scores.flatMap((row) => [row.key, ...places.map((place) => bandKey(row.key, place))]),
    ],
    score: scores.map((row) => row.key),
    webhook: webhooks.map(({ id }) => id),
    tables: 0,
  };
  await tx.insert(meta).values({ name: nameOf(siteId), value: JSON.stringify(note) });
  return true;
}

async function step(tx: Tx, siteId: number, rowsPerStep: number): Promise<boolean> {
  const isNote = eq(meta.name, nameOf(siteId));
  const [row] = await tx.select().from(meta).where(isNote);
  if (row === undefined || row.value === DONE) return false;
  const note = JSON.parse(row.value) as Note;
  const table = TABLES[note.tables];
  if (table === undefined) {
    await tx.update(meta).set({ value: DONE }).where(isNote);
    return false;
  }
  const last = await sweep(tx, table, { siteId, note, rowsPerStep });
  const { after: _passed, ...kept } = note;
  const next: Note =
    last === undefined ? { ...kept, tables: note.tables + 1 } : { ...kept, after: last };
  await tx
    .update(meta)
    .set({ value: JSON.stringify(next) })
    .where(isNote);
  return true;
}

/**
 * Goes along a table's primary key: not every table has an index that knows the site.
 *
 * @returns The key up to which there is nothing of the site any more; `undefined` at the table's end.
 */
async function sweep(
  tx: Tx,
  table: SQLiteTable,
  {
    siteId,
    note,
    rowsPerStep,
  }: { readonly siteId: number; readonly note: Note; readonly rowsPerStep: number },
): Promise<Note['after']> {
  const columns = primaryKeyOf(table);
  const tuple = sql`(${sql.join([...columns], sql`, `)})`;
  const valuesOf = (values: readonly unknown[]) =>
    sql`(${sql.join(
      values.map((value) => sql`${value}`),
      sql`, `,
    )})`;
  const isAfter = note.after && sql`${tuple} > ${valuesOf(note.after)}`;
  const [last] = await tx
    .select(Object.fromEntries(columns.map((column, place) => [`k${place}`, column])))
    .from(table)
    .where(isAfter)
    .orderBy(...columns)
    .limit(1)
    .offset(rowsPerStep - 1);
  const until = last && columns.map((_, place) => last[`k${place}`] as string | number);
  const isUntil = until && sql`${tuple} <= ${valuesOf(until)}`;
  await tx.delete(table).where(and(isAfter, isUntil, isOf(table, siteId, note)));
  return until;
}

/** The tables in which a site has rows; those whose rows come due are first, and definitions last. */
const TABLES: readonly SQLiteTable[] = tablesToSweep();

function tablesToSweep(): readonly SQLiteTable[] {
  const all = Object.values(schema).filter((each) => is(each, SQLiteTable));
  const gone: readonly SQLiteTable[] = [meta, site, key, webhook];
  const isPersonal = (table: SQLiteTable) => 'bucket' in getTableColumns(table);
  const isDue = (table: SQLiteTable) => 'nextDueMs' in getTableColumns(table);
  const orderOf = (table: SQLiteTable) => (isDue(table) ? 0 : isPersonal(table) ? 1 : 2);
  return all
    .filter((table) => !gone.includes(table))
    .toSorted((a, b) => orderOf(a) - orderOf(b) || (nameOfTable(a) < nameOfTable(b) ? -1 : 1));
}

function isOf(table: SQLiteTable, siteId: number, note: Note): SQL {
  const columns: Readonly<Record<string, SQLiteColumn>> = getTableColumns(table);
  if (columns.site !== undefined) return eq(columns.site, siteId);
  for (const owner of ['segment', 'score', 'webhook'] as const) {
    const column = columns[owner];
    if (column === undefined) continue;
    return sql`${column} in (select value from json_each(${JSON.stringify(note[owner])}))`;
  }
  throw new Error(`Invariant broken: it is known whose rows ${nameOfTable(table)} has`);
}

function primaryKeyOf(table: SQLiteTable): readonly SQLiteColumn[] {
  const { columns, primaryKeys } = getTableConfig(table);
  return primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
}

function nameOfTable(table: SQLiteTable): string {
  return getTableConfig(table).name;
}

function nameOf(siteId: number): string {
  return `${PREFIX}${siteId}`;
}
