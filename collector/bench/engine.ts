/** The process whose CPU time the curves show: the real writer on a real file, without its HTTP door. */
import type { WireEvent } from '@inkling/sdk/protocol';
import type { Event } from '../src/event.ts';
import { judge } from '../src/http/ingest-answer.ts';
import { messageIdOf } from '../src/http/message-id.ts';
import { bucketOf } from '../src/identity/bucket.ts';
import { parseBatch } from '../src/ingest/parse.ts';
import type { Writer } from '../src/ingest/writer.ts';
import type { Definition } from '../src/segments/definition.ts';
import { saveDefinition } from '../src/store/definitions.ts';
import { ensureKeys } from '../src/store/keys.ts';
import { openReader, openWriter } from '../src/store/open.ts';
import { here } from './child.ts';
import { definitionsOf, wholeCatalogue } from './definitions.ts';
import { anonymousIdOf, createTraffic } from './visitors.ts';

export const SITE = 1;
/** When the story of the curves begins. Its time is a number, so that a file made once stays as it is. */
export const START_MS: number = Date.UTC(2026, 8, 1, 12);

export type Segments = number | 'catalogue';

/** Makes a file in which everybody was seen once and all segments are live. */
export interface SeedJob {
  readonly kind: 'seed';
  readonly file: string;
  readonly segments: Segments;
  readonly visitors: number;
}

/** Lets people come and go on it. */
export interface DriveJob {
  readonly kind: 'drive';
  readonly file: string;
  readonly visitors: number;
  /** `skewed`: those who are on the site now, mostly those of late; `uniform`: anybody. */
  readonly who: 'skewed' | 'uniform';
  readonly fromMs: number;
  readonly warmUpEvents: number;
  readonly events: number;
  readonly eventsPerRequest: number;
  /** Requests that wait at the same time: the writer commits them together. */
  readonly waiting: number;
  /** The same seed gives the same people on the same paths. */
  readonly seed: number;
}

export interface DriveResult {
  readonly cpuMs: number;
  readonly measuredMs: number;
  /** Memberships that changed, by events and by time. */
  readonly changes: number;
  readonly untilMs: number;
}

/** Events are so far apart: a thousand a second. */
const STEP_MS = 1;
/** Two of the largest requests are the writer's largest transaction. */
const SEED_EVENTS_PER_REQUEST = 500;
const RETENTION_MS = 395 * 86_400_000;

/** As it ships: what runs TypeScript for the rest of the bench makes closures dear. */
const { startDatabaseWriter }: typeof import('../src/ingest/start.ts') = await import(
  here('../dist/ingest/start.js')
);

process.on('message', (job: SeedJob | DriveJob) => {
  (job.kind === 'seed' ? seed(job) : drive(job)).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function seed({ file, segments, visitors }: SeedJob): Promise<Record<string, never>> {
  const database = await openWriter({ url: `file:${file}` });
  // Whoever breaks off begins again, so nothing has to be on disk before the end.
  await database.$client.execute('PRAGMA synchronous = off');
  await database.$client.execute('PRAGMA cache_size = -524288');
  await ensureKeys(database, { timeZone: 'UTC' }, START_MS);
  let key = 0;
  const save = async (definition: Definition) => {
    key += 1;
    await saveDefinition(database, SITE, definition, { key, nowMs: START_MS, only: 'free' });
  };
  for (const each of segments === 'catalogue' ? wholeCatalogue() : definitionsOf(segments)) {
    await save(each);
  }
  const writer = await startDatabaseWriter(database, { ...SILENT, clock: () => START_MS });
  const traffic = createTraffic(1, visitors);
  const order = byBucket(visitors);
  const request = (start: number) => {
    const next = order.slice(start, start + SEED_EVENTS_PER_REQUEST);
    return write(writer, eventsOf([...traffic.past(START_MS, next)], START_MS));
  };
  for (let start = 0; start < visitors; start += 2 * SEED_EVENTS_PER_REQUEST) {
    await Promise.all([request(start), request(start + SEED_EVENTS_PER_REQUEST)]);
  }
  await writer.close();
  await database.$client.execute('PRAGMA wal_checkpoint(TRUNCATE)');
  database.$client.close();
  return {};
}

async function drive(job: DriveJob): Promise<DriveResult> {
  const database = await openWriter({ url: `file:${job.file}` });
  const reader = await openReader({ url: `file:${job.file}` });
  const traffic = createTraffic(job.seed, job.visitors);
  let nowMs = job.fromMs;
  const requestsOf = (events: number) =>
    Array.from({ length: Math.ceil(events / job.eventsPerRequest) }, () => {
      nowMs += job.eventsPerRequest * STEP_MS;
      const wire = Array.from({ length: job.eventsPerRequest }, () =>
        job.who === 'skewed' ? traffic.next(nowMs) : traffic.anybody(nowMs),
      );
      return { atMs: nowMs, events: eventsOf(wire, nowMs) };
    });
  const warmUp = requestsOf(job.warmUpEvents);
  const measured = requestsOf(job.events);
  let clockMs = job.fromMs;
  const writer = await startDatabaseWriter(database, { ...SILENT, clock: () => clockMs });
  const run = async (requests: typeof measured) => {
    for (let start = 0; start < requests.length; start += job.waiting) {
      const together = requests.slice(start, start + job.waiting);
      clockMs = together.at(-1)?.atMs ?? clockMs;
      await Promise.all(together.map(({ events }) => write(writer, events)));
    }
  };
  const countChanges = async () => {
    const { rows } = await reader.$client.execute('SELECT count(*) FROM member_log');
    return Number(rows[0]?.[0]);
  };
  await run(warmUp);
  const changesBefore = await countChanges();
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  await run(measured);
  const { user, system } = process.cpuUsage(startCpu);
  const measuredMs = performance.now() - startMs;
  const changes = (await countChanges()) - changesBefore;
  // What time has brought by now is done before anybody compares.
  const due = `SELECT count(*) FROM profile WHERE next_due <= ${clockMs}`;
  do await write(writer, []);
  while (Number((await reader.$client.execute(due)).rows[0]?.[0]) > 0);
  await writer.close();
  for (const each of [database, reader]) each.$client.close();
  return { cpuMs: (user + system) / 1_000, measuredMs, changes, untilMs: nowMs };
}

/** What the writer tells others goes nowhere; what goes wrong ends the bench. */
const SILENT = {
  committed: () => {},
  deliver: () => {},
  due: () => {},
  report: (error: unknown) => {
    throw error;
  },
};

async function write(writer: Writer, events: readonly Event[]): Promise<void> {
  const request = {
    ...{ site: SITE, key: '', receivedAtMs: 0 },
    ...{ events, rejected: [], lost: {}, debug: false },
  };
  const outcome = await writer.write(request);
  if (outcome.kind !== 'decided' || outcome.duplicates.size > 0) {
    throw new Error(`The writer answered ${JSON.stringify(outcome)}`);
  }
}

/** As the HTTP door makes them. */
function eventsOf(batch: readonly WireEvent[], receivedAtMs: number): readonly Event[] {
  const parsed = parseBatch({ batch }, 0);
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  const facts = { receivedAtMs, retentionMs: RETENTION_MS, deriveMessageId: messageIdOf };
  const { events, rejected } = judge(parsed, facts);
  if (rejected.length > 0) throw new Error(`Refused: ${JSON.stringify(rejected[0])}`);
  return events;
}

/** In the order of their rows, so that each page of the file is written once. */
function byBucket(visitors: number): readonly number[] {
  const buckets = Array.from({ length: visitors }, (_, visitor) =>
    bucketOf(SITE, anonymousIdOf(visitor)),
  );
  return buckets.map((_, visitor) => visitor).sort((a, b) => (buckets[a] ?? 0) - (buckets[b] ?? 0));
}
