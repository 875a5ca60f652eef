import type { Event } from '../event.ts';
import type { Profile } from '../identity/profile.ts';
import { companiesIn } from '../segments/grouping.ts';
import type { Changes, UnitOfWork } from '../store/store.ts';
import { decide } from './group.ts';
import type { LedgerPorts } from './ledger.ts';
import { erasePerson } from './people.ts';

/** What was removed for its age. */
export interface Expired {
  readonly site: number;
  /** Never empty. */
  readonly events: readonly Event[];
  /** What followed for memberships. */
  readonly changes: Changes;
}

/** Did somebody do anything before then that is still kept? */
export function hasExpired({ state }: Profile, beforeMs: number): boolean {
  return state.firstSeenMs < beforeMs;
}

/**
 * Removes what a person did before an instant. From then on they are who they would be had nothing
 * but the rest ever happened; whoever did nothing else is no more, without a trace.
 *
 * @returns `undefined` if there was nothing to remove.
 */
export async function expirePerson(
  unit: UnitOfWork,
  { id, site, parts }: Profile,
  beforeMs: number,
  ports: LedgerPorts,
): Promise<Expired | undefined> {
  const history = await unit.history(parts);
  const kept = history.filter(([{ atMs }]) => atMs >= beforeMs);
  const old = history.filter(([{ atMs }]) => atMs < beforeMs);
  const events = old.map(([event]) => event);
  if (kept.length === 0) {
    const erased = await erasePerson(unit, { site, profile: id }, ports, false);
    if (erased.changes === undefined) return undefined;
    return { site, events: erased.events, changes: erased.changes };
  }
  if (old.length === 0) return undefined;
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
  const { changes } = await decide(unit, loaded, ports, (ledger) => ledger.retain(id, kept, calls));
  return { site, events, changes };
}
