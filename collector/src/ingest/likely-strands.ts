import type { Event } from '../event.ts';
import { type Identity, type IdentityKind, spanAt } from '../identity/identity.ts';
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
  if (plan.historic.length === 0) return [];
  const byKind = new Map<IdentityKind, Map<string, Identity>>();
  for (const identity of identities) {
    const { kind, value } = identity;
    byKind.set(kind, (byKind.get(kind) ?? new Map()).set(value, identity));
  }
  const people = new Map(profiles.map((person) => [person.id, person]));
  const latestMs = new Map(profiles.map(({ id, state }) => [id, state.settledMs]));
  const strands = new Set<number>();
  for (const event of events) {
    const { atMs, userId = '', anonymousId = '' } = event;
    const named = [byKind.get('user')?.get(userId), byKind.get('anonymous')?.get(anonymousId)];
    const owners = new Set(named.flatMap((each) => (each ? [spanAt(each, atMs).profile] : [])));
    const isMeeting =
      userId !== '' && [...owners].some((id) => people.get(id)?.userId === undefined);
    for (const id of owners) {
      const beforeMs = latestMs.get(id) ?? Number.NEGATIVE_INFINITY;
      latestMs.set(id, Math.max(beforeMs, atMs));
      if (!isMeeting && (atMs > beforeMs || !mayChangePast(plan, event))) continue;
      for (const part of people.get(id)?.parts ?? []) strands.add(part);
    }
  }
  return [...strands];
}

function mayChangePast(plan: Plan, event: Event): boolean {
  const leads = (segment: Plan['historic'][number]) => plan.leadingToPast.has(segment);
  return (
    plan.onActivity.some(leads) ||
    plan.index(event).some(({ id }) => plan.matchers.get(id)?.segments.some(leads))
  );
}
