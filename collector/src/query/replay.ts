import type { Event } from '../event.ts';
import type { Outcome } from '../segments/advance.ts';
import { seeing } from '../segments/company.ts';
import type { Definition } from '../segments/definition.ts';
import { compilePlan, type Plan } from '../segments/plan.ts';
import { relive } from '../segments/replay.ts';
import type { State } from '../segments/state.ts';
import type { SiteDefinitions } from '../store/definitions.ts';
import type { CompanyPast } from './company-lives.ts';

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
 * @param companies - What they knew of their companies; in the end they see the last one itself.
 * @returns Entries and leaves of all the plan's segments in order, each at its exact instant.
 */
export function replay(
  plan: Plan,
  { self }: Pick<State, 'self'>,
  history: readonly (readonly [event: Event, id: number])[],
  untilMs: number,
  { copies, last }: CompanyPast = { copies: [] },
): Outcome {
  const past = history.filter(([{ atMs }]) => atMs <= untilMs);
  const named = past.filter(([{ userId }]) => userId !== undefined).map(([{ atMs }]) => atMs);
  const knownFromMs = named.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const lived = relive(plan, { self, knownFromMs, copies }, past, untilMs);
  return { ...lived, state: seeing(plan, lived.state, last) };
}
