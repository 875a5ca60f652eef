import { parseJson, toJson } from './json.ts';
import {
  BATCH_EVENTS_FULL,
  BATCH_EVENTS_MAX,
  FLUSH_DELAY_MS,
  IN_FLIGHT_BYTES_MAX,
  IN_FLIGHT_REQUESTS_MAX,
} from './limits.ts';
import type { LossReason } from './protocol.ts';
import { bytesOf, join, nextBatch, type Queue, sum, without } from './queue.ts';
import { isForbidden, isPutOff, retryDelayMs } from './retry.ts';
import { soon } from './soon.ts';
import type { KeyValue, Lock } from './storage.ts';
import type { Transport } from './transport.ts';

/** What delivery needs of the world. */
export interface DeliveryPorts {
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Unique in the world; at most 64 digits. */
  readonly newId: () => string;
  /** Runs something once, after so many milliseconds and when the page has time for it. */
  readonly later: (run: () => void, delayMs: number) => unknown;
  /** Keeps queues; the keys that begin so. */
  readonly value: KeyValue;
  readonly keys: (prefix: string) => readonly string[];
  readonly lock: Lock;
  readonly send: Transport;
  /** Is told what was lost or put off, and why. */
  readonly warn: (what: string | number, detail?: unknown) => void;
}

/** Keeps events until a server has answered. */
export interface Delivery {
  /** Takes over what other tabs left, and lets nobody adopt what is here. */
  readonly begin: () => void;
  /** Takes events and losses, which are kept from now on through the end of the page. */
  readonly take: (more: Queue) => void;
  /** Sends all, one batch after the other; resolves when that is done or makes no sense for now. */
  readonly flush: () => Promise<void>;
  /**
   * Sends at once as much as may be on its way together.
   *
   * @param isEnd - The page ends: other tabs may adopt what is left.
   */
  readonly leave: (isEnd: boolean) => void;
  /** Forgets everything, and removes it where it was stored, also by other tabs. */
  readonly forget: () => void;
}

const NOTHING: Queue = [[], {}];

/**
 * Events stay in the queue while they are on their way; only an answer takes them out. What is stored
 * of it has for its key the name of a lock that the tab holds while it lives: so no two tabs ever
 * write one key, and a queue whose lock is free has lost its tab.
 *
 * @param wake - Is called when it is time to flush: by then, the visitor may have decided otherwise.
 */
export function createDelivery(writeKey: string, ports: DeliveryPorts, wake: () => void): Delivery {
  const { nowMs, random, newId, later, value, keys, lock, send, warn } = ports;
  const prefix = `ink_q_${writeKey}_`;
  const own = prefix + newId();
  let [events, lost] = NOTHING;
  let inFlight: readonly string[] = [];
  let requests = 0;
  let eventsMax = BATCH_EVENTS_MAX;
  let attempt = 0;
  /** Before this, trying makes no sense. */
  let retryAtMs = 0;
  let running = Promise.resolve();
  let release = () => {};

  const change = (queue: Queue) => {
    [events, lost] = queue;
    value(own, queueText(queue));
  };

  const take = (more: Queue, older: Queue = [events, lost]) => {
    change(join(older, more));
    if (events[0]) flushSoon();
    if (events.length >= BATCH_EVENTS_FULL) void flush();
  };

  /** Sends batch after batch, while there is a point in it. */
  const dispatch = async (): Promise<void> => {
    const batch = nextBatch(events, inFlight, eventsMax);
    const isHeldUp =
      nowMs() < retryAtMs ||
      requests >= IN_FLIGHT_REQUESTS_MAX ||
      bytesOf([...inFlight, ...batch]) > IN_FLIGHT_BYTES_MAX;
    if (!batch[0]) return;
    if (isHeldUp) return flushSoon();
    // Two requests at once must not both tell of a loss.
    let untold = lost;
    lost = {};
    inFlight = [...inFlight, ...batch];
    requests += 1;
    const head = toJson({ writeKey, sentAt: new Date(nowMs()).toISOString(), lost: untold });
    const [status, askedMs] = await send(`${head.slice(0, -1)},"batch":[${batch}]}`);
    requests -= 1;
    inFlight = without(inFlight, batch);
    if (status > 299) warn(status, batch);
    if (isPutOff(status)) {
      retryAtMs = nowMs() + Math.max(askedMs, retryDelayMs(attempt, random()));
      attempt += 1;
    } else if (isForbidden(status)) eventsMax = 0;
    else if (status === 413 && batch[1]) eventsMax = batch.length >> 1;
    else {
      attempt = 0;
      events = without(events, batch);
      untold = status > 299 ? sum(untold, { [reasonOf(status)]: batch.length }) : {};
    }
    change(join([events, lost], [[], untold]));
    return dispatch();
  };

  const flush = () => {
    running = running.then(dispatch);
    return running;
  };

  const wakeSoon = soon(later, wake);
  const flushSoon = () => wakeSoon(Math.max(FLUSH_DELAY_MS, retryAtMs - nowMs()));

  return {
    begin: () => {
      // Made before the lock is had: the page may end before that.
      const end = new Promise<void>((resolve) => {
        release = resolve;
      });
      for (const key of keys(prefix)) {
        if (key === own) continue;
        lock(key, true, () => {
          take([events, lost], parseJson(value(key) ?? '') as Queue);
          value(key, '');
        });
      }
      lock(own, false, () => end);
    },
    take,
    flush,
    leave: (isEnd) => {
      for (let n = 0; n < IN_FLIGHT_REQUESTS_MAX; n += 1) {
        const sent = dispatch();
        running = running.then(() => sent);
      }
      if (isEnd) release();
    },
    forget: () => {
      [events, lost] = NOTHING;
      for (const key of keys(prefix)) value(key, '');
    },
  };
}

/** Why a server would not have what it was sent. */
function reasonOf(status: number): LossReason {
  return status === 413 ? 'too_large' : 'refused';
}

/** As it is stored; `''` for nothing. */
function queueText(queue: Queue): string {
  const text = toJson(queue);
  return text === toJson(NOTHING) ? '' : text;
}
