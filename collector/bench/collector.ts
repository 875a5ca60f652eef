/** The built collector as a process, and the questions that the bench asks it and its database. */
import type { CatalogueAnswer, Page, SegmentAnswer } from '../src/query/answers.ts';
import { openReader } from '../src/store/open.ts';
import { here, type Server, startServer } from './child.ts';

export const WRITE_KEY = 'wk_bench_bench';
const SECRET_KEY = 'sk_bench_bench';

export async function startCollector(file: string): Promise<Server> {
  return await startServer([here('../dist/main.js')], {
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: `file:${file}`,
    WRITE_KEY,
    SECRET_KEY,
    LOG_LEVEL: 'error',
    // What is measured is how much it can take, not how much it would let through.
    RATE_LIMIT_EVENTS_PER_S: 'off',
    RATE_LIMIT_ADDRESS_EVENTS_PER_S: 'off',
    RATE_LIMIT_ADDRESS_NEW_PER_S: 'off',
  });
}

/** Installs every ready-made segment with its own defaults; answers how many there are. */
export async function installCatalogue(server: Server): Promise<number> {
  const { data } = await ask<Page<CatalogueAnswer>>(server, '/v1/catalogue');
  for (const { id } of data) await ask(server, `/v1/catalogue/${id}/install`, { method: 'POST' });
  return data.length;
}

/** Are all segments live, with as many members as there are rows of members? Says what is not so. */
export async function checkSegments(server: Server, file: string): Promise<readonly string[]> {
  const { data } = await ask<Page<SegmentAnswer>>(server, '/v1/segments');
  const members = await countMembers(file);
  const faults = data.flatMap(({ id, status, size }) => {
    if (status !== 'live') return [`segment ${id} is ${status}`];
    const rows = members.get(id) ?? 0;
    return size === rows ? [] : [`segment ${id} says ${size} members and has ${rows}`];
  });
  const inhabited = data.filter(({ size }) => size > 0).length;
  return inhabited > 0 ? faults : [...faults, 'no segment has a member'];
}

/** How many events are stored, and how many different messages they are. */
export async function countEvents(
  file: string,
): Promise<{ readonly events: number; readonly messages: number }> {
  const [row] = await query(
    file,
    'SELECT count(*) AS events, count(DISTINCT message_id) AS messages FROM event',
  );
  return { events: Number(row?.events), messages: Number(row?.messages) };
}

async function countMembers(file: string): Promise<ReadonlyMap<string, number>> {
  const rows = await query(
    file,
    'SELECT segment.id AS id, count(*) AS members FROM member JOIN segment ON segment = key GROUP BY key',
  );
  return new Map(rows.map(({ id, members }) => [String(id), Number(members)]));
}

async function query(file: string, sql: string) {
  const { $client } = await openReader({ url: `file:${file}` });
  try {
    return (await $client.execute(sql)).rows;
  } finally {
    $client.close();
  }
}

/** What the collector tells Prometheus, by name; of what has labels nothing. */
export async function readMetrics(server: Server): Promise<ReadonlyMap<string, number>> {
  const text = await (await request(server, '/metrics')).text();
  return new Map(
    text.split('\n').flatMap((line): [string, number][] => {
      const [name = '', value] = line.split(' ');
      return /^[a-z]\w*$/.test(name) && value !== undefined ? [[name, Number(value)]] : [];
    }),
  );
}

async function ask<T>(server: Server, path: string, init: RequestInit = {}): Promise<T> {
  return (await (await request(server, path, init)).json()) as T;
}

async function request({ port }: Server, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { Authorization: `Bearer ${SECRET_KEY}` };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
  if (!response.ok)
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response;
}
