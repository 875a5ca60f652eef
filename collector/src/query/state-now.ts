import type { Profile } from '../identity/profile.ts';
import { advance } from '../segments/advance.ts';
import { upgrade } from '../segments/apply.ts';
import type { Plan } from '../segments/plan.ts';
import type { State } from '../segments/state.ts';
import type { Database } from '../store/open.ts';
import { seeingTheirCompanies } from './company-sight.ts';
import { loadHistory } from './events.ts';

/** How a person stands to the plan's own segments at `nowMs`. */
export async function stateNow(
  database: Database,
  plan: Plan,
  person: Profile,
  nowMs: number,
): Promise<State> {
  const { state } = person;
  if (state.revision >= plan.revision) {
    const [seeing = person] = await seeingTheirCompanies(database, plan, [person]);
    return advance(plan, seeing.state, nowMs).state;
  }
  // The back-fill has not reached them yet.
  const unread = { ...state, revision: 0, lists: {}, standings: {} };
  return upgrade(plan, unread, await loadHistory(database, person), nowMs).state;
}
