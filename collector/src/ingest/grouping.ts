import type { AccountFacts } from '../segments/facts.ts';
import type { History } from '../segments/replay.ts';

/** The group call that says which company somebody is in. */
export type Grouping = Pick<AccountFacts, 'id' | 'atMs' | 'messageId'>;

/** The newest grouping counts, of one instant the one with the greater messageId. */
export function isNewer(
  a: Pick<Grouping, 'atMs' | 'messageId'>,
  b: Pick<Grouping, 'atMs' | 'messageId'>,
): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.messageId > b.messageId);
}

/** Where a history puts its person; `undefined` where it has no group call. */
export function groupingOf(history: History): Grouping | undefined {
  let newest: Grouping | undefined;
  for (const [{ type, groupId, atMs, messageId }] of history) {
    if (type !== 'group' || groupId === undefined) continue;
    const grouping = { id: groupId, atMs, messageId };
    if (newest === undefined || isNewer(grouping, newest)) newest = grouping;
  }
  return newest;
}
