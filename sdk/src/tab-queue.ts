import { parseJson, toJson } from './json.ts';
import { EMPTY, type Queue } from './queue.ts';
import type { ListedValues, Lock } from './storage.ts';

/**
 * The stored copy of a tab's queue. Its key is the name of a lock that the tab holds while it lives:
 * so no two tabs ever write one key, and a queue whose lock is free has lost its tab.
 */
export interface TabQueue {
  /**
   * Takes the lock, at the start and again when the page is back from the cache, and hands over each
   * queue that has lost its tab. That is removed once `adopt` has returned.
   */
  readonly open: (adopt: (orphan: Queue) => void) => void;
  /** Lets other tabs adopt what is stored here. */
  readonly close: () => void;
  readonly save: (queue: Queue) => void;
  /** Removes the queues of all tabs. */
  readonly clear: () => void;
}

const NOTHING = toJson(EMPTY);

/**
 * @param prefix - Of the keys of all tabs that send to the same place.
 * @param id - Unique among them.
 */
export function tabQueue(values: ListedValues, lock: Lock, prefix: string, id: string): TabQueue {
  const own = prefix + id;
  let isOpen = false;
  let release = () => {};
  return {
    open: (adopt) => {
      isOpen = true;
      const hold = () =>
        new Promise<void>((resolve) => {
          release = resolve;
          // The page may have ended before the lock was ours.
          if (!isOpen) resolve();
        });
      lock(own, false, hold);
      for (const key of values.keys(prefix)) {
        if (key === own) continue;
        lock(key, true, () => {
          adopt(parseJson(values.get(key) ?? '') as Queue);
          values.set(key, undefined);
        });
      }
    },
    close: () => {
      isOpen = false;
      release();
    },
    save: (queue) => {
      const text = toJson(queue);
      values.set(own, text === NOTHING ? undefined : text);
    },
    clear: () => {
      for (const key of values.keys(prefix)) values.set(key, undefined);
    },
  };
}
