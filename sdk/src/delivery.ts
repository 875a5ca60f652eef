import { toJson } from './json.ts';
import {
  BATCH_BYTES_MAX,
  BATCH_EVENTS_FULL,
  BATCH_EVENTS_MAX,
  FLUSH_DELAY_MS,
  IN_FLIGHT_BYTES_MAX,
  IN_FLIGHT_REQUESTS_MAX,
} from './limits.ts';
import { add, bytesOf, EMPTY, type Lost, nextBatch, type Queue, remove } from './queue.ts';
import { RETRY_AFTER_MS_MAX, retryDelayMs } from './retry.ts';
import type { TabQueue } from './tab-queue.ts';
import type { Transport } from './transport.ts';

/** What delivery needs of the world. */
export interface DeliveryPorts {
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Runs something once, later. */
  readonly later: (run: () => void, delayMs: number) => unknown;
  readonly stored: TabQueue;
  readonly send: Transport;
  /** Is told what the server would not have. */
  readonly warn: (what: string, detail?: unknown) => void;
}

/** Keeps events until a server has answered. */
export interface Delivery {
  /** Takes over what other tabs left, and lets nobody adopt what is here. */
  readonly start: () => void;
  /** Takes events, which are kept from now on through the end of the page, and losses. */
  readonly take: (events: readonly string[], lost: Lost) => void;
  /** Sends all, one batch after the other; resolves when that is done or makes no sense for now. */
  readonly flush: () => Promise<unknown>;
  /**
   * Sends at once as much as may be on its way together.
   *
   * @param isEnd - The page ends: other tabs may adopt what is left.
   */
  readonly leave: (isEnd: boolean) => void;
  /** Forgets everything, and removes it where it was stored, also by other tabs. */
  readonly clear: () => void;
}

/** Events stay in the queue while they are on their way; only an answer takes them out. */
export function createDelivery(writeKey: string, ports: DeliveryPorts): Delivery {
  const { nowMs, stored } = ports;
  const inFlight = new Set<readonly string[]>();
  let queue: Queue = EMPTY;
  let eventsMax = BATCH_EVENTS_MAX;
  let attempt = 0;
  /** Before this, trying makes no sense. */
  let retryAtMs = 0;
  let isArmed = false;
  let running: Promise<unknown> = Promise.resolve();

  const change = (next: Queue) => {
    queue = next;
    stored.save(queue);
  };

  /** Sends the next batch; says whether there is a point in going on. */
  const dispatch = async (): Promise<boolean> => {
    const busy = [...inFlight].flat();
    const batch = nextBatch(queue, busy, eventsMax, BATCH_BYTES_MAX);
    if (batch.length === 0) return false;
    const hasRoom =
      inFlight.size < IN_FLIGHT_REQUESTS_MAX && bytesOf([...busy, ...batch]) <= IN_FLIGHT_BYTES_MAX;
    if (!hasRoom || nowMs() < retryAtMs) {
      arm();
      return false;
    }
    // Two requests at once must not both tell of a loss.
    const lost = busy[0] ? {} : queue.lost;
    inFlight.add(batch);
    const head = toJson({ writeKey, sentAt: new Date(nowMs()).toISOString(), lost });
    const { verdict, waitMs } = await ports.send(`${head.slice(0, -1)},"batch":[${batch}]}`);
    inFlight.delete(batch);
    if (verdict === 'accepted') change(remove(queue, batch, lost, -1));
    else ports.warn(verdict, batch);
    if (verdict === 'retry') {
      retryAtMs = nowMs() + Math.max(waitMs, retryDelayMs(attempt, ports.random()));
      attempt += 1;
    } else attempt = 0;
    if (verdict === 'too_large' && batch.length > 1) eventsMax = batch.length >> 1;
    else if (verdict === 'too_large' || verdict === 'refused')
      change(remove(queue, batch, { [verdict]: batch.length }));
    return true;
  };

  const flush = () => {
    const pump = async (): Promise<void> => {
      while (await dispatch());
    };
    running = running.then(pump);
    return running;
  };

  const arm = () => {
    if (isArmed) return;
    isArmed = true;
    const waitMs = Math.max(FLUSH_DELAY_MS, retryAtMs - nowMs());
    const go = () => {
      isArmed = false;
      void flush();
    };
    ports.later(go, Math.min(waitMs, RETRY_AFTER_MS_MAX));
  };

  const take = (events: readonly string[], lost: Lost) => {
    change(add(queue, events, lost));
    if (queue.events[0]) arm();
    if (queue.events.length >= BATCH_EVENTS_FULL) void flush();
  };

  return {
    start: () =>
      stored.open((orphan) => {
        change(add(orphan, queue.events, queue.lost));
        arm();
      }),
    take,
    flush,
    leave: (isEnd) => {
      for (let requests = 0; requests < IN_FLIGHT_REQUESTS_MAX; requests += 1) {
        const sent = dispatch();
        running = running.then(() => sent);
      }
      if (isEnd) stored.close();
    },
    clear: () => {
      queue = EMPTY;
      stored.clear();
    },
  };
}
