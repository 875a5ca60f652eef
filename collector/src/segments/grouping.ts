import type { Event } from '../event.ts';
import type { AccountFacts } from './facts.ts';

/** The group call that says which company somebody is in. */
export type Grouping = Pick<AccountFacts, 'id' | 'atMs' | 'messageId'>;

/** Events with their ids, in any order. */
type Events = readonly (readonly [event: Event, id: number])[];

/** The newest grouping counts, of one instant the one with the greater messageId. */
export function isNewer(
  a: Pick<Grouping, 'atMs' | 'messageId'>,
  b: Pick<Grouping, 'atMs' | 'messageId'>,
): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.messageId > b.messageId);
}

/** The companies that a history ever named, each once. */
export function companiesIn(history: Events): readonly string[] {
  const named = history.flatMap(([{ type, groupId }]) =>
    type === 'group' && groupId !== undefined ? [groupId] : [],
  );
  return [...new Set(named)];
}

/** Where a history puts its person; `undefined` where it has no group call. */
export function groupingOf(history: Events): Grouping | undefined {
  return groupingsOf(history).at(-1);
}

/** Where a history put its person from when on, in order of time; of one instant there is one. */
export function groupingsOf(history: Events): readonly Grouping[] {
  const calls = history.flatMap(([{ type, groupId, atMs, messageId }]): Grouping[] =>
    type !== 'group' || groupId === undefined ? [] : [{ id: groupId, atMs, messageId }],
  );
  calls.sort((a, b) => (isNewer(a, b) ? 1 : -1));
  return calls.filter(({ atMs }, index) => calls[index + 1]?.atMs !== atMs);
}
