import type { CompiledSegment, Plan } from '../segments/plan.ts';
import { candidatesKey, cut } from '../segments/ranking.ts';
import type { UnitOfWork } from '../store/store.ts';
import { rankPeople } from './group.ts';
import type { LedgerPorts } from './ledger.ts';

export interface RankerPorts {
  readonly tx: <T>(work: (unit: UnitOfWork) => Promise<T>) => Promise<T>;
  readonly ledger: () => LedgerPorts;
}

/** People that one transaction looks at or moves, so that requests never wait long behind it. */
const PEOPLE_PER_STEP = 200;

/**
 * Says anew who is among the first, of every segment of some sites that ranks people. Each step is a
 * transaction of its own; what happens in between is seen the next time.
 */
export async function* rankAll(plans: Iterable<Plan>, ports: RankerPorts): AsyncGenerator<void> {
  for (const plan of plans) {
    for (const segment of plan.segments.values()) {
      if (segment.ranking !== undefined) yield* rankSegment(segment, segment.ranking, ports);
    }
  }
}

async function* rankSegment(
  { key }: CompiledSegment,
  ranking: NonNullable<CompiledSegment['ranking']>,
  { tx, ledger }: RankerPorts,
): AsyncGenerator<void> {
  const candidates = candidatesKey(key);
  const among = await tx((unit) => unit.membersOf(candidates));
  const members = new Set(await tx((unit) => unit.membersOf(key)));
  const ordered: { id: number; figure: number }[] = [];
  for (const ids of chunks(among)) {
    yield;
    const { nowMs } = ledger();
    for (const { id, state } of await tx((unit) => unit.profiles(ids))) {
      const isCandidate = state.standings[candidates]?.enteredMs !== undefined;
      if (isCandidate) ordered.push({ id, figure: ranking.figure(state, nowMs) });
    }
  }
  const first = new Set(cut(ranking, ordered).map(({ id }) => id));
  const turned = [...first].filter((id) => !members.has(id));
  const left = [...members].filter((id) => !first.has(id));
  for (const ids of chunks([...left, ...turned])) {
    yield;
    await tx((unit) => rankPeople(unit, ids, { key, first }, ledger()));
  }
}

function* chunks(ids: readonly number[]): Generator<readonly number[]> {
  for (let start = 0; start < ids.length; start += PEOPLE_PER_STEP) {
    yield ids.slice(start, start + PEOPLE_PER_STEP);
  }
}
