import type { Event } from '../event.ts';
import { spanAt, textOfId } from '../identity/identity.ts';
import type { Plan } from '../segments/plan.ts';
import type { Loaded } from './ledger.ts';

/**
 * The strands of history that deciding some events will probably ask for: those of people who did
 * something out of order on which the past may depend, and of strangers whose name is told. Read
 * beforehand, they spare deciding the whole group once more. It is a guess and decides nothing: what
 * is missing is read when it is asked for.
 *
 * @param events - In their order of arrival.
 */
export function likelyStrands(
  plan: Plan,
  events: readonly Event[],
  { identities, profiles }: Pick<Loaded, 'identities' | 'profiles'>,
): readonly number[] {
  const { past } = plan;
  if (past === undefined) return [];
  const byId = new Map(identities.map((identity) => [textOfId(identity), identity]));
  const people = new Map(profiles.map((person) => [person.id, person]));
  const latestMs = new Map(profiles.map(({ id, state }) => [id, state.settledMs]));
  const strands = new Set<number>();
  for (const event of events) {
    const { atMs, userId = '', anonymousId = '' } = event;
    const user = byId.get(textOfId({ kind: 'user', value: userId }));
    const device = byId.get(textOfId({ kind: 'anonymous', value: anonymousId }));
    const named = [user, device].filter((each) => each !== undefined);
    const owners = new Set(named.map((each) => spanAt(each, atMs).profile));
    const isMeeting =
      userId !== '' && [...owners].some((id) => people.get(id)?.userId === undefined);
    for (const id of owners) {
      const beforeMs = latestMs.get(id) ?? Number.NEGATIVE_INFINITY;
      latestMs.set(id, Math.max(beforeMs, atMs));
      if (!isMeeting && (atMs > beforeMs || !mayChange(past, event))) continue;
      for (const part of people.get(id)?.parts ?? []) strands.add(part);
    }
  }
  return [...strands];
}

function mayChange(past: Plan, event: Event): boolean {
  return past.onActivity.length > 0 || past.index(event).length > 0;
}
