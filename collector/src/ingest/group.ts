import type { WireMembershipChange } from '@inkling/sdk/protocol';
import type { Event } from '../event.ts';
import { type Company, type CompanyName, nameOfCompany } from '../identity/company.ts';
import {
  type Identity,
  type IdentityKind,
  type IdentityName,
  textOfId,
} from '../identity/identity.ts';
import { publicId } from '../identity/own-id.ts';
import { namesOf, type Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import { needsHistory } from '../segments/apply.ts';
import type { History } from '../segments/replay.ts';
import { nextDueMs } from '../segments/state.ts';
import type { Changes, UnitOfWork } from '../store/store.ts';
import { erasedAmong } from './erased.ts';
import { type Disturbed, Ledger, type LedgerPorts, type Loaded } from './ledger.ts';
import type { PersonalChange } from './ledger-rows.ts';
import { likelyStrands } from './likely-strands.ts';
import type { WriteOutcome, WriteRequest } from './outcome.ts';
import { readPasts } from './pasts.ts';

/** What became of a group of requests: an outcome for each, and what was saved. */
export interface DecidedGroup {
  readonly outcomes: readonly Extract<WriteOutcome, { kind: 'decided' }>[];
  readonly changes: Changes;
}

/** Decides and saves some requests in one unit of work, in their order. */
export async function decideGroup(
  unit: UnitOfWork,
  requests: readonly WriteRequest[],
  ports: LedgerPorts,
): Promise<DecidedGroup> {
  const repeated = await withoutDuplicates(unit, requests);
  const erased = await erasedAmong(unit, requests, ports);
  const fresh = requests.map((_, index) => ({
    erased: erased[index] ?? NONE,
    duplicates: new Set([...(repeated[index] ?? NONE)].filter((at) => !erased[index]?.has(at))),
  }));
  const sites = new Map<number, Event[]>();
  requests.forEach(({ site, events }, index) => {
    const own = sites.get(site) ?? [];
    const { duplicates = NONE, erased: gone = NONE } = fresh[index] ?? {};
    own.push(...events.filter((_, position) => !duplicates.has(position) && !gone.has(position)));
    sites.set(site, own);
  });
  const loaded: Loaded[] = [];
  const strands: number[] = [];
  for (const [site, events] of sites) {
    if (events.length === 0) continue;
    const known = await load(unit, site, events, ports);
    loaded.push(known);
    strands.push(...likelyStrands(ports.planOf(site), events, known));
  }
  const work = (ledger: Ledger) =>
    requests.map((request, index) =>
      take(ledger, request, fresh[index] ?? { duplicates: NONE, erased: NONE }),
    );
  const { result: outcomes, changes } = await decide(unit, loaded, ports, work, strands);
  return { outcomes, changes };
}

/**
 * Lets a ledger work out what follows for some people, and saves it; and then for everybody whose past
 * that changes through their company.
 *
 * @param strands - Of history, that the work is expected to ask for.
 * @returns What was saved first.
 */
export async function decide<T>(
  unit: UnitOfWork,
  read: readonly Loaded[],
  ports: LedgerPorts,
  work: (ledger: Ledger) => T,
  strands: Iterable<number> = [],
): Promise<{ readonly result: T; readonly changes: Changes }> {
  const { result, changes, ...first } = await decideOnce(unit, read, ports, work, strands);
  let { disturbed } = first;
  const done = new Set<number>();
  for (;;) {
    const pasts = await readPasts(unit, disturbed, { ...ports, done });
    if (pasts.length === 0) return { result, changes };
    for (const { person } of pasts) done.add(person.id);
    const profiles = pasts.map(({ person }) => person);
    const own = await companiesOf(unit, profiles, ports);
    const left = await unit.companies(pasts.flatMap((past) => past.left.map(([name]) => name)));
    const companies = [...new Map([...own, ...left].map((each) => [nameOfCompany(each), each]))];
    const loaded = {
      ...{ site: 0, identities: [], profiles },
      companies: companies.map(([, company]) => company),
    };
    const next = await decideOnce(unit, [loaded], ports, (ledger) => {
      ledger.elapse();
      for (const { person, lived, why, left } of pasts) {
        for (const [company, atMs] of left) ledger.settle(company, atMs);
        ledger.rewrite(person.id, lived, why);
      }
    });
    disturbed = next.disturbed;
  }
}

/** What depends on the past or on others may need more than was read; then all is decided once more. */
async function decideOnce<T>(
  unit: UnitOfWork,
  read: readonly Loaded[],
  ports: LedgerPorts,
  work: (ledger: Ledger) => T,
  strands: Iterable<number> = [],
): Promise<{ readonly result: T; readonly changes: Changes; readonly disturbed: Disturbed }> {
  const loaded = [...read];
  const histories = new Map<number, History>();
  const readHistories = async (parts: Iterable<number>) => {
    for (const part of parts) histories.set(part, await unit.history([part]));
  };
  await readHistories(strands);
  for (;;) {
    const people = loaded.flatMap(({ profiles }) => profiles);
    const ledger = new Ledger(loaded, ports, histories);
    await upgradeStale(unit, ledger, people, ports);
    const result = work(ledger);
    ledger.elapse();
    if (!ledger.wants) {
      const changes = ledger.close();
      await unit.save(changes);
      return { result, changes, disturbed: ledger.disturbed };
    }
    const { strands: further, companies, peopleOf } = ledger.wanted;
    await readHistories(further);
    const known = new Set(people.map(({ id }) => id));
    const others = await unit.peopleOf(peopleOf);
    loaded.push({
      site: 0,
      identities: [],
      profiles: others.filter(({ id }) => !known.has(id)),
      companies: await unit.companies(companies),
      gathered: peopleOf,
    });
  }
}

/** No position. */
const NONE: ReadonlySet<number> = new Set();

/** Which events of a request cause nothing. */
type Idle = Pick<DecidedGroup['outcomes'][number], 'duplicates' | 'erased'>;

function take(
  ledger: Ledger,
  { site, events, debug }: WriteRequest,
  { duplicates, erased }: Idle,
): DecidedGroup['outcomes'][number] {
  const memberships: WireMembershipChange[] = [];
  events.forEach((event, position) => {
    if (duplicates.has(position) || erased.has(position)) return;
    const changes = ledger.take(site, event);
    if (debug) memberships.push(...changes.filter(isAnnounced).map(wireChange));
  });
  return { kind: 'decided', duplicates, erased, memberships };
}

/**
 * Settles some people and companies at `nowMs` and brings them up to the newest definitions.
 *
 * @param companies - Those that are due themselves.
 */
export async function settlePeople(
  unit: UnitOfWork,
  people: readonly Profile[],
  ports: LedgerPorts,
  companies: readonly Company[] = [],
): Promise<Changes> {
  const own = await companiesOf(unit, people, ports);
  const all = new Map([...own, ...companies].map((each) => [nameOfCompany(each), each]));
  const loaded = { site: 0, identities: [], profiles: people, companies: [...all.values()] };
  const { changes } = await decide(unit, [loaded], ports, (ledger) => {
    const isDue = ({ state }: Profile) => (nextDueMs(state) ?? Infinity) <= ports.nowMs;
    for (const person of people) if (!isDue(person)) ledger.touch(person.id);
  });
  return changes;
}

/** Takes in who of some people is among the first of a segment that ranks people. */
export async function rankPeople(
  unit: UnitOfWork,
  ids: readonly number[],
  { key, first }: { readonly key: number; readonly first: ReadonlySet<number> },
  ports: LedgerPorts,
): Promise<Changes> {
  const people = await unit.profiles(ids);
  const companies = await companiesOf(unit, people, ports);
  const loaded = { site: 0, identities: [], profiles: people, companies };
  const { changes } = await decide(unit, [loaded], ports, (ledger) => {
    for (const { id } of people) ledger.rank(id, { key, isFirst: first.has(id) });
  });
  return changes;
}

/** The companies of some people, where anything is asked of companies. */
export async function companiesOf(
  unit: UnitOfWork,
  people: readonly Profile[],
  { planOf }: LedgerPorts,
): Promise<readonly Company[]> {
  const names = people.flatMap(({ site, state }) =>
    state.account === undefined || planOf(site).accounts === undefined
      ? []
      : [{ site, groupId: state.account.id }],
  );
  return await unit.companies(distinct(names));
}

/** Each company once. */
export function distinct(names: readonly CompanyName[]): readonly CompanyName[] {
  return [...new Map(names.map((name) => [nameOfCompany(name), name])).values()];
}

/** For each request the positions of events whose messageId is known or came earlier in the group. */
async function withoutDuplicates(
  unit: UnitOfWork,
  requests: readonly WriteRequest[],
): Promise<readonly Set<number>[]> {
  const known = new Map<number, Set<string>>();
  for (const site of new Set(requests.map((request) => request.site))) {
    const own = requests.filter((request) => request.site === site);
    const ids = own.flatMap(({ events }) => events.map(({ messageId }) => messageId));
    known.set(site, new Set(await unit.knownMessages(site, [...new Set(ids)])));
  }
  return requests.map(({ site, events }) => {
    const seen = known.get(site) ?? new Set();
    const duplicates = new Set<number>();
    events.forEach(({ messageId }, position) => {
      if (seen.has(messageId)) duplicates.add(position);
      seen.add(messageId);
    });
    return duplicates;
  });
}

/** Everybody and every id that some events speak of, and all ids of those who may be joined. */
async function load(
  unit: UnitOfWork,
  site: number,
  events: readonly Event[],
  ports: LedgerPorts,
): Promise<Loaded> {
  const wanted = new Map<string, IdentityName>();
  const want = (kind: IdentityKind, value: string | undefined) => {
    if (value !== undefined) wanted.set(textOfId({ kind, value }), { kind, value });
  };
  for (const event of events) {
    want('user', event.userId);
    want('anonymous', event.anonymousId);
    want('anonymous', event.previousId);
    want('email', ports.emailOf(site, event));
  }
  const identities = await unit.identities(site, [...wanted.values()]);
  const profiles = await unit.profiles(profilesOf(identities));
  // Users are never joined here, and a stranger with one id was found by it.
  const further = profiles
    .flatMap((person) => (person.userId === undefined ? namesOf(person) : []))
    .filter((name) => !wanted.has(textOfId(name)));
  const more = await unit.identities(site, further);
  const own = await companiesOf(unit, profiles, ports);
  const known = new Set(own.map(nameOfCompany));
  const named = events.flatMap(({ type, groupId }) =>
    type !== 'group' || groupId === undefined || known.has(nameOfCompany({ site, groupId }))
      ? []
      : [{ site, groupId }],
  );
  const companies = [...own, ...(await unit.companies(distinct(named)))];
  return { site, identities: [...identities, ...more], profiles, companies };
}

function profilesOf(identities: readonly Identity[]): readonly number[] {
  const spans = identities.flatMap((identity) => identity.spans);
  return [...new Set(spans.map(({ profile }) => profile))].sort((a, b) => a - b);
}

/** The log is read again only for those whose lists a newer definition needs longer or for the first time. */
async function upgradeStale(
  unit: UnitOfWork,
  ledger: Ledger,
  people: readonly Profile[],
  { planOf }: LedgerPorts,
): Promise<void> {
  for (const { id, site, parts, state } of people) {
    const plan = planOf(site);
    const needsLog = needsHistory(plan, state);
    if (state.revision === plan.revision && !needsLog) continue;
    ledger.upgrade(id, needsLog ? await unit.history(parts) : []);
  }
  ledger.upgradeCompanies();
}

function isAnnounced({ announced }: PersonalChange): boolean {
  return announced;
}

function wireChange({ direction, segment, profile, atMs }: PersonalChange): WireMembershipChange {
  return {
    type: direction === 'entered' ? 'segment.entered' : 'segment.left',
    segment: segment.id,
    profile: publicId('prf', profile),
    occurredAt: formatInstant(atMs),
  };
}
