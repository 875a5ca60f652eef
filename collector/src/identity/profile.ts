import type { State } from '../segments/state.ts';

/** One person: the ids they are known by, the strands of their history, what the engine remembers. */
export interface Profile {
  readonly id: number;
  readonly site: number;
  readonly userId?: string;
  readonly anonymousIds: readonly string[];
  /** The strands under which their events are filed; the bucket of each is part of its number. */
  readonly parts: readonly number[];
  readonly state: State;
}
