import type { Entry, Recency } from './recency.ts';
import type { Standing, State, Trait } from './state.ts';

/**
 * A state as compact JSON: tuples for what repeats, one letter for each part. Read back by
 * {@link unpackState}; the first number is the version of this layout.
 */
export function packState(state: State): string {
  const lists = Object.entries(state.lists).map(([id, list]) => [id, list.map(packEntry)]);
  const standings = Object.entries(state.standings).map(([key, { enteredMs, dueMs }]) => [
    Number(key),
    enteredMs ?? null,
    dueMs ?? null,
  ]);
  const traits = Object.entries(state.traits).map(([name, { value, atMs, messageId }]) => [
    name,
    value,
    atMs,
    messageId,
  ]);
  const { revision, settledMs, firstSeenMs, lastSeenMs, known } = state;
  const numbers = [LAYOUT, revision, settledMs, firstSeenMs, lastSeenMs, known ? 1 : 0];
  return JSON.stringify([...numbers, lists, standings, traits] satisfies unknown[]);
}

const LAYOUT = 1;

/** @param text - What {@link packState} made; anything else is a broken database and throws. */
export function unpackState(text: string): State {
  const packed = JSON.parse(text) as Packed;
  if (packed[0] !== LAYOUT) throw new Error(`Invariant broken: state has layout ${packed[0]}`);
  const [, revision, settledMs, firstSeenMs, lastSeenMs, known, lists, standings, traits] = packed;
  return {
    revision,
    settledMs,
    firstSeenMs,
    lastSeenMs,
    known: known === 1,
    lists: Object.fromEntries(lists.map(([id, entries]) => [id, unpackList(entries)])),
    standings: Object.fromEntries(
      standings.map((standing) => [standing[0], unpackStanding(standing)]),
    ),
    traits: Object.fromEntries(
      traits.map(([name, value, atMs, messageId]) => [name, { value, atMs, messageId }]),
    ),
  };
}

type PackedEntry = readonly [atMs: number, event: number, key?: string];
type PackedStanding = readonly [key: number, enteredMs: number | null, dueMs: number | null];
type Packed = readonly [
  layout: number,
  revision: number,
  settledMs: number,
  firstSeenMs: number,
  lastSeenMs: number,
  known: number,
  lists: readonly (readonly [id: string, entries: readonly PackedEntry[]])[],
  standings: readonly PackedStanding[],
  traits: readonly (readonly [
    name: string,
    value: Trait['value'],
    atMs: number,
    messageId: string,
  ])[],
];

function packEntry({ atMs, event, key }: Entry): PackedEntry {
  return key === undefined ? [atMs, event] : [atMs, event, key];
}

function unpackList(entries: readonly PackedEntry[]): Recency {
  return entries.map(([atMs, event, key]) =>
    key === undefined ? { atMs, event } : { atMs, event, key },
  );
}

function unpackStanding([, enteredMs, dueMs]: PackedStanding): Standing {
  return { ...(enteredMs !== null && { enteredMs }), ...(dueMs !== null && { dueMs }) };
}
