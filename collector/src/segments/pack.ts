import type { Json } from '@inkling/sdk/protocol';
import type { AccountFacts, Standing, Trait } from './facts.ts';
import type { Entry, Recency } from './recency.ts';
import type { State } from './state.ts';

/** The version of the layout below. The first one knew less and reads as a shorter one of these. */
const LAYOUT = 2;
/** Where in it stands when the person was first seen. */
export const FIRST_SEEN_PLACE = 3;
/** More than any count needs, so that journals alone are cut: what is missing is in the log. */
const ENTRIES_MAX = 1_024;

/**
 * A state as compact JSON: tuples for what repeats, empty ends left out. Lists keep their newest
 * entries; where some were left out, the state says up to when. Read back by {@link unpackState}.
 */
export function packState(state: State): string {
  const lists = Object.entries(state.lists).map(([id, list]) => [
    id,
    list.slice(0, ENTRIES_MAX).map(packEntry),
  ]);
  const standings = Object.entries(state.standings).map(packStanding);
  const traits = Object.entries(state.traits).map(([name, { value, atMs, messageId }]) => [
    name,
    value,
    atMs,
    messageId,
  ]);
  const { revision, settledMs, firstSeenMs, lastSeenMs, known, account } = state;
  const numbers = [LAYOUT, revision, settledMs, firstSeenMs, lastSeenMs, known ? 1 : 0];
  const rest = [account === undefined ? null : packAccount(account), cutsOf(state)];
  return JSON.stringify([...numbers, lists, standings, traits, ...rest] satisfies unknown[]);
}

/**
 * @param text - What {@link packState} made; anything else is a broken database and throws.
 * @param self - The person's internal number.
 */
export function unpackState(text: string, self = 0): State {
  const packed = JSON.parse(text) as Packed;
  if (packed[0] > LAYOUT) throw new Error(`Invariant broken: state has layout ${packed[0]}`);
  const [, revision, settledMs, firstSeenMs, lastSeenMs, known, lists, standings, traits] = packed;
  const [account, cuts = {}] = packed.slice(9) as unknown as Rest;
  return {
    self,
    revision,
    settledMs,
    firstSeenMs,
    lastSeenMs,
    known: known === 1,
    lists: Object.fromEntries(lists.map(([id, entries]) => [id, unpackList(entries)])),
    cuts,
    standings: Object.fromEntries(
      standings.map((standing) => [standing[0], unpackStanding(standing)]),
    ),
    traits: Object.fromEntries(
      traits.map(([name, value, atMs, messageId]) => [name, { value, atMs, messageId }]),
    ),
    ...(account && { account: unpackAccount(account) }),
  };
}

type PackedEntry = readonly [atMs: number, event: number, key?: string | null, value?: number];
type PackedStanding = readonly [
  key: number,
  enteredMs: number | null,
  dueMs?: number | null,
  lastEnteredMs?: number | null,
  lastLeftMs?: number | null,
];
type PackedAccount = readonly [
  id: string,
  atMs: number,
  messageId: string,
  traits: Readonly<Record<string, Json>>,
  holds: readonly string[],
];
type Rest = readonly [account?: PackedAccount | null, cuts?: Readonly<Record<string, number>>];
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
  ...rest: Rest,
];

/** Before which nothing of a list is stored; what was missing before stays missing. */
function cutsOf({ lists, cuts }: State): State['cuts'] {
  const cut = Object.entries(lists).flatMap(([id, list]): [string, number][] => {
    const newestLost = list[ENTRIES_MAX];
    return newestLost === undefined ? [] : [[id, newestLost.atMs]];
  });
  return cut.length === 0 ? cuts : { ...cuts, ...Object.fromEntries(cut) };
}

function packEntry({ atMs, event, key, value }: Entry): PackedEntry {
  if (value !== undefined) return [atMs, event, key ?? null, value];
  return key === undefined ? [atMs, event] : [atMs, event, key];
}

function unpackList(entries: readonly PackedEntry[]): Recency {
  return entries.map(([atMs, event, key, value]) => ({
    atMs,
    event,
    ...(typeof key === 'string' && { key }),
    ...(value !== undefined && { value }),
  }));
}

function packStanding([key, standing]: [string, Standing]): readonly (number | null)[] {
  const { enteredMs, dueMs, lastEnteredMs, lastLeftMs } = standing;
  const all = [Number(key), enteredMs, dueMs, lastEnteredMs, lastLeftMs];
  const end = all.findLastIndex((each) => each !== undefined);
  return all.slice(0, end + 1).map((each) => each ?? null);
}

function unpackStanding(packed: PackedStanding): Standing {
  const [, enteredMs, dueMs, lastEnteredMs, lastLeftMs] = packed;
  return {
    ...(typeof enteredMs === 'number' && { enteredMs }),
    ...(typeof dueMs === 'number' && { dueMs }),
    ...(typeof lastEnteredMs === 'number' && { lastEnteredMs }),
    ...(typeof lastLeftMs === 'number' && { lastLeftMs }),
  };
}

function packAccount({ id, atMs, messageId, traits, holds }: AccountFacts): PackedAccount {
  return [id, atMs, messageId, traits, holds];
}

function unpackAccount([id, atMs, messageId, traits, holds]: PackedAccount): AccountFacts {
  return { id, atMs, messageId, traits, holds };
}
