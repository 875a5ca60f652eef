/** Draws that are the same for the same seed. */
export interface Chance {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** An integer from `least` to `most`, both included. */
  readonly whole: (least: number, most: number) => number;
  readonly of: <T>(choices: readonly [T, ...T[]]) => T;
}

/** @param seed - An integer below 2³². The generator is mulberry32. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return { next, whole, of: (choices) => choices[whole(0, choices.length - 1)] ?? choices[0] };
}
