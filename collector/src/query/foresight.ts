import { leavesMs } from '../segments/advance.ts';
import type { Definition } from '../segments/definition.ts';
import { compilePlan } from '../segments/plan.ts';
import type { State } from '../segments/state.ts';
import { leavesOf } from '../segments/walk.ts';
import { loadSiteDefinitions } from '../store/definitions.ts';
import type { Database } from '../store/open.ts';

/** When somebody of this state leaves a segment if nothing more happens; `undefined` if they never do. */
export type Foretell = (state: State, segment: number) => number | undefined;

/** Foretells leaves for the people of a site. */
export async function foretelling(database: Database, site: number): Promise<Foretell> {
  const { segments, scores, revision, timeZone } = await loadSiteDefinitions(database, site);
  const knowing = (state: State, segment: number) => state.standings[segment]?.dueMs;
  // Where all know their next change themselves nothing has to be made ready.
  if (!segments.some(({ definition }) => leans(definition))) return knowing;
  const plan = compilePlan(segments, revision, timeZone, scores);
  // Whoever the newest definitions were not applied to yet is told what holds by the former ones.
  return (state, segment) =>
    state.revision === revision ? leavesMs(plan, state, segment) : knowing(state, segment);
}

function leans(definition: Definition): boolean {
  if (definition.top !== undefined) return true;
  return leavesOf(definition).some(({ leaf }) => 'segment' in leaf || 'score' in leaf);
}
