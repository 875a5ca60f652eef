import type { CompiledAdding, CompiledLasting, CompiledScore } from './compiled.ts';
import type { Plan } from './plan.ts';
import { add, type Entry, NOTHING, type Recency } from './recency.ts';
import type { History } from './replay.ts';
import { generationOf, isCounted, POINT, shareAfter, sliceOfKey } from './worth.ts';

/** What one event is worth by now. */
export interface Gift {
  readonly event: number;
  readonly atMs: number;
  readonly points: number;
}

/** What one rule of a score gives, before the cap of its category. */
export interface RuleGifts {
  readonly id: string;
  readonly name: string;
  readonly points: number;
  /** The newest first; those that are worth nothing any more are left out. */
  readonly gifts: readonly Gift[];
}

/**
 * Explains every point of a score by its rule and event. A state has only sums of them, so this reads
 * the log.
 *
 * @param history - All that the person did, in any order; none of it after `nowMs`.
 * @returns By category, in the order of the model.
 */
export function giftsOf(
  plan: Plan,
  { categories }: CompiledScore,
  { self, history }: { readonly self: number; readonly history: History },
  nowMs: number,
): readonly (readonly RuleGifts[])[] {
  const entriesOf = (id: string): readonly Entry[] => {
    const entryOf = plan.matchers.get(id)?.matcher.entryOf;
    const found = history.flatMap(([event, eventId]) => entryOf?.(event, eventId, self) ?? []);
    return found.toSorted((a, b) => b.atMs - a.atMs || b.event - a.event);
  };
  return categories.map(({ halfLifeMs, adding, lasting }) => [
    ...adding.map((rule) => {
      const counted = plan.matchers.get(rule.matcher)?.memory.kind === 'firsts' ? firsts : all;
      return added(rule, counted(entriesOf(rule.matcher)), halfLifeMs, nowMs);
    }),
    ...lasting.map((rule) => {
      const until = rule.until === undefined ? [] : entriesOf(rule.until);
      return held(rule, entriesOf(rule.matcher), until, nowMs);
    }),
  ]);
}

function added(
  { id, name, points }: CompiledAdding,
  entries: readonly Entry[],
  halfLifeMs: number | null,
  nowMs: number,
): RuleGifts {
  const gifts = entries.flatMap(({ event, atMs, key = '', value = 0 }): Gift[] => {
    const sliceMs = sliceOfKey(key);
    if (!isCounted(generationOf(sliceMs, halfLifeMs), nowMs, halfLifeMs)) return [];
    const worth = (value / POINT) * shareAfter(nowMs - sliceMs, halfLifeMs);
    return [{ event, atMs, points: points * worth }];
  });
  return { id, name, points: gifts.reduce((sum, gift) => sum + gift.points, 0), gifts };
}

/** Points that hold are those of the newest event. */
function held(
  { id, name, points, period }: CompiledLasting,
  [newest]: readonly Entry[],
  [voiding]: readonly Entry[],
  nowMs: number,
): RuleGifts {
  const isVoid =
    newest === undefined ||
    (period !== undefined && nowMs >= period.after(newest.atMs)) ||
    (voiding !== undefined && voiding.atMs >= newest.atMs);
  if (isVoid) return { id, name, points: 0, gifts: [] };
  const { event, atMs } = newest;
  return { id, name, points, gifts: [{ event, atMs, points }] };
}

const all = (entries: readonly Entry[]) => entries;

/** The first of each session in each slice. */
function firsts(entries: readonly Entry[]): Recency {
  const memory = { kind: 'firsts', horizonMs: Number.POSITIVE_INFINITY } as const;
  return entries.reduce((list, entry) => add(list, entry, memory), NOTHING);
}
