import { BUCKETS } from './bucket.ts';

/** 2026-01-01T00:00:00Z. Ids count from here, which keeps them within 53 bits until 2060. */
const EPOCH_MS = 1_767_225_600_000;
const TICKS_PER_MS = 8;

/**
 * Our own ids: 43 bits of a logical clock, 10 bits of bucket. They are exact as JavaScript numbers,
 * rise with time, and say where their row lives.
 */
export interface IdMaker {
  readonly next: (bucket: number) => number;
  /** The highest tick given out; a later maker must start after it. */
  readonly tick: () => number;
}

/**
 * @param afterTick - The highest tick that was ever stored. It makes ids unique whatever the wall
 * clock does, even when bursts have run ahead of it or it was set back.
 */
export function createIdMaker(afterTick: number, nowMs: number): IdMaker {
  let tick = Math.max(afterTick, (nowMs - EPOCH_MS) * TICKS_PER_MS);
  return {
    next: (bucket) => {
      tick += 1;
      return tick * BUCKETS + bucket;
    },
    tick: () => tick,
  };
}

/** When a tick was given out, or would have been had no burst run ahead of the clock. */
export function instantOfTick(tick: number): number {
  return EPOCH_MS + Math.floor(tick / TICKS_PER_MS);
}

/** The bucket that is part of one of our own ids. */
export function bucketOfId(id: number): number {
  return id % BUCKETS;
}

/** What an id of ours stands for, as the door shows it. */
export type IdPrefix = 'prf' | 'evt' | 'msg' | 'mrg' | 'whk' | 'rej';

/** Our own id as others see it: opaque, with a prefix that says what it names. */
export function publicId(prefix: IdPrefix, id: number): string {
  return `${prefix}_${id.toString(36)}`;
}

/** Reads a public id back; `undefined` for any other text. */
export function parsePublicId(prefix: IdPrefix, text: string): number | undefined {
  const digits = text.startsWith(`${prefix}_`) ? text.slice(prefix.length + 1) : '';
  if (!/^[0-9a-z]{1,11}$/.test(digits)) return undefined;
  const id = Number.parseInt(digits, 36);
  return Number.isSafeInteger(id) ? id : undefined;
}
