import type { Event } from '../event.ts';
import type { CompiledSegment, Plan } from './plan.ts';
import { add, NOTHING, pruned, type Recency } from './recency.ts';
import type { State } from './state.ts';
import { mergeTraits } from './traits.ts';

/** Adds an event to what is known of a person and says which segments it concerns. */
export function perceive(
  plan: Plan,
  state: State,
  event: Event,
  id: number,
): { readonly state: State; readonly touched: Set<CompiledSegment> } {
  const touched = new Set<CompiledSegment>(plan.onActivity);
  if (state.lastSeenMs === Number.NEGATIVE_INFINITY) addAll(touched, plan.bornInto);
  if (event.atMs < state.firstSeenMs) addAll(touched, plan.onBeginning);
  const lists = remember(plan, state, [event, id, state.self], touched);
  let { traits } = state;
  if (event.type === 'identify') {
    traits = mergeTraits(traits, event.traits, event);
    // What a later call has already replaced was true for a while.
    for (const name of Object.keys(event.traits)) addAll(touched, plan.byTrait.get(name) ?? []);
  }
  const seen = {
    ...state,
    firstSeenMs: Math.min(state.firstSeenMs, event.atMs),
    lastSeenMs: Math.max(state.lastSeenMs, event.atMs),
    lists,
    traits,
  };
  return { state: seen, touched };
}

/** Adds the event to every list that it concerns and notes the segments that read them. */
export function remember(
  plan: Plan,
  { lists, settledMs }: State,
  [event, id, person]: readonly [event: Event, id: number, person: number],
  touched: Set<CompiledSegment>,
): State['lists'] {
  let grown: Record<string, Recency> | undefined;
  for (const matcher of plan.index(event)) {
    const planned = plan.matchers.get(matcher.id);
    const entry = planned && matcher.entryOf(event, id, person);
    if (!entry) continue;
    grown ??= { ...lists };
    const list = add(grown[matcher.id] ?? NOTHING, entry, planned.memory);
    grown[matcher.id] = pruned(list, planned.memory, settledMs);
    addAll(touched, planned.segments);
  }
  return grown ?? lists;
}

export function addAll(touched: Set<CompiledSegment>, segments: Iterable<CompiledSegment>): void {
  for (const segment of segments) touched.add(segment);
}
