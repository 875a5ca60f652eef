import { nameOfCompany } from '../identity/company.ts';
import type { Profile } from '../identity/profile.ts';
import type { Changes } from '../store/store.ts';

/** Who came to which company and who left one. */
export function companyDifference(
  before: ReadonlyMap<number, Profile>,
  after: ReadonlyMap<number, Profile>,
): Pick<Changes, 'joined' | 'parted'> {
  const joined: Changes['joined'][number][] = [];
  const parted: Changes['parted'][number][] = [];
  for (const profile of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(profile);
    const is = after.get(profile);
    const old = was?.state.account?.id;
    const now = is?.state.account?.id;
    if (old === now) continue;
    if (was && old !== undefined) parted.push({ site: was.site, groupId: old, profile });
    if (is && now !== undefined) joined.push({ site: is.site, groupId: now, profile });
  }
  return { joined, parted };
}

/** How many of these people each company has, by its name. */
export function countByCompany(people: Iterable<Profile>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { site, state } of people) {
    if (state.account === undefined) continue;
    const name = nameOfCompany({ site, groupId: state.account.id });
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
