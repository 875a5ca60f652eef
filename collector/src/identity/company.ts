import type { Turn } from '../segments/company.ts';
import type { State } from '../segments/state.ts';

/** A company: who put people into it said what it is like, and its people together decide what holds. */
export interface Company {
  readonly site: number;
  /** The id that group calls name. */
  readonly groupId: string;
  /** How many people it has. */
  readonly size: number;
  /** What those of its people were not told yet who are told later; empty where all were told at once. */
  readonly trail: readonly Turn[];
  readonly state: State;
}

/** Whose company it is and what it is called there. */
export type CompanyName = Pick<Company, 'site' | 'groupId'>;

/** A text that is different for every company of every site. */
export function nameOfCompany({ site, groupId }: CompanyName): string {
  return `${site} ${groupId}`;
}
