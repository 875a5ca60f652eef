import { type CompanyName, nameOfCompany } from '../identity/company.ts';
import type { Profile } from '../identity/profile.ts';
import { type CompanyLife, companyLife, copiesOf } from '../segments/company-life.ts';
import { COMPANY_PAST_MAX } from '../segments/company-limit.ts';
import { companiesIn, groupingOf } from '../segments/grouping.ts';
import { type History, relive } from '../segments/replay.ts';
import type { State } from '../segments/state.ts';
import type { UnitOfWork } from '../store/store.ts';
import type { Disturbed, LedgerPorts, Why } from './ledger.ts';

/** Somebody whose life was gone through again. */
export interface Past {
  readonly person: Profile;
  /** How it ended; absent where a company of theirs is larger than {@link COMPANY_PAST_MAX}. */
  readonly lived?: State;
  readonly why: Why;
  /** Of whoever's own history is another one: the companies that they left, by when at the latest. */
  readonly left: readonly (readonly [company: CompanyName, atMs: number])[];
}

interface PastsPorts extends Pick<LedgerPorts, 'planOf' | 'nowMs'> {
  /** Who was gone through already and is not once more. */
  readonly done: ReadonlySet<number>;
}

/**
 * Goes through the lives of those whose past is not what it was, and of everybody who ever named a
 * company that they ever named.
 */
export async function readPasts(
  unit: UnitOfWork,
  { rewritten, lagging }: Disturbed,
  ports: PastsPorts,
): Promise<readonly Past[]> {
  if (rewritten.size + lagging.size === 0) return [];
  const archive = new Archive(unit, ports);
  const reasons = new Map<number, Why>();
  for (const disturbed of [lagging, rewritten]) {
    for (const [id, why] of disturbed) {
      for (const person of await archive.ownersOf([id])) reasons.set(person.id, why);
    }
  }
  for (const [id, why] of rewritten) {
    for (const person of await archive.ownersOf([id])) {
      for (const name of await archive.namedBy(person)) {
        for (const other of (await archive.peopleOf(name)) ?? []) {
          if (!reasons.has(other.id)) reasons.set(other.id, why);
        }
      }
    }
  }
  const pasts: Past[] = [];
  for (const [id, why] of reasons) {
    const person = archive.person(id);
    if (person === undefined || ports.done.has(id)) continue;
    const lived = await archive.liveOf(person);
    const left = rewritten.has(id) ? await archive.leftBy(person) : [];
    pasts.push({ person, why, left, ...(lived && { lived }) });
  }
  return pasts;
}

/** Strands that are read at once. */
const STRANDS_PER_READ = 1_000;

/** What was read of people and companies, each once. */
class Archive {
  readonly #unit: UnitOfWork;
  readonly #ports: PastsPorts;
  readonly #people = new Map<number, Profile>();
  readonly #histories = new Map<number, History>();
  readonly #staffs = new Map<string, readonly Profile[] | undefined>();
  readonly #lives = new Map<string, CompanyLife | undefined>();

  constructor(unit: UnitOfWork, ports: PastsPorts) {
    this.#unit = unit;
    this.#ports = ports;
  }

  person(id: number): Profile | undefined {
    return this.#people.get(id);
  }

  /** Whose some strands are by now, each once. */
  async ownersOf(strands: readonly number[]): Promise<readonly Profile[]> {
    const ids = await this.#unit.owners(strands);
    const unread = ids.filter((id) => !this.#people.has(id));
    for (const person of await this.#unit.profiles(unread)) this.#people.set(person.id, person);
    return [...new Set(ids)].flatMap((id) => this.#people.get(id) ?? []);
  }

  /** The companies that somebody ever named, each once. */
  async namedBy(person: Profile): Promise<readonly CompanyName[]> {
    const named = companiesIn(await this.#historyOf(person));
    return named.map((groupId) => ({ site: person.site, groupId }));
  }

  /** The companies that somebody is in no more; they had left all of them as they came to their last one. */
  async leftBy(person: Profile): Promise<Past['left']> {
    const last = groupingOf(await this.#historyOf(person));
    if (last === undefined) return [];
    const left = (await this.namedBy(person)).filter(({ groupId }) => groupId !== last.id);
    return left.map((company) => [company, last.atMs] as const);
  }

  /** Everybody who ever named a company; `undefined` where that, or what they did, is too much. */
  async peopleOf(company: CompanyName): Promise<readonly Profile[] | undefined> {
    const key = nameOfCompany(company);
    if (!this.#staffs.has(key)) this.#staffs.set(key, await this.#readStaff(company));
    return this.#staffs.get(key);
  }

  /** How somebody's life ends at the present; `undefined` where too much happened in a company of theirs. */
  async liveOf(person: Profile): Promise<State | undefined> {
    const { planOf, nowMs } = this.#ports;
    const lives = new Map<string, CompanyLife>();
    for (const name of await this.namedBy(person)) {
      const life = await this.#lifeOf(name);
      if (life === undefined) return undefined;
      lives.set(name.groupId, life);
    }
    const history = await this.#historyOf(person);
    const copies = copiesOf(history, (groupId) => lives.get(groupId));
    const { self, known } = person.state;
    const knownFromMs = known ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return relive(planOf(person.site), { self, knownFromMs, copies }, history, nowMs).state;
  }

  async #lifeOf(company: CompanyName): Promise<CompanyLife | undefined> {
    const key = nameOfCompany(company);
    if (!this.#lives.has(key)) this.#lives.set(key, await this.#live(company));
    return this.#lives.get(key);
  }

  async #live(company: CompanyName): Promise<CompanyLife | undefined> {
    const { planOf, nowMs } = this.#ports;
    const { accounts } = planOf(company.site);
    const staff = await this.peopleOf(company);
    if (accounts === undefined || staff === undefined) return undefined;
    const colleagues = await Promise.all(
      staff.map(async (person) => ({
        self: person.state.self,
        history: await this.#historyOf(person),
      })),
    );
    return companyLife(accounts, company.groupId, colleagues, nowMs);
  }

  async #readStaff(company: CompanyName): Promise<readonly Profile[] | undefined> {
    const { site, groupId } = company;
    const staff = new Map<number, Profile>();
    let events = 0;
    for (let part = 0; ; ) {
      const found = await this.#unit.namedAfter({ site, groupId, part }, STRANDS_PER_READ);
      const own = found.filter((each) => each.site === site && each.groupId === groupId);
      for (const person of await this.ownersOf(own.map((each) => each.part))) {
        if (staff.has(person.id)) continue;
        staff.set(person.id, person);
        if (staff.size > COMPANY_PAST_MAX.people) return undefined;
        events += (await this.#historyOf(person)).length;
        if (events > COMPANY_PAST_MAX.events) return undefined;
      }
      const last = own.at(-1);
      if (last === undefined || own.length < STRANDS_PER_READ) return [...staff.values()];
      part = last.part;
    }
  }

  async #historyOf({ id, parts }: Profile): Promise<History> {
    const read = this.#histories.get(id) ?? (await this.#unit.history(parts));
    this.#histories.set(id, read);
    return read;
  }
}
