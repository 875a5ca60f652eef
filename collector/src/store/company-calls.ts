import type { Client } from '@libsql/client';
import { BUCKETS } from '../identity/bucket.ts';
import type { Company, CompanyName } from '../identity/company.ts';
import { bind } from './bind.ts';
import { companyKey, readCompany } from './rows.ts';

const SELECT_NAMING = `
  SELECT DISTINCT part FROM event
  WHERE type = 'group' AND site = ? AND body ->> 'g' = ? ORDER BY part LIMIT ?`;
const SELECT_COMPANIES = `
  SELECT account.site, account.group_id, people, trail, state
  FROM json_each(?) AS list CROSS JOIN account
  ON account.bucket = list.value ->> 0 AND account.site = list.value ->> 1
    AND account.group_id = list.value ->> 2`;
const SELECT_DUE = `
  SELECT account_person.profile FROM account CROSS JOIN account_person
  ON account_person.bucket = account.bucket AND account_person.site = account.site
    AND account_person.group_id = account.group_id
  WHERE account.next_due <= ? AND account.site = ? AND account_person.profile % ${BUCKETS} < ?`;

const SELECT_DUE_SIZE = `
  SELECT coalesce(sum(people), 0) FROM account WHERE next_due <= ? AND site = ?`;

/** The strands of history that hold a group call naming a company: whoever is or was in it. */
export async function readNaming(
  client: Client,
  { site, groupId }: CompanyName,
  limit: number,
): Promise<readonly number[]> {
  const { rows } = await client.execute({ sql: SELECT_NAMING, args: bind(site, groupId, limit) });
  return rows.map((row) => Number(row[0]));
}

/** Some companies as they are now. */
export async function readCompanies(
  client: Client,
  names: readonly CompanyName[],
): Promise<readonly Company[]> {
  if (names.length === 0) return [];
  const list = JSON.stringify(names.map(companyKey));
  const { rows } = await client.execute({ sql: SELECT_COMPANIES, args: bind(list) });
  return rows.map(readCompany);
}

/** How many people the companies have that time changes up to an instant. */
export async function countPeopleOfDueCompanies(
  client: Client,
  { site, untilMs }: { readonly site: number; readonly untilMs: number },
): Promise<number> {
  const { rows } = await client.execute({ sql: SELECT_DUE_SIZE, args: bind(untilMs, site) });
  return Number(rows[0]?.[0] ?? 0);
}

/** The people of companies that time changes up to an instant; of lower buckets alone. */
export async function readPeopleOfDueCompanies(
  client: Client,
  asked: { readonly site: number; readonly untilMs: number; readonly belowBucket: number },
): Promise<readonly number[]> {
  const { site, untilMs, belowBucket } = asked;
  const args = bind(untilMs, site, belowBucket);
  const { rows } = await client.execute({ sql: SELECT_DUE, args });
  return rows.map((row) => Number(row[0]));
}
