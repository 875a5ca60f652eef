import { type CountRow, dayOf, Tally } from '../ingest/tally.ts';
import type { Refusal } from './ingest.ts';

/** Counts of requests that were turned away, on their way to the database. */
export interface Refusals {
  readonly note: (refusal: Refusal) => void;
  /** Resolves when all that was noted is saved, or could not be. */
  readonly flush: () => Promise<void>;
}

export interface RefusalPorts {
  readonly save: (rows: readonly CountRow[]) => Promise<void>;
  /** Runs some work a while later, once. */
  readonly later: (work: () => void) => void;
  /** Is told of trouble that no caller hears of. */
  readonly report: (error: unknown) => void;
}

/**
 * Gathers refusals in memory, so that a flood of them costs one write now and then. They grow with the
 * keys and with the reasons, both of which are few. What could not be saved is saved later.
 */
export function createRefusals({ save, later, report }: RefusalPorts): Refusals {
  let tally = new Tally();
  let isAwaited = false;
  let saving: Promise<void> = Promise.resolve();

  const write = async () => {
    const rows = tally.rows();
    if (rows.length === 0) return;
    tally = new Tally();
    try {
      await save(rows);
    } catch (error) {
      report(error);
      for (const row of rows) tally.add(row, row.outcome, row.count, row.reason);
      schedule();
    }
  };
  const flush = () => {
    saving = saving.then(write);
    return saving;
  };
  const schedule = () => {
    if (isAwaited) return;
    isAwaited = true;
    later(() => {
      isAwaited = false;
      void flush();
    });
  };
  return {
    note: ({ site, key, code, atMs }) => {
      tally.add({ site, key, day: dayOf(atMs) }, 'refused', 1, code);
      schedule();
    },
    flush,
  };
}
