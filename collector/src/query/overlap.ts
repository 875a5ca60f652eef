import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Database } from '../store/open.ts';
import { countOverlap } from '../store/overlap.ts';
import type { OverlapAnswer } from './answers.ts';

/** How many people are in one segment alone, in another one alone, and in both. */
export async function tellOverlap(
  database: Database,
  a: number,
  b: number,
): Promise<OverlapAnswer> {
  const counts = await countOverlap(database.$client, a, b, () => yieldToOthers());
  const { both } = counts;
  return { onlyA: counts.a - both, onlyB: counts.b - both, both };
}
