import {
  type Colleague,
  type CompanyLife,
  type Copy,
  companyLife,
  copiesOf,
} from '../segments/company-life.ts';
import { type Grouping, groupingsOf } from '../segments/grouping.ts';
import type { Plan } from '../segments/plan.ts';
import type { History } from '../segments/replay.ts';
import type { State } from '../segments/state.ts';
import { readNaming } from '../store/company-calls.ts';
import type { Database } from '../store/open.ts';
import type { Effort } from './crowd.ts';
import { loadHistory } from './events.ts';
import { loadPeople } from './people.ts';

/** Companies whose past one question holds at once; those looked at long ago are relived when they are met again. */
const LIVES_HELD_MAX = 1_000;
const PEOPLE_PER_READ = 20;

/** The past of the companies that a question meets, each relived from what all of its people did. */
export interface CompanyLives {
  /** Reads what somebody's history names. Answers what they knew of their companies, and how it ended. */
  readonly of: (history: History) => Promise<CompanyPast>;
  /** Events that were read for it so far. */
  readonly eventsRead: () => number;
  /** Companies of which more happened than one question reads; what is asked of them does not hold. */
  readonly leftOut: () => number;
}

export interface CompanyPast {
  readonly copies: readonly Copy[];
  /** The company in which the history leaves its person. */
  readonly last?: State;
}

const NONE: CompanyPast = { copies: [] };

/**
 * @param keys - The segments that are looked at: where none of them asks about companies nothing is read.
 * @param effort - What one company may cost; the question itself counts what all of them cost.
 */
export function companyLives(
  database: Database,
  {
    site,
    plan,
    keys,
  }: { readonly site: number; readonly plan: Plan; readonly keys: readonly number[] },
  untilMs: number,
  effort: Effort,
): CompanyLives {
  const { accounts } = plan;
  const held = new Map<string, CompanyLife | undefined>();
  const leftOut = new Set<string>();
  let eventsRead = 0;
  const asks = keys.some((key) => plan.segments.get(key)?.asksCompany);
  if (accounts === undefined || !asks) {
    return { of: async () => NONE, eventsRead: () => 0, leftOut: () => 0 };
  }
  const live = async (groupId: string): Promise<CompanyLife | undefined> => {
    const read = await loadColleagues(database, { site, groupId }, effort);
    eventsRead += read.events;
    if (read.kind === 'read') return companyLife(accounts, groupId, read.people, untilMs);
    leftOut.add(groupId);
    return undefined;
  };
  return {
    of: async (history) => {
      const groupings = groupingsOf(history).filter(({ atMs }) => atMs <= untilMs);
      const lives = new Map<string, CompanyLife | undefined>();
      for (const id of new Set(groupings.map((grouping: Grouping) => grouping.id))) {
        const life = held.has(id) ? held.get(id) : await live(id);
        held.delete(id);
        held.set(id, life);
        lives.set(id, life);
      }
      for (const id of held.keys()) {
        if (held.size <= LIVES_HELD_MAX) break;
        held.delete(id);
      }
      const past = history.filter(([{ atMs }]) => atMs <= untilMs);
      const last = lives.get(groupings.at(-1)?.id ?? '')?.state;
      return { copies: copiesOf(past, (id) => lives.get(id)), ...(last && { last }) };
    },
    eventsRead: () => eventsRead,
    leftOut: () => leftOut.size,
  };
}

/** What an answer says where companies were left out. */
export function leftOutOf({ leftOut }: CompanyLives): { readonly companiesLeftOut?: number } {
  return leftOut() === 0 ? {} : { companiesLeftOut: leftOut() };
}

/** What was read of a company, and how many events that took. */
type Colleagues =
  | { readonly kind: 'read'; readonly people: readonly Colleague[]; readonly events: number }
  | { readonly kind: 'too_much'; readonly events: number };

/** Everybody who ever named a company with all that they did. */
async function loadColleagues(
  database: Database,
  company: { readonly site: number; readonly groupId: string },
  { peopleMax, eventsMax }: Effort,
): Promise<Colleagues> {
  const parts = await readNaming(database.$client, company, peopleMax + 1);
  if (parts.length > peopleMax) return { kind: 'too_much', events: 0 };
  const found: Colleague[] = [];
  const seen = new Set<number>();
  let events = 0;
  for (let first = 0; first < parts.length; first += PEOPLE_PER_READ) {
    const page = parts.slice(first, first + PEOPLE_PER_READ);
    for (const person of (await loadPeople(database, company.site, page)).values()) {
      // Two strands may be one person's.
      if (seen.has(person.id)) continue;
      seen.add(person.id);
      const history = await loadHistory(database, person);
      events += history.length;
      if (events > eventsMax) return { kind: 'too_much', events };
      found.push({ self: person.id, history });
    }
  }
  return { kind: 'read', people: found, events };
}
