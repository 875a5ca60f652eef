/** Where messages go to, as it is stored. */
export interface WebhookRow {
  readonly id: number;
  readonly site: number;
  readonly url: string;
  readonly types: readonly string[];
  /** All, if absent. */
  readonly segments?: readonly string[];
  readonly enabled: boolean;
  readonly description: string;
  /** Why it was disabled, if its owner did not do it. */
  readonly note?: string;
  readonly secret: string;
  /** The secret before, which signs too until then. */
  readonly old?: { readonly secret: string; readonly untilMs: number };
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** One message to one webhook. */
export interface DeliveryRow {
  readonly webhook: number;
  readonly message: number;
  readonly type: string;
  readonly lane: string;
  /** JSON. */
  readonly payload: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  /** Attempts since it was made or last replayed. */
  readonly tries: number;
  /** All attempts ever. */
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly giveUpMs: number;
  /** Absent once it is done with, and while another of its lane is before it. */
  readonly nextMs?: number;
}

export interface AttemptRow {
  readonly webhook: number;
  readonly message: number;
  readonly number: number;
  readonly atMs: number;
  readonly durationMs: number;
  readonly status?: number;
  readonly error?: string;
  readonly answer: string;
}

/** A lane of a webhook: its messages are sent one after another. */
export interface Lane {
  readonly webhook: number;
  readonly lane: string;
}

/** Which deliveries of a webhook are to be made again; those that still wait are left alone. */
export type Selection =
  | { readonly message: number }
  | { readonly failed: true }
  /** By the time at which they were made, `untilMs` not included. */
  | { readonly fromMs: number; readonly untilMs: number };

/** What is kept of what is done with. */
export interface Keep {
  /** Deliveries made before then go, and of each webhook all but the newest so many. */
  readonly deliveriesSinceMs: number;
  readonly deliveriesPerWebhook: number;
  /** Messages relayed before then go. */
  readonly messagesSinceMs: number;
}

/** Reads and writes of one transaction about webhooks. */
export interface OutgoingUnit {
  /** All of all sites, the oldest first: they are few. */
  readonly webhooks: () => Promise<readonly WebhookRow[]>;
  readonly saveWebhook: (webhook: WebhookRow) => Promise<void>;
  /** Removes it and all of its deliveries. */
  readonly removeWebhook: (id: number) => Promise<void>;
  /** Those of these lanes in which something waits. */
  readonly busyLanes: (lanes: readonly Lane[]) => Promise<readonly Lane[]>;
  /** Adds deliveries, or changes them in place. */
  readonly saveDeliveries: (deliveries: readonly DeliveryRow[]) => Promise<void>;
  readonly delivery: (webhook: number, message: number) => Promise<DeliveryRow | undefined>;
  /** Deliveries of a webhook that may be tried, the longest due first. */
  readonly due: (webhook: number, nowMs: number, limit: number) => Promise<readonly DeliveryRow[]>;
  /** When the next delivery of any enabled webhook may be tried. */
  readonly nextDueMs: () => Promise<number | undefined>;
  /** Of the lanes in which something waits and nothing may be tried: whatever happened first. */
  readonly stuck: (webhook: number, lane?: string) => Promise<readonly DeliveryRow[]>;
  readonly addAttempt: (attempt: AttemptRow, keep: number) => Promise<void>;
  /** Lets deliveries that are done with wait again, behind nobody yet. Answers how many. */
  readonly requeue: (webhook: number, which: Selection, giveUpMs: number) => Promise<number>;
  /** Removes some of what need not be kept. Answers whether there may be more. */
  readonly prune: (keep: Keep, limit: number) => Promise<boolean>;
  /** Keeps the highest tick of our own ids. */
  readonly saveTick: (tick: number) => Promise<void>;
}
