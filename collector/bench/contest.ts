/** Who is measured against whom, and how: all in turn, so that the machine's mood strikes all alike. */
import type { InsertJob, InsertResult } from './bare-insert.ts';
import { here, type Server, startServer, startWorker, TYPESCRIPT } from './child.ts';
import {
  checkSegments,
  countEvents,
  installCatalogue,
  startCollector,
  WRITE_KEY,
} from './collector.ts';
import { copyDatabase, fileOf } from './files.ts';
import type { LoadJob, LoadResult } from './load.ts';
import type { Figure } from './table.ts';
import { VISITORS } from './visitors.ts';

export const BATCHES = [1, 20] as const;
export const ROWS_PER_TRANSACTION = [20, 200, 1_000] as const;

/** What each server is sent from beforehand; more than it will take. */
const EVENTS_PER_S_MAX = { noop: 10_000, collector: 25_000, naive: 3_000 } as const;
/** Rows that are read back from the collector's database for the bare insert. */
const INSERT_ROWS_MAX = 60_000;
const SEED_EVENTS_PER_REQUEST = 100;

export type Contestant = keyof typeof EVENTS_PER_S_MAX;

export interface Timing {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** What was measured so far. */
export class Contest {
  readonly figures = new Map<string, Figure[]>();
  /** What was not as it must be: nothing of the kind makes the figures worth reading. */
  readonly faults: string[] = [];
  segments = 0;
  readonly #timing: Timing;
  readonly #load = startWorker<LoadJob, LoadResult>('load.ts');
  readonly #insert = startWorker<InsertJob, InsertResult>('bare-insert.ts');
  readonly #servers = new Map<Contestant, Server>();
  readonly #acknowledged = new Map<Contestant, number>();

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  /** Makes a database in which all visitors are known and all segments live, for each who writes. */
  async start(): Promise<void> {
    const server = await startCollector(fileOf('seed'));
    this.segments = await installCatalogue(server);
    const job = this.#job(server, SEED_EVENTS_PER_REQUEST);
    const { accepted } = await this.#load.run({
      ...job,
      traffic: 'past',
      eventsPrepared: VISITORS,
    });
    if (accepted !== VISITORS) throw new Error(`Of ${VISITORS} visitors ${accepted} were accepted`);
    await server.stop();
    copyDatabase('seed', 'collector');
    copyDatabase('seed', 'naive');
    const script = (file: string) => [...TYPESCRIPT, here(file)];
    const naive = [...script('naive-server.ts'), `file:${fileOf('naive')}`];
    this.#servers.set('noop', await startServer(script('noop-server.ts')));
    this.#servers.set('collector', await startCollector(fileOf('collector')));
    this.#servers.set('naive', await startServer(naive));
  }

  async measureRound(): Promise<void> {
    for (const batch of BATCHES) {
      for (const [name, server] of this.#servers) await this.#measureServer(name, server, batch);
    }
    for (const rows of ROWS_PER_TRANSACTION) await this.#measureInsert(rows);
  }

  async stop(): Promise<void> {
    for (const each of [this.#load, this.#insert, ...this.#servers.values()]) await each.stop();
  }

  async #measureServer(name: Contestant, server: Server, batch: number): Promise<void> {
    const { warmUpMs, measureMs } = this.#timing;
    const result = await this.#load.run({
      ...this.#job(server, batch),
      eventsPrepared: (EVENTS_PER_S_MAX[name] * (warmUpMs + measureMs)) / 1_000,
      afterwards: name === 'noop' ? 'again' : 'new',
    });
    const { events, cpuMs, p50Ms, p99Ms } = result;
    this.#note(`${name} ${batch}`, {
      eventsPerS: (events / result.measuredMs) * 1_000,
      p50Ms,
      p99Ms,
      ...(cpuMs !== undefined && { cpuUsPerEvent: (cpuMs * 1_000) / events }),
    });
    if (name === 'noop') return;
    const { madeLate, duplicates, repeated } = result;
    if (madeLate > 0) this.faults.push(`${name}: ${madeLate} requests were made too late`);
    if (duplicates !== repeated) {
      this.faults.push(`${name}: ${duplicates} of ${repeated} sent again are duplicates`);
    }
    await this.#checkStored(name, result.accepted);
    if (name === 'collector') this.faults.push(...(await checkSegments(server, fileOf(name))));
  }

  /** Is every acknowledged event there, once? */
  async #checkStored(name: Contestant, accepted: number): Promise<void> {
    const acknowledged = (this.#acknowledged.get(name) ?? VISITORS) + accepted;
    this.#acknowledged.set(name, acknowledged);
    const { events, messages } = await countEvents(fileOf(name));
    if (events === acknowledged && messages === events) return;
    this.faults.push(
      `${name}: ${acknowledged} acknowledged, ${events} stored, ${messages} different ones`,
    );
  }

  async #measureInsert(rowsPerTransaction: number): Promise<void> {
    copyDatabase('seed', 'insert');
    const measured = (this.#acknowledged.get('collector') ?? VISITORS) - VISITORS;
    const { rows, measuredMs, cpuMs } = await this.#insert.run({
      from: fileOf('collector'),
      into: fileOf('insert'),
      rowsPerTransaction,
      rowsMax: Math.min(INSERT_ROWS_MAX, measured),
      durationMs: this.#timing.measureMs / 2,
    });
    this.#note(`insert ${rowsPerTransaction}`, {
      eventsPerS: (rows / measuredMs) * 1_000,
      cpuUsPerEvent: (cpuMs * 1_000) / rows,
    });
  }

  #job({ port, pid }: Server, eventsPerRequest: number): LoadJob {
    return {
      ...this.#timing,
      port,
      pid,
      writeKey: WRITE_KEY,
      eventsPerRequest,
      traffic: 'now',
      eventsPrepared: 0,
      afterwards: 'new',
    };
  }

  #note(name: string, figure: Figure): void {
    this.figures.set(name, [...(this.figures.get(name) ?? []), figure]);
  }
}
