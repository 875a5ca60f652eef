import type { StreamMessage } from '../query/answers.ts';

/** Passes messages on to whoever listens now. */
export interface Stream {
  readonly publish: (site: number, message: StreamMessage) => void;
  /** @returns Call it to listen no more. */
  readonly subscribe: (site: number, listener: (message: StreamMessage) => void) => () => void;
  /** Does anybody listen? What nobody hears need not be made. */
  readonly isHeard: (site: number) => boolean;
}

export function createStream(): Stream {
  const listeners = new Map<number, Set<(message: StreamMessage) => void>>();
  return {
    publish: (site, message) => {
      for (const listener of listeners.get(site) ?? []) listener(message);
    },
    subscribe: (site, listener) => {
      const own = listeners.get(site) ?? new Set();
      listeners.set(site, own.add(listener));
      return () => own.delete(listener);
    },
    isHeard: (site) => (listeners.get(site)?.size ?? 0) > 0,
  };
}
