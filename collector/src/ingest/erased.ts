import type { Event } from '../event.ts';
import { isErased, namesIn, type TombstoneName, textOfTombstone } from '../identity/tombstone.ts';
import type { UnitOfWork } from '../store/store.ts';
import type { LedgerPorts } from './ledger.ts';
import type { WriteRequest } from './outcome.ts';

/**
 * For each request the positions of events that an erased person had done before they were erased:
 * they arrive late, or again.
 */
export async function erasedAmong(
  unit: UnitOfWork,
  requests: readonly WriteRequest[],
  { emailOf }: LedgerPorts,
): Promise<readonly ReadonlySet<number>[]> {
  const judges = new Map<number, (event: Event) => boolean>();
  for (const site of new Set(requests.map((request) => request.site))) {
    const events = requests.flatMap((request) => (request.site === site ? request.events : []));
    const email = (event: Event) => emailOf(site, event);
    const find = (names: readonly TombstoneName[]) =>
      unit.erased(site, [...new Map(names.map((name) => [textOfTombstone(name), name])).values()]);
    const stones = await find(events.flatMap((event) => namesIn(event, email(event))));
    if (stones.size === 0) continue;
    const suspects = events.filter((event) =>
      namesIn(event, email(event)).some((name) => stones.has(textOfTombstone(name))),
    );
    const messages = await find(
      suspects.map(({ messageId }) => ({ kind: 'message', value: messageId })),
    );
    const users = await unit.identities(
      site,
      suspects.flatMap(({ userId }) =>
        userId === undefined ? [] : [{ kind: 'user', value: userId }],
      ),
    );
    const known = new Set(users.map(({ value }) => value));
    const all = new Map([...stones, ...messages]);
    judges.set(site, (event) => isErased(event, email(event), all, (id) => known.has(id)));
  }
  return requests.map(({ site, events }) => {
    const judge = judges.get(site);
    const positions = events.flatMap((event, position) => (judge?.(event) ? [position] : []));
    return new Set(positions);
  });
}
