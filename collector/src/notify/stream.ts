import type { StreamMessage } from '../query/answers.ts';

/** Passes messages on to whoever listens now. */
export interface Stream {
  readonly publish: (site: number, message: StreamMessage) => void;
  /** @returns Call it to listen no more. */
  readonly subscribe: (site: number, listener: (message: StreamMessage) => void) => () => void;
  /** Does anybody listen? What nobody hears need not be made. */
  readonly isHeard: (site: number) => boolean;
  /** One number in memory that threads share: how many listen, to any site. */
  readonly listeners: Int32Array;
}

export function createStream(): Stream {
  const sites = new Map<number, Set<(message: StreamMessage) => void>>();
  const listeners = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const count = () => {
    const all = [...sites.values()].reduce((sum, { size }) => sum + size, 0);
    Atomics.store(listeners, 0, all);
  };
  return {
    publish: (site, message) => {
      for (const listener of sites.get(site) ?? []) listener(message);
    },
    subscribe: (site, listener) => {
      const own = sites.get(site) ?? new Set();
      sites.set(site, own.add(listener));
      count();
      return () => {
        own.delete(listener);
        count();
      };
    },
    isHeard: (site) => (sites.get(site)?.size ?? 0) > 0,
    listeners,
  };
}
