/** What an event costs against the number of segments and of profiles, and what asking again would cost. */
import { copyFileSync, rmSync, statSync } from 'node:fs';
import { audit } from '../src/query/audit.ts';
import { openReader } from '../src/store/open.ts';
import type { InsertJob, InsertResult } from './bare-insert.ts';
import { startWorker } from './child.ts';
import { type DriveJob, type DriveResult, type Segments, SITE, START_MS } from './engine.ts';
import { fileOf } from './files.ts';
import { type Scanned, scan } from './scans.ts';
import { seedOf } from './seeds.ts';

/** One place on a curve. */
export interface Point {
  readonly segments: Segments;
  readonly visitors: number;
  readonly who: DriveJob['who'];
}

export interface CurveSize {
  readonly points: readonly Point[];
  readonly rounds: number;
  readonly warmUpEvents: number;
  readonly events: number;
}

const FEW = 10_000;
const at = (segments: Segments, visitors: number, who: Point['who'] = 'skewed'): Point => ({
  segments,
  visitors,
  who,
});
const BY_SEGMENTS = [at(10, FEW), at(100, FEW), at(1_000, FEW), at('catalogue', FEW)];
const uniform = (...visitors: number[]) => visitors.map((each) => at(10, each, 'uniform'));

export const FULL_CURVES: CurveSize = {
  points: [...BY_SEGMENTS, at(10, 100_000), at(10, 1_000_000), ...uniform(FEW, 100_000, 1_000_000)],
  ...{ rounds: 2, warmUpEvents: 1_500, events: 4_000 },
};
export const QUICK_CURVES: CurveSize = {
  points: [...BY_SEGMENTS, at(10, 100_000), ...uniform(FEW, 100_000)],
  ...{ rounds: 1, warmUpEvents: 1_000, events: 5_000 },
};

/** As the limit: so many rows a transaction, which is what the engine's transactions hold too. */
export const EVENTS_PER_TRANSACTION = 200;
const EVENTS_PER_REQUEST = 20;
const INSERT_MS_MAX = 4_000;
/** The audit goes on for so many comparisons and then to the end of the person. */
const AUDITED_MAX = 50_000;

export interface Driven extends DriveResult {
  readonly events: number;
}

export interface Audited {
  readonly people: number;
  readonly checked: number;
  readonly different: number;
}

export interface Measured {
  readonly point: Point;
  readonly rounds: readonly Driven[];
  readonly seedMs: number;
  readonly fileBytes: number;
  readonly audited: Audited;
}

export interface Curves {
  readonly measured: readonly Measured[];
  /** CPU time of a bare insert of the same events, one for each round. */
  readonly insertUs: readonly number[];
  readonly scans: readonly { readonly point: Point; readonly scanned: readonly Scanned[] }[];
  readonly faults: readonly string[];
}

/** Measures all points in turn, round by round, and then holds what came out against the log. */
export async function measureCurves(size: CurveSize): Promise<Curves> {
  const seedsMs: number[] = [];
  for (const [index, { segments, visitors }] of size.points.entries()) {
    const startMs = performance.now();
    copyFileSync(await seedOf(segments, visitors), fileAt(index));
    seedsMs.push(performance.now() - startMs);
  }
  const rounds: Driven[][] = size.points.map(() => []);
  const insertUs: number[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    for (const [index, point] of size.points.entries()) {
      const fromMs = rounds[index]?.at(-1)?.untilMs ?? START_MS;
      rounds[index]?.push(await drive(index, point, { ...size, fromMs, seed: round + 2 }));
    }
    insertUs.push(await insertBare(size.events));
  }
  const measured: Measured[] = [];
  const scans: Curves['scans'][number][] = [];
  for (const [index, point] of size.points.entries()) {
    const own = rounds[index] ?? [];
    const nowMs = own.at(-1)?.untilMs ?? START_MS;
    const audited = await auditSample(index, point, nowMs);
    const fileBytes = statSync(fileAt(index)).size;
    measured.push({ point, rounds: own, seedMs: seedsMs[index] ?? 0, fileBytes, audited });
    if (point.segments === 10 && point.who === 'skewed') {
      scans.push({ point, scanned: await scan(fileAt(index), nowMs) });
    }
    for (const suffix of ['', '-wal', '-shm']) rmSync(fileAt(index) + suffix, { force: true });
  }
  return { measured, insertUs, scans, faults: faultsOf(measured, scans) };
}

function fileAt(index: number): string {
  return fileOf(`curve-${index}`);
}

/** In a process of its own, so that one point does not warm up or litter another. */
async function drive(
  index: number,
  { visitors, who }: Point,
  plan: Pick<CurveSize, 'warmUpEvents' | 'events'> & Pick<DriveJob, 'fromMs' | 'seed'>,
): Promise<Driven> {
  const worker = startWorker<DriveJob, DriveResult>('engine.ts');
  const { warmUpEvents, events, fromMs, seed } = plan;
  const result = await worker.run({
    ...{ kind: 'drive', file: fileAt(index), visitors, who, fromMs, seed, warmUpEvents, events },
    eventsPerRequest: EVENTS_PER_REQUEST,
    waiting: EVENTS_PER_TRANSACTION / EVENTS_PER_REQUEST,
  });
  await worker.stop();
  return { ...result, events };
}

/** The rows of the first point's newest events, into a file as that one was in the beginning. */
async function insertBare(rowsMax: number): Promise<number> {
  const into = fileOf('curve-insert');
  for (const suffix of ['', '-wal', '-shm']) rmSync(into + suffix, { force: true });
  copyFileSync(await seedOf(10, FEW), into);
  const worker = startWorker<InsertJob, InsertResult>('bare-insert.ts');
  const { rows, cpuMs } = await worker.run({
    ...{ from: fileAt(0), into, rowsPerTransaction: EVENTS_PER_TRANSACTION },
    ...{ rowsMax, durationMs: INSERT_MS_MAX },
  });
  await worker.stop();
  return (cpuMs * 1_000) / rows;
}

async function auditSample(index: number, { segments }: Point, nowMs: number): Promise<Audited> {
  const database = await openReader({ url: `file:${fileAt(index)}` });
  const each = segments === 'catalogue' ? 30 : segments;
  const sample = Math.ceil(AUDITED_MAX / each);
  const answer = await audit(database, { id: SITE, timeZone: 'UTC' }, nowMs, { sample });
  database.$client.close();
  return answer;
}

function faultsOf(measured: readonly Measured[], scans: Curves['scans']): readonly string[] {
  const audits = measured.flatMap(({ point, audited: { checked, different } }) => {
    const name = `${point.segments} segments, ${point.visitors} visitors, ${point.who}`;
    if (checked === 0) return [`${name}: nothing was audited`];
    return different === 0 ? [] : [`${name}: ${different} of ${checked} audited differ`];
  });
  const answers = scans.flatMap(({ point, scanned }) =>
    scanned.flatMap(({ question, members, sql, duckdb }) =>
      members === sql.people && members === duckdb.people
        ? []
        : [
            `${question.segment}, ${point.visitors} visitors: ${members} members, ${sql.people} by SQL, ${duckdb.people} by DuckDB`,
          ],
    ),
  );
  return [...audits, ...answers];
}
