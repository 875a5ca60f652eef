import { Counter, Histogram, Registry } from 'prom-client';

/** What the writer tells of its own work. It has its own registry, since it has its own thread. */
export interface WriterFigures {
  /** A transaction with events begins; what comes back is told how it ended. */
  readonly begin: (events: number) => (isOnDisk: boolean) => void;
  /** In the format that Prometheus reads. */
  readonly text: () => Promise<string>;
}

/** From an idle disk's sync to one that hangs. */
const COMMIT_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const GROUP_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

export function createWriterFigures(): WriterFigures {
  const registry = new Registry();
  const registers = [registry];
  const duration = new Histogram({
    name: 'inkling_commit_duration_seconds',
    help: 'How long a transaction with events took, until it was on disk.',
    buckets: COMMIT_BUCKETS_S,
    registers,
  });
  const size = new Histogram({
    name: 'inkling_commit_events',
    help: 'Events in a transaction.',
    buckets: GROUP_BUCKETS,
    registers,
  });
  const failed = new Counter({
    name: 'inkling_commits_failed_total',
    help: 'Transactions with events that could not be written.',
    registers,
  });
  return {
    begin: (events) => {
      const stop = duration.startTimer();
      return (isOnDisk) => {
        if (!isOnDisk) return failed.inc();
        stop();
        size.observe(events);
      };
    },
    text: () => registry.metrics(),
  };
}
