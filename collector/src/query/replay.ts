import type { Event } from '../event.ts';
import type { Outcome } from '../segments/advance.ts';
import type { Definition } from '../segments/definition.ts';
import { compilePlan, type Plan } from '../segments/plan.ts';
import { relive } from '../segments/replay.ts';
import type { State } from '../segments/state.ts';
import type { SiteDefinitions } from '../store/definitions.ts';

/** The revision at which definitions that nobody saved are looked at. */
const REVISION = 1;

/**
 * A plan of definitions that need not be saved.
 *
 * @param site - What the definitions may refer to; a segment of the same id as a definition gives way to it.
 * @returns The definitions' segments have the numbers 1, 2, … in their order.
 */
export function planOf(
  definitions: readonly Definition[],
  timeZone: string,
  {
    segments: others = [],
    scores = [],
  }: Partial<Pick<SiteDefinitions, 'segments' | 'scores'>> = {},
): Plan {
  const ids = new Set(definitions.map(({ id }) => id));
  const referred = others.map(({ definition }) => definition).filter(({ id }) => !ids.has(id));
  const stored = [...definitions, ...referred].map((definition, index) => ({
    ...{ key: index + 1, version: 1, revision: REVISION },
    definition,
  }));
  const asNew = scores.map((score) => ({ ...score, revision: REVISION }));
  return compilePlan(stored, REVISION, timeZone, asNew);
}

/**
 * Runs a history through the engine as if it had arrived in order, up to and including `untilMs`.
 * Whoever is one person now is taken as one all along; they are known from their first event that
 * names a user.
 *
 * @param person - What of them is no event.
 * @returns Entries and leaves of all the plan's segments in order, each at its exact instant.
 */
export function replay(
  plan: Plan,
  { self, account }: Pick<State, 'self' | 'account'>,
  history: readonly (readonly [event: Event, id: number])[],
  untilMs: number,
): Outcome {
  const past = history.filter(([{ atMs }]) => atMs <= untilMs);
  const named = past.filter(([{ userId }]) => userId !== undefined).map(([{ atMs }]) => atMs);
  const knownFromMs = named.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return relive(plan, { self, knownFromMs, ...(account && { account }) }, past, untilMs);
}
