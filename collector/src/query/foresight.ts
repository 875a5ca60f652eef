import { nextChangeOf } from '../segments/advance.ts';
import { compilePlan } from '../segments/plan.ts';
import type { State } from '../segments/state.ts';
import { leavesOf } from '../segments/walk.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';
import type { Database } from '../store/open.ts';

/** When somebody of this state leaves a segment if nothing more happens; `undefined` if they never do. */
export type Foretell = (state: State, segment: number) => number | undefined;

/**
 * Foretells leaves for the people of a site. A segment that only reads what happened knows its own
 * next instant; for one that reads other segments, time is let pass.
 */
export async function foretelling(database: Database, site: number): Promise<Foretell> {
  const definitions = await loadSiteDefinitions(database, site);
  const { segments, scores, revision, timeZone } = definitions;
  const readers = segments.filter(
    ({ definition }) =>
      definition.top !== undefined || leavesOf(definition).some(({ leaf }) => 'segment' in leaf),
  );
  const keys = new Set(readers.map(({ key }) => key));
  const plan = keys.size === 0 ? undefined : compilePlan(segments, revision, timeZone, scores);
  return (state, segment) => {
    const own = state.standings[segment]?.dueMs;
    // Whoever the newest definitions were not applied to yet is told what holds by the former ones.
    if (plan === undefined || !keys.has(segment) || state.revision !== revision) return own;
    return nextChangeOf(plan, state, segment);
  };
}
