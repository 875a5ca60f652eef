import { and, eq, like } from 'drizzle-orm';
import { nameOfCompany } from '../identity/company.ts';
import type { Profile } from '../identity/profile.ts';
import { seeing } from '../segments/company.ts';
import type { Plan } from '../segments/plan.ts';
import { readCompanies } from '../store/company-calls.ts';
import type { Database } from '../store/open.ts';
import { segment } from '../store/schema.ts';
import { planOfSite } from './segments.ts';

/** What no definition has that asks nothing of companies. */
const ASKING = '%"account":%';

/**
 * People as they are stored, who see their companies themselves, so that it is known when what they
 * are through their company ends. Sites that ask nothing of companies pay one look at their definitions.
 */
export async function withForesight(
  database: Database,
  site: number,
  people: readonly Profile[],
): Promise<readonly Profile[]> {
  if (people.every(({ state }) => state.account === undefined)) return people;
  const asks = and(eq(segment.site, site), like(segment.definition, ASKING));
  const found = await database.select({ key: segment.key }).from(segment).where(asks).limit(1);
  if (found.length === 0) return people;
  return await seeingTheirCompanies(database, await planOfSite(database, site), people);
}

/** The same where the plan is at hand. */
export async function seeingTheirCompanies(
  database: Database,
  plan: Plan,
  people: readonly Profile[],
): Promise<readonly Profile[]> {
  if (plan.accounts === undefined) return people;
  const names = people.flatMap(({ site, state }) =>
    state.account === undefined ? [] : [{ site, groupId: state.account.id }],
  );
  const distinct = new Map(names.map((name) => [nameOfCompany(name), name]));
  const companies = new Map(
    (await readCompanies(database.$client, [...distinct.values()])).map((company) => [
      nameOfCompany(company),
      company,
    ]),
  );
  return people.map((person) => {
    const { site, state } = person;
    if (state.account === undefined || state.revision !== plan.revision) return person;
    const company = companies.get(nameOfCompany({ site, groupId: state.account.id }));
    return { ...person, state: seeing(plan, state, company?.state) };
  });
}
