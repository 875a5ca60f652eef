import { type Company, type CompanyName, nameOfCompany } from '../identity/company.ts';
import type { Profile } from '../identity/profile.ts';
import type { State } from '../segments/state.ts';

/** What was read of companies. */
export interface LoadedCompanies {
  readonly companies: readonly Company[];
  /** The names of those all of whose people were read. */
  readonly gathered: ReadonlySet<string>;
  /** How many people of each were read, by its name. */
  readonly present: ReadonlyMap<string, number>;
}

/** The companies that were read, as they are by now, and what else has to be read of them. */
export class CompanyShelf {
  readonly #people: () => Iterable<Profile>;
  readonly #before = new Map<string, Company>();
  readonly #companies = new Map<string, Company>();
  readonly #gathered: Set<string>;
  /** Companies that were asked for and not read. */
  readonly wanted = new Map<string, CompanyName>();
  /** Companies whose people were asked for and not all read. */
  readonly wantedPeople = new Map<string, CompanyName>();

  constructor({ companies, gathered, present }: LoadedCompanies, people: () => Iterable<Profile>) {
    this.#people = people;
    this.#gathered = new Set(gathered);
    for (const company of companies) {
      const name = nameOfCompany(company);
      this.#before.set(name, company);
      this.#companies.set(name, company);
      if (present.get(name) === company.size) this.#gathered.add(name);
    }
  }

  get all(): readonly Company[] {
    return [...this.#companies.values()];
  }

  get changed(): readonly Company[] {
    return [...this.#companies].flatMap(([name, company]) =>
      this.#before.get(name) === company ? [] : [company],
    );
  }

  get(name: CompanyName): Company | undefined {
    return this.#companies.get(nameOfCompany(name));
  }

  put(company: Company): void {
    this.#companies.set(nameOfCompany(company), company);
  }

  /** Notes that a company is new: whoever is in it is known. */
  found(name: CompanyName): void {
    this.#gathered.add(nameOfCompany(name));
  }

  /** A company that was read; one that was not is asked for. */
  find(name: CompanyName): Company | undefined {
    const company = this.get(name);
    if (company === undefined) this.wanted.set(nameOfCompany(name), nameOf(name));
    return company;
  }

  /** Are all of its people here? Asks for nobody. */
  isGathered(name: CompanyName): boolean {
    return this.#gathered.has(nameOfCompany(name));
  }

  /** Are all of its people here? If not they are asked for. */
  hasAllPeople(name: CompanyName): boolean {
    if (this.isGathered(name)) return true;
    this.wantedPeople.set(nameOfCompany(name), nameOf(name));
    return false;
  }

  peopleOf({ site, groupId }: CompanyName, except: readonly number[] = []): readonly Profile[] {
    return [...this.#people()].filter(
      (person) =>
        person.site === site && person.state.account?.id === groupId && !except.includes(person.id),
    );
  }

  statesOf(name: CompanyName, except: readonly number[] = []): readonly State[] {
    return this.peopleOf(name, except).map(({ state }) => state);
  }
}

/** A company's name and nothing else of it. */
export function nameOf({ site, groupId }: CompanyName): CompanyName {
  return { site, groupId };
}
