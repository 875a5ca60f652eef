import type { Event } from '../event.ts';
import type { Definition } from './definition.ts';
import type { ScoreModel } from './score-model.ts';

/** One person's full history and what else a definition asks about them. */
export interface Person {
  readonly events: readonly Event[];
  readonly known: boolean;
  /** The person's internal number: whom a bucket draws by. */
  readonly self?: number;
  /** Everybody of the site who was ever put into a company; without it the person is alone. */
  readonly everybody?: readonly Pick<Person, 'self' | 'events'>[];
}

/** What a definition may refer to. */
export interface Site {
  /** IANA name. */
  readonly timeZone: string;
  /** All segments, by id. */
  readonly segments: ReadonlyMap<string, Definition>;
  /** By id; none unless given. */
  readonly scores?: ReadonlyMap<string, ScoreModel>;
}
