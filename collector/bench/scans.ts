/** What one would do instead: ask all events again, from time to time. In SQL on the same file, and in DuckDB. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openReader } from '../src/store/open.ts';

const DAY_MS = 86_400_000;

/** A ready-made segment, and how it is asked of all events. */
export interface Question {
  readonly segment: string;
  readonly words: string;
  readonly sql: (source: string, nowMs: number) => string;
}

const since = (nowMs: number, days: number) => `at_ms > ${nowMs - days * DAY_MS}`;

/** Both dialects understand them. */
export const QUESTIONS: readonly Question[] = [
  {
    segment: 'pricing-viewers',
    words: 'saw a pricing page in 30 days',
    sql: (source, nowMs) =>
      `SELECT count(DISTINCT person) FROM ${source} AS seen
       WHERE name = 'page' AND path GLOB '*/pricing*' AND ${since(nowMs, 30)}`,
  },
  {
    segment: 'pricing-returners',
    words: 'saw it in 2 visits in 14 days',
    sql: (source, nowMs) =>
      `SELECT count(*) FROM (SELECT person FROM ${source} AS seen
       WHERE name = 'page' AND path GLOB '*/pricing*' AND ${since(nowMs, 14)}
       GROUP BY person HAVING count(DISTINCT visit) >= 2) AS found`,
  },
  {
    segment: 'product-comparers',
    words: 'a comparison or 2 products in 7 days',
    sql: (source, nowMs) =>
      `SELECT count(*) FROM (SELECT person FROM ${source} AS seen
       WHERE ${since(nowMs, 7)} AND (name = 'page' AND path GLOB '*/compare*' OR name = 'Product Viewed')
       GROUP BY person HAVING max(CASE WHEN name = 'page' THEN 1 ELSE 0 END) = 1
         OR count(DISTINCT product) >= 2) AS found`,
  },
  {
    segment: 'returning-visitors',
    words: '2 visits in 7 days',
    sql: (source, nowMs) =>
      `SELECT count(*) FROM (SELECT person FROM ${source} AS seen
       WHERE name = 'page' AND ${since(nowMs, 7)}
       GROUP BY person HAVING count(DISTINCT visit) >= 2) AS found`,
  },
];

/** Every event with the person whose it is by now. */
const OF_PERSONS = `(SELECT coalesce("into", profile.id) AS person, at AS at_ms, body ->> '$.s' AS visit,
    CASE type WHEN 'track' THEN name ELSE type END AS name, body ->> '$.p.path' AS path,
    body ->> '$.p.product_id' AS product
  FROM event CROSS JOIN profile ON profile.bucket = event.bucket AND profile.id = event.part)`;

/** What one scan took and how many it found. */
export interface Scan {
  readonly people: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface Scanned {
  readonly question: Question;
  /** Members by the collector's own rows. */
  readonly members: number;
  readonly sql: Scan;
  readonly duckdb: Scan;
}

/** Asks everything of a closed file both ways. The copy for DuckDB is made once and not counted. */
export async function scan(file: string, nowMs: number): Promise<readonly Scanned[]> {
  const { $client } = await openReader({ url: `file:${file}` });
  const count = async (sql: string) => Number((await $client.execute(sql)).rows[0]?.[0]);
  const duckdb = await copyToDuckDb(file);
  const scanned: Scanned[] = [];
  for (const question of QUESTIONS) {
    const members = await count(
      `SELECT count(*) FROM member JOIN segment ON segment = key WHERE segment.id = '${question.segment}'`,
    );
    const sql = await timed(() => count(question.sql(OF_PERSONS, nowMs)));
    const inDuckDb = await timed(async () => {
      const reader = await duckdb.runAndReadAll(question.sql('event', nowMs));
      return Number(reader.getRows()[0]?.[0]);
    });
    scanned.push({ question, members, sql, duckdb: inDuckDb });
  }
  duckdb.closeSync();
  $client.close();
  return scanned;
}

async function timed(ask: () => Promise<number>): Promise<Scan> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const people = await ask();
  const { user, system } = process.cpuUsage(startCpu);
  return { people, wallMs: performance.now() - startMs, cpuMs: (user + system) / 1_000 };
}

/** Rows that are read at once while the copy is made. */
const COPY_ROWS = 20_000;

async function copyToDuckDb(file: string): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    'CREATE TABLE event (person BIGINT, at_ms BIGINT, visit VARCHAR, name VARCHAR, path VARCHAR, product VARCHAR)',
  );
  const appender = await connection.createAppender('event');
  const { $client } = await openReader({ url: `file:${file}` });
  for (let after = 0; ; ) {
    const { rows } = await $client.execute({
      sql: `SELECT event.id, coalesce("into", profile.id), at, body ->> '$.s',
          CASE type WHEN 'track' THEN name ELSE type END, body ->> '$.p.path', body ->> '$.p.product_id'
        FROM event CROSS JOIN profile ON profile.bucket = event.bucket AND profile.id = event.part
        WHERE event.id > ? ORDER BY event.id LIMIT ${COPY_ROWS}`,
      args: [after],
    });
    for (const row of rows) {
      appender.appendBigInt(BigInt(Number(row[1])));
      appender.appendBigInt(BigInt(Number(row[2])));
      for (const column of [3, 4, 5, 6]) {
        const value = row[column];
        if (typeof value === 'string') appender.appendVarchar(value);
        else appender.appendNull();
      }
      appender.endRow();
    }
    if (rows.length < COPY_ROWS) break;
    after = Number(rows.at(-1)?.[0]);
  }
  appender.closeSync();
  $client.close();
  return connection;
}
