import { companiesIn } from '../segments/grouping.ts';
import type { CompanyStrand, UnitOfWork } from '../store/store.ts';
import { decide, distinct } from './group.ts';
import type { LedgerPorts } from './ledger.ts';

/** Before every company of every site. */
export const FIRST_COMPANY: CompanyStrand = { site: 0, groupId: '', part: 0 };

/**
 * Puts people into the companies that their histories name, as is needed once of a database that was
 * written before companies were kept. Doing it again changes nothing. What people enter and leave by it is
 * no news to others.
 *
 * @param after - Where the last step ended.
 * @returns Where this one ended; `undefined` once all were looked at.
 */
export async function regroupPeople(
  unit: UnitOfWork,
  after: CompanyStrand,
  limit: number,
  ports: LedgerPorts,
): Promise<CompanyStrand | undefined> {
  const found = await unit.namedAfter(after, limit);
  const owners = await unit.owners([...new Set(found.map(({ part }) => part))]);
  const profiles = await unit.profiles(owners);
  const histories = await Promise.all(
    profiles.map(async ({ id, parts }) => [id, await unit.history(parts)] as const),
  );
  const sites = new Map(profiles.map(({ id, site }) => [id, site]));
  const names = histories.flatMap(([id, history]) =>
    companiesIn(history).map((groupId) => ({ site: sites.get(id) ?? 0, groupId })),
  );
  const companies = await unit.companies(distinct(names));
  const loaded = { site: 0, identities: [], profiles, companies };
  await decide(unit, [loaded], ports, (ledger) => {
    for (const [id, history] of histories) ledger.regroup(id, history);
  });
  return found.at(-1);
}
