/** How steady the collector is: what answers wait for at half of its load, and what becomes of its memory. */
import { readFileSync, statSync } from 'node:fs';
import type { WireAnswer } from '@inkling/sdk/protocol';
import { type Server, startWorker } from './child.ts';
import {
  checkSegments,
  countEvents,
  installCatalogue,
  readMetrics,
  startCollector,
  WRITE_KEY,
} from './collector.ts';
import { type Connection, openConnection } from './connection.ts';
import { fileOf } from './files.ts';
import type { LoadJob, LoadResult } from './load.ts';
import { createRequests, type Requests } from './requests.ts';
import { quantile } from './tally.ts';
import { createTraffic, VISITORS } from './visitors.ts';

export interface SoakSize {
  /** As fast as the collector answers, and then at half of that speed. */
  readonly loadMs: number;
  readonly soakMs: number;
  readonly soakEventsPerS: number;
  /** A line of the report tells of so long a time. */
  readonly stretchMs: number;
}

export const FULL_SOAK: SoakSize = {
  ...{ loadMs: 20_000, soakMs: 20 * 60_000, soakEventsPerS: 500, stretchMs: 60_000 },
};
export const QUICK_SOAK: SoakSize = {
  ...{ loadMs: 5_000, soakMs: 20_000, soakEventsPerS: 500, stretchMs: 5_000 },
};

/** What was seen in a stretch of time. */
export interface Stretch {
  readonly eventsPerS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Of the thread that answers: how late it was. */
  readonly loopP99Ms: number;
  /** From the beginning of one transaction to the beginning of the next, in the middle. */
  readonly commitMs: number;
  /** Of the process, all threads. */
  readonly memoryMiB: number;
  readonly fileMiB: number;
}

export interface Soak {
  readonly full: Stretch;
  readonly half: Stretch;
  readonly soaked: readonly Stretch[];
  readonly faults: readonly string[];
}

export const EVENTS_PER_REQUEST = 20;
/** More than a pause of minutes leaves without an answer: it does not go on. */
const UNANSWERED_MAX = 5_000;
/** A server closes connections on which nothing was said for five seconds. */
const IDLE_MS_MAX = 2_000;
/** Node looks at its loop this often, and counts that time to the delay. */
const LOOKED_AT_EVERY_MS = 10;
const FILE = fileOf('soak');

export async function measureSoak(size: SoakSize): Promise<Soak> {
  const server = await startCollector(FILE);
  const load = startWorker<LoadJob, LoadResult>('load.ts');
  await installCatalogue(server);
  const job = {
    ...{ port: server.port, pid: server.pid, writeKey: WRITE_KEY, afterwards: 'new' as const },
    ...{ warmUpMs: 1_000, measureMs: size.loadMs },
  };
  const seeded = await load.run({
    ...{ ...job, eventsPerRequest: 100, traffic: 'past', eventsPrepared: VISITORS },
  });
  const watch = new Watch(server);
  await watch.stretch();
  const loaded = await load.run({
    ...{ ...job, eventsPerRequest: EVENTS_PER_REQUEST, traffic: 'now', eventsPrepared: 100_000 },
  });
  await load.stop();
  const full = { ...(await watch.stretch()), ...speedOf(loaded) };
  const sender = new Sender(server);
  await sender.send(full.eventsPerS / 2, size.loadMs);
  const half = { ...(await watch.stretch()), ...sender.takeSeen(size.loadMs) };
  const soaked: Stretch[] = [];
  for (let leftMs = size.soakMs; leftMs > 0; leftMs -= size.stretchMs) {
    await sender.send(size.soakEventsPerS, size.stretchMs);
    soaked.push({ ...(await watch.stretch()), ...sender.takeSeen(size.stretchMs) });
  }
  sender.close();
  const acknowledged = seeded.accepted + loaded.accepted + sender.accepted;
  const faults = [...(await faultsOf(acknowledged)), ...(await checkSegments(server, FILE))];
  await server.stop();
  return { full, half, soaked, faults };
}

type Seen = Pick<Stretch, 'eventsPerS' | 'p50Ms' | 'p99Ms' | 'maxMs'>;

function speedOf({ events, measuredMs, p50Ms, p99Ms, maxMs }: LoadResult): Seen {
  return { eventsPerS: (events / measuredMs) * 1_000, p50Ms, p99Ms, maxMs };
}

async function faultsOf(acknowledged: number): Promise<readonly string[]> {
  const { events, messages } = await countEvents(FILE);
  return events === acknowledged && messages === events
    ? []
    : [`${acknowledged} acknowledged, ${events} stored, ${messages} different ones`];
}

/** Sends at a given speed, whether or not the answers come as fast. */
class Sender {
  accepted = 0;
  readonly #port: number;
  readonly #free: { readonly connection: Connection; readonly sinceMs: number }[] = [];
  readonly #requests: Requests;
  #unanswered = 0;
  #latenciesMs: number[] = [];

  constructor({ port }: Server) {
    this.#port = port;
    const { next } = createTraffic(2);
    const events = (function* () {
      for (;;) yield next(Date.now());
    })();
    const plan = { writeKey: WRITE_KEY, eventsPerRequest: EVENTS_PER_REQUEST };
    this.#requests = createRequests(events, { ...plan, eventsPrepared: 0, afterwards: 'new' });
  }

  /** Resolves once all is answered. */
  async send(eventsPerS: number, durationMs: number): Promise<void> {
    const intervalMs = (EVENTS_PER_REQUEST / eventsPerS) * 1_000;
    const startMs = performance.now();
    const under: Promise<void>[] = [];
    for (let dueMs = 0; dueMs < durationMs; dueMs += intervalMs) {
      const delayMs = startMs + dueMs - performance.now();
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      under.push(this.#exchange(startMs + dueMs));
    }
    await Promise.all(under);
  }

  /** What was seen since it was asked last. */
  takeSeen(durationMs: number): Seen {
    const sorted = Float64Array.from(this.#latenciesMs).sort();
    this.#latenciesMs = [];
    return {
      eventsPerS: ((sorted.length * EVENTS_PER_REQUEST) / durationMs) * 1_000,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
      maxMs: sorted.at(-1) ?? Number.NaN,
    };
  }

  close(): void {
    for (const { connection } of this.#free) connection.close();
  }

  /** @param dueMs - When it was to be sent: whoever waits for a connection waits for the collector. */
  async #exchange(dueMs: number): Promise<void> {
    const request = this.#requests.next();
    if (request === undefined) throw new Error('Invariant broken: there are always more events');
    if (this.#unanswered === UNANSWERED_MAX) {
      throw new Error(`The collector left ${UNANSWERED_MAX} requests unanswered`);
    }
    this.#unanswered += 1;
    const connection = await this.#connection();
    const { status, body } = await connection.exchange(request);
    if (status !== 200) throw new Error(`The collector answered ${status}: ${body}`);
    this.#unanswered -= 1;
    this.#free.push({ connection, sinceMs: performance.now() });
    this.accepted += (JSON.parse(body) as WireAnswer).accepted;
    this.#latenciesMs.push(performance.now() - dueMs);
  }

  /** The one that was used last, so that those too many are left to age. */
  async #connection(): Promise<Connection> {
    const free = this.#free.pop();
    if (free === undefined) return await openConnection(this.#port);
    if (performance.now() - free.sinceMs < IDLE_MS_MAX) return free.connection;
    for (const { connection } of [free, ...this.#free.splice(0)]) connection.close();
    return await openConnection(this.#port);
  }
}

/** Looks at a collector from outside, between two stretches of time. */
class Watch {
  readonly #server: Server;
  #commits = { count: 0, sumS: 0 };

  constructor(server: Server) {
    this.#server = server;
  }

  async stretch(): Promise<Omit<Stretch, keyof Seen>> {
    const metrics = await readMetrics(this.#server);
    const of = (name: string) => metrics.get(name) ?? Number.NaN;
    const before = this.#commits;
    const after = {
      count: of('inkling_commit_duration_seconds_count'),
      sumS: of('inkling_commit_duration_seconds_sum'),
    };
    this.#commits = after;
    return {
      // It begins anew each time that it is read.
      loopP99Ms: of('nodejs_eventloop_lag_p99_seconds') * 1_000 - LOOKED_AT_EVERY_MS,
      commitMs: ((after.sumS - before.sumS) / (after.count - before.count)) * 1_000,
      memoryMiB: memoryMiBOf(this.#server.pid),
      fileMiB: statSync(FILE).size / 2 ** 20,
    };
  }
}

/** The resident set of a process, as Linux tells it; `NaN` elsewhere. */
function memoryMiBOf(pid: number): number {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib) / 1_024;
  } catch {
    return Number.NaN;
  }
}
