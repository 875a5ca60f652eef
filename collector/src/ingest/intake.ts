import type { IntakeUnit, QuarantineRow } from '../store/intake.ts';
import type { WriteOutcome, WriteRequest } from './outcome.ts';
import { tallyOf } from './tally.ts';

/** Rejected events that are kept per site. When there are more, the oldest go. */
export const QUARANTINE_ROWS_MAX = 10_000;
/** A site may have so many more till the oldest of them go: looking for those takes a while. */
export const QUARANTINE_ROWS_SPARE = 500;
/** Rejected events are kept for so long. */
export const QUARANTINE_KEPT_MS = 30 * 86_400_000;
/** Counts are kept for so many days. */
export const COUNTS_KEPT_DAYS = 400;

/** Counts what became of requests and keeps what was rejected, in the transaction that decides them. */
export class Intake {
  /** Rejected events of each site since its oldest were looked for. */
  readonly #since = new Map<number, number>();

  /**
   * @param rows - What {@link quarantineRows} made of these requests.
   * @returns To be called once the transaction is on disk.
   */
  async save(
    unit: IntakeUnit,
    requests: readonly WriteRequest[],
    outcomes: readonly Extract<WriteOutcome, { kind: 'decided' }>[],
    rows: readonly QuarantineRow[],
  ): Promise<() => void> {
    await unit.count(tallyOf(requests, outcomes));
    await unit.quarantine(rows);
    const since = new Map<number, number>();
    for (const { site } of rows) since.set(site, (since.get(site) ?? this.#sinceOf(site)) + 1);
    for (const [site, count] of since) {
      if (count <= QUARANTINE_ROWS_SPARE) continue;
      await unit.trimQuarantine(site, QUARANTINE_ROWS_MAX);
      since.set(site, 0);
    }
    return () => {
      for (const [site, count] of since) this.#since.set(site, count);
    };
  }

  /** Nobody knows what an earlier process left, so the first rejected event has it looked for. */
  #sinceOf(site: number): number {
    return this.#since.get(site) ?? QUARANTINE_ROWS_SPARE;
  }
}

/** The rejected events of some requests, in their order, as they are kept. */
export function quarantineRows(
  requests: readonly WriteRequest[],
  newId: (bucket: number) => number,
): readonly QuarantineRow[] {
  return requests.flatMap(({ site, key, receivedAtMs, rejected }) =>
    rejected.map(({ code, pointer, detail, messageId, keepsake }) => ({
      ...{ site, id: newId(0), key, receivedAtMs, code, pointer, detail },
      ...(messageId !== undefined && { messageId }),
      ...keepsake,
    })),
  );
}
