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
import { retryDelayMs } from './retry.ts';
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
  readonly flush: () => Promise<void>;
  /** Sends at once as much as may be on its way together. */
  readonly leave: () => void;
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
  /** Before this, trying again makes no sense unless somebody asks for it. */
  let retryAtMs = 0;
  let isStopped = false;
  let isArmed = false;
  let running = Promise.resolve();

  const change = (next: Queue) => {
    queue = next;
    stored.save(queue);
  };

  const next = () =>
    isStopped ? [] : nextBatch(queue, [...inFlight].flat(), eventsMax, BATCH_BYTES_MAX);

  const dispatch = async (batch: readonly string[]): Promise<void> => {
    // Two requests at once must not both tell of a loss.
    const lost = inFlight.size > 0 ? {} : queue.lost;
    inFlight.add(batch);
    const head = toJson({ writeKey, sentAt: new Date(nowMs()).toISOString(), lost });
    const { verdict, waitMs } = await ports.send(`${head.slice(0, -1)},"batch":[${batch}]}`);
    inFlight.delete(batch);
    retryAtMs = 0;
    if (verdict === 'accepted') {
      attempt = 0;
      return change(remove(queue, batch, lost, -1));
    }
    ports.warn(verdict, batch);
    if (verdict === 'retry') {
      retryAtMs = nowMs() + Math.max(waitMs, retryDelayMs(attempt++, ports.random()));
      arm();
    } else if (verdict === 'stop') isStopped = true;
    else if (verdict === 'too_large' && batch.length > 1) eventsMax = batch.length >> 1;
    else change(remove(queue, batch, { [verdict]: batch.length }));
  };

  const pump = async (): Promise<void> => {
    do {
      const batch = next();
      if (batch.length === 0) return;
      await dispatch(batch);
    } while (retryAtMs === 0);
  };

  const flush = () => {
    running = running.then(pump);
    return running;
  };

  const arm = (delayMs = FLUSH_DELAY_MS) => {
    if (isArmed) return;
    isArmed = true;
    const fire = () => {
      isArmed = false;
      if (nowMs() < retryAtMs) arm();
      else void flush();
    };
    ports.later(fire, Math.max(delayMs, retryAtMs - nowMs()));
  };

  const take = (events: readonly string[], lost: Lost) => {
    change(add(queue, events, lost));
    if (queue.events.length > 0) arm();
    if (queue.events.length >= BATCH_EVENTS_FULL && nowMs() >= retryAtMs) void flush();
  };

  return {
    start: () =>
      stored.open((orphan) => {
        const { events, lost } = queue;
        queue = orphan;
        take(events, lost);
      }),
    take,
    flush,
    leave: () => {
      while (nowMs() >= retryAtMs && inFlight.size < IN_FLIGHT_REQUESTS_MAX) {
        const batch = next();
        const bytes = bytesOf([...inFlight, batch].flat());
        if (batch.length === 0 || bytes > IN_FLIGHT_BYTES_MAX) return;
        const before = running;
        running = dispatch(batch).then(() => before);
      }
    },
    clear: () => {
      queue = EMPTY;
      stored.clear();
    },
  };
}
