import type { CompanyName } from '../identity/company.ts';
import type { Identity, IdentityName } from '../identity/identity.ts';
import type { Tombstone } from '../identity/tombstone.ts';

/** What goes with a person. */
export interface Erasure {
  readonly site: number;
  /** The strands of their history, which are also all the numbers that they ever had. */
  readonly parts: readonly number[];
  /** Others in whose history their ids stand, since they were taken apart. */
  readonly others: readonly number[];
  /** Ids that were theirs alone. */
  readonly names: readonly IdentityName[];
  /** Ids that were somebody else's too, as they are without them. */
  readonly shared: readonly Identity[];
  readonly messageIds: readonly string[];
  /** Companies that nobody else named. */
  readonly companies: readonly CompanyName[];
  readonly tombstones: readonly Tombstone[];
}
