import type { Event } from '../event.ts';
import type { Profile } from '../identity/profile.ts';
import { companiesIn } from '../segments/grouping.ts';
import type { UnitOfWork } from '../store/store.ts';
import { decide } from './group.ts';
import type { LedgerPorts } from './ledger.ts';
import { erasePerson } from './people.ts';

/**
 * Removes what a person did before an instant. From then on they are who they would be had nothing
 * but the rest ever happened; whoever did nothing else is no more, without a trace.
 *
 * @returns What was removed.
 */
export async function expirePerson(
  unit: UnitOfWork,
  { id, site, parts }: Profile,
  beforeMs: number,
  ports: LedgerPorts,
): Promise<readonly Event[]> {
  const history = await unit.history(parts);
  const kept = history.filter(([{ atMs }]) => atMs >= beforeMs);
  const old = history.filter(([{ atMs }]) => atMs < beforeMs);
  const events = old.map(([event]) => event);
  if (kept.length === 0) {
    const erased = await erasePerson(unit, { site, profile: id }, ports, false);
    return erased.events;
  }
  if (old.length === 0) return [];
  await unit.expire({ site, parts, beforeMs, messageIds: events.map((each) => each.messageId) });
  const [person] = await unit.profiles([id]);
  if (person === undefined) throw new Error('Invariant broken: who is looked at is there');
  const named = companiesIn(old).map((groupId) => ({ site, groupId }));
  const calls = new Map(named.map(({ groupId }): [string, Event[]] => [groupId, []]));
  for (const { event } of await unit.companyCalls(named)) {
    calls.get(event.groupId ?? '')?.push(event);
  }
  const companies = await unit.companies(
    companiesIn(history).map((groupId) => ({ site, groupId })),
  );
  const loaded = [{ site, identities: [], profiles: [person], companies }];
  await decide(unit, loaded, ports, (ledger) => ledger.retain(id, kept, calls));
  return events;
}
