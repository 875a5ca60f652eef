import type { Event } from '../event.ts';
import type { Identity, IdentityKind } from '../identity/identity.ts';
import { namesOf, type Profile, sizeOf } from '../identity/profile.ts';
import { splitOff } from '../identity/split.ts';
import { tombstonesOf, withoutPerson } from '../identity/tombstone.ts';
import { COMPANY_PAST_MAX } from '../segments/company-limit.ts';
import { companiesIn, groupingOf } from '../segments/grouping.ts';
import type { UnitOfWork } from '../store/store.ts';
import { companiesOf, decide } from './group.ts';
import type { LedgerPorts } from './ledger.ts';

/** What became of the owner's wish to make two people one. */
export type MergeOutcome =
  /** They are one, or were already. */
  | { readonly kind: 'merged'; readonly profile: number }
  /** One of them has become somebody else since they were looked up. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'merge_limit'; readonly limit: number };

/** What became of the owner's wish to take an id out of a person. */
export type UnmergeOutcome =
  | {
      readonly kind: 'unmerged';
      readonly profile: number;
      /** Absent while nothing is filed under the id. */
      readonly split?: number;
    }
  | { readonly kind: 'gone' }
  | { readonly kind: 'not_theirs' }
  /** The person began with this id: what is to be apart is all the others. */
  | { readonly kind: 'own' };

/**
 * Makes one person of two at the owner's word, two known users included. `into` stays, unless only
 * `from` is a known user.
 */
export async function mergePeople(
  unit: UnitOfWork,
  wish: { readonly site: number; readonly into: number; readonly from: number },
  ports: LedgerPorts,
): Promise<MergeOutcome> {
  const { site } = wish;
  const people = await unit.profiles([wish.into, wish.from]);
  const one = people.find(({ id }) => id === wish.into);
  const other = people.find(({ id }) => id === wish.from);
  if (one?.site !== site || other?.site !== site) return { kind: 'gone' };
  if (one === other) return { kind: 'merged', profile: one.id };
  const stays = one.userId !== undefined || other.userId === undefined;
  const [into, from] = stays ? [one, other] : [other, one];
  const { idsMax } = ports;
  if (sizeOf(into) + sizeOf(from) > idsMax) {
    return { kind: 'merge_limit', limit: idsMax };
  }
  const identities = await unit.identities(site, namesOf(from));
  const companies = await companiesOf(unit, people, ports);
  const loaded = [{ site, identities, profiles: people, companies }];
  await decide(unit, loaded, ports, (ledger) => ledger.merge(into.id, from.id));
  return { kind: 'merged', profile: into.id };
}

/** Takes an id with all that was filed under it out of a person, and rebuilds both from the log. */
export async function unmergeIdentity(
  unit: UnitOfWork,
  wish: { readonly site: number; readonly profile: number; readonly value: string },
  ports: LedgerPorts,
): Promise<UnmergeOutcome> {
  const { site } = wish;
  const [person] = await unit.profiles([wish.profile]);
  if (person?.site !== site) return { kind: 'gone' };
  const identity = await identityOf(unit, person, wish.value);
  if (identity === undefined) return { kind: 'not_theirs' };
  const split = splitOff(person, identity, ports.nowMs);
  if (split === undefined) return { kind: 'own' };
  const rest = await unit.history(split.rest.parts);
  const history = await unit.history(split.parts);
  const named = [person.state.account, groupingOf(rest), groupingOf(history)];
  const groupIds = new Set(named.flatMap((grouping) => grouping?.id ?? []));
  const companies = await unit.companies([...groupIds].map((groupId) => ({ site, groupId })));
  const loaded = [{ site, identities: [identity], profiles: [person], companies }];
  await decide(unit, loaded, ports, (ledger) => ledger.split(person.id, split, rest, history));
  return {
    ...{ kind: 'unmerged', profile: person.id },
    ...(history.length > 0 && { split: split.profile }),
  };
}

/** What became of the owner's wish to erase somebody. */
export type EraseOutcome =
  | { readonly kind: 'erased'; readonly atMs: number; readonly events: number }
  | { readonly kind: 'gone' };

/**
 * Removes a person with all that is kept of them, and remembers of their ids only that they were erased.
 *
 * @param isRemembered - Whether what they did before must not come back; what is too old cannot.
 * @returns Their events too, for whoever has looked at these.
 */
export async function erasePerson(
  unit: UnitOfWork,
  wish: { readonly site: number; readonly profile: number },
  ports: LedgerPorts,
  isRemembered = true,
): Promise<{ readonly outcome: EraseOutcome; readonly events: readonly Event[] }> {
  const { site } = wish;
  const [person] = await unit.profiles([wish.profile]);
  if (person?.site !== site) return { outcome: { kind: 'gone' }, events: [] };
  const { nowMs } = ports;
  const parts = [...new Set([person.id, ...person.parts])];
  const history = await unit.history(parts);
  const events = history.map(([event]) => event);
  const identities = await unit.identities(site, namesOf(person));
  const groupIds = companiesIn(history);
  const names = groupIds.map((groupId) => ({ site, groupId }));
  const calls = new Map(groupIds.map((groupId): [string, Event[]] => [groupId, []]));
  const staffs = new Map(groupIds.map((groupId): [string, Set<number>] => [groupId, new Set()]));
  for (const { part, event } of await unit.companyCalls(names)) {
    if (parts.includes(part)) continue;
    calls.get(event.groupId ?? '')?.push(event);
    staffs.get(event.groupId ?? '')?.add(part);
  }
  const loaded = [{ site, identities, profiles: [person], companies: await unit.companies(names) }];
  await decide(unit, loaded, ports, (ledger) => ledger.erase(person.id, calls));
  const rest = identities.map((identity) => withoutPerson(identity, person.id));
  const messageIds = [...new Set(events.map(({ messageId }) => messageId))];
  const own = identities.filter((_, index) => rest[index] === undefined);
  await unit.erase({
    ...{ site, parts, messageIds, names: own },
    others: await unit.apartFrom(parts),
    shared: rest.filter((identity) => identity !== undefined),
    companies: names.filter(({ groupId }) => calls.get(groupId)?.length === 0),
    tombstones: isRemembered
      ? [
          ...tombstonesOf(person, identities, nowMs),
          ...messageIds.map((value) => ({
            ...{ name: { kind: 'message', value } as const, spans: [], erasedAtMs: nowMs },
          })),
        ]
      : [],
  });
  const written = [...own.map(({ value }) => value), ...messageIds];
  await unit.intake.removeFromQuarantine(site, written);
  await reliveStaffs(unit, site, staffs.values(), ports);
  return { outcome: { kind: 'erased', atMs: nowMs, events: events.length }, events };
}

/** The past of whoever was in a company with somebody who is no more is another one. */
async function reliveStaffs(
  unit: UnitOfWork,
  site: number,
  staffs: Iterable<ReadonlySet<number>>,
  ports: LedgerPorts,
): Promise<void> {
  // Each strand has an event: with more of them too much happened for anybody's past to be gone through.
  const strands = [...staffs].flatMap((staff) =>
    staff.size <= COMPANY_PAST_MAX.events ? [...staff] : [],
  );
  const why = { cause: 'erasure', announced: true } as const;
  await decide(unit, [], ports, (ledger) => ledger.relive(site, strands, why));
}

/** One of a person's ids that acts, a device before a user of the same name. */
async function identityOf(
  unit: UnitOfWork,
  person: Profile,
  value: string,
): Promise<Identity | undefined> {
  const kinds: readonly IdentityKind[] = ['anonymous', 'user'];
  const found = await unit.identities(
    person.site,
    kinds.map((kind) => ({ kind, value })),
  );
  return kinds
    .flatMap((kind) => found.filter((identity) => identity.kind === kind))
    .find(({ spans }) => spans.some(({ profile }) => profile === person.id));
}
