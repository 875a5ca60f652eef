import type { CountRow } from '../ingest/tally.ts';

/** A rejected event as it is kept. */
export interface QuarantineRow {
  readonly site: number;
  readonly id: number;
  readonly key: string;
  readonly receivedAtMs: number;
  readonly code: string;
  readonly pointer: string;
  readonly detail: string;
  readonly messageId?: string;
  /** JSON. */
  readonly event: string;
  readonly isCut: boolean;
}

/** What of it goes: what is older than this. */
export interface IntakeKept {
  readonly quarantinedSinceMs: number;
  readonly countedSinceDay: number;
}

/** Reads and writes of one transaction about what came in. */
export interface IntakeUnit {
  /** Adds to counts. Each is named once at most. */
  readonly count: (rows: readonly CountRow[]) => Promise<void>;
  readonly quarantine: (rows: readonly QuarantineRow[]) => Promise<void>;
  /** Removes of a site's rejected events all but the newest so many. */
  readonly trimQuarantine: (site: number, rowsMax: number) => Promise<void>;
  /** Removes rejected events that name one of these ids in any place; answers how many. */
  readonly removeFromQuarantine: (site: number, ids: readonly string[]) => Promise<number>;
  /** Removes up to `limit` rows of each kind that are too old; answers whether there are more. */
  readonly prune: (kept: IntakeKept, limit: number) => Promise<boolean>;
}
