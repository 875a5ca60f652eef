/** The process that sends: it takes one job after the other from its parent and answers what it saw. */
import type { WireAnswer, WireEvent } from '@inkling/sdk/protocol';
import { type Connection, openConnection } from './connection.ts';
import { createRequests, type RequestPlan, type Requests } from './requests.ts';
import { type Measured, Tally } from './tally.ts';
import { createTraffic } from './visitors.ts';

export interface LoadJob extends RequestPlan {
  readonly port: number;
  /** The process whose CPU time is counted. */
  readonly pid: number;
  /** `past`: one visit of everybody, as fast as it goes; `now`: whoever is there, until time is up. */
  readonly traffic: 'now' | 'past';
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult extends Measured {
  /** Acknowledged as accepted, from the first request of the job to the last. */
  readonly accepted: number;
  /** Events that were sent once more at the end, and how many of them were acknowledged as duplicates. */
  readonly repeated: number;
  readonly duplicates: number;
  /** Requests that were made while they were measured. */
  readonly madeLate: number;
}

const CONNECTIONS = 64;

const traffic = createTraffic(1);

process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function run(job: LoadJob): Promise<LoadResult> {
  const requests = createRequests(eventsOf(job), job);
  const connections = await openConnections(job.port);
  const startMs = performance.now() + job.warmUpMs;
  const tally = new Tally(startMs, startMs + job.measureMs, job.pid);
  const endMs = job.traffic === 'now' ? startMs + job.measureMs : Number.POSITIVE_INFINITY;
  const driven = await Promise.all(
    connections.map((connection) => drive(connection, requests, tally, endMs)),
  );
  const accepted = driven.reduce((sum, each) => sum + each.accepted, 0);
  const again = driven.flatMap(({ last }) => (last ? [last] : []));
  for (const connection of connections) connection.close();
  const duplicates = await repeat(job.port, again);
  const madeLate = requests.madeLate();
  return {
    ...(await tally.result()),
    accepted,
    repeated: again.length * job.eventsPerRequest,
    duplicates,
    madeLate,
  };
}

function* eventsOf({ traffic: when }: LoadJob): IterableIterator<WireEvent> {
  if (when === 'past') return yield* traffic.past(Date.now());
  for (;;) yield traffic.next(Date.now());
}

/** Sends one request after the other until the time is up or nothing is left to send. */
async function drive(
  connection: Connection,
  requests: Requests,
  tally: Tally,
  endMs: number,
): Promise<{ readonly accepted: number; readonly last: Buffer | undefined }> {
  let accepted = 0;
  let last: Buffer | undefined;
  for (let sentMs = performance.now(); sentMs < endMs; sentMs = performance.now()) {
    const request = requests.next();
    if (request === undefined) break;
    const answer = await send(connection, request);
    tally.add(sentMs, performance.now(), answer.accepted);
    accepted += answer.accepted;
    last = request;
  }
  return { accepted, last };
}

/** Sends requests once more, on new connections: a server closes those that were idle. */
async function repeat(port: number, requests: readonly Buffer[]): Promise<number> {
  const connections = await openConnections(port);
  const answers = await Promise.all(
    connections.map(async (connection, index) => {
      const request = requests[index];
      return request ? await send(connection, request) : undefined;
    }),
  );
  for (const connection of connections) connection.close();
  return answers.reduce((sum, answer) => sum + (answer?.duplicate ?? 0), 0);
}

function openConnections(port: number): Promise<readonly Connection[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(port)));
}

async function send(connection: Connection, request: Buffer): Promise<WireAnswer> {
  const { status, body } = await connection.exchange(request);
  if (status !== 200) throw new Error(`The server answered ${status}: ${body}`);
  return JSON.parse(body) as WireAnswer;
}
