import type { WireAnswer } from '@inkling/sdk/protocol';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Counts what the doors for events do. Ingest calls it for each request, so it adds numbers and no more. */
export interface IngestTally {
  /** A request begins; what comes back is told the status of its answer. */
  readonly begin: () => (status: number) => void;
  /** A request's events are handed to the writer; what comes back is called once they are decided. */
  readonly hand: (events: number) => () => void;
  readonly decide: (answer: WireAnswer) => void;
}

const OUTCOMES = ['accepted', 'duplicate', 'rejected', 'dropped'] as const;
const STATUSES = ['2xx', '4xx', '5xx'] as const;
/** From an idle disk's sync to the patience of a browser. */
const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createIngestTally(registry: Registry): IngestTally {
  const registers = [registry];
  const events = tallyOf(OUTCOMES);
  const requests = tallyOf(STATUSES);
  let waiting = 0;
  new Counter({
    name: 'inkling_events_total',
    help: 'Events that were decided, by what became of them.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const outcome of OUTCOMES) this.inc({ outcome }, events[outcome]);
    },
  });
  new Counter({
    name: 'inkling_ingest_requests_total',
    help: 'Requests with events that were answered, by class of status.',
    labelNames: ['status'],
    registers,
    collect() {
      this.reset();
      for (const status of STATUSES) this.inc({ status }, requests[status]);
    },
  });
  new Gauge({
    name: 'inkling_events_waiting',
    help: 'Events that were handed to the writer and are not decided.',
    registers,
    collect() {
      this.set(waiting);
    },
  });
  const latency = new Histogram({
    name: 'inkling_ingest_duration_seconds',
    help: 'From the headers of a request with events to its answer.',
    buckets: LATENCY_BUCKETS_S,
    registers,
  });
  return {
    begin: () => {
      const stop = latency.startTimer();
      return (status) => {
        requests[classOf(status)] += 1;
        stop();
      };
    },
    hand: (count) => {
      waiting += count;
      return () => {
        waiting -= count;
      };
    },
    decide: (answer) => {
      for (const outcome of OUTCOMES) events[outcome] += answer[outcome];
    },
  };
}

function tallyOf<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

function classOf(status: number): (typeof STATUSES)[number] {
  if (status < 400) return '2xx';
  return status < 500 ? '4xx' : '5xx';
}
