import type { Standing } from '../segments/facts.ts';
import { type Change, type Moment, valueThen } from '../segments/judge.ts';
import type { Plan } from '../segments/plan.ts';
import { type History, relive } from '../segments/replay.ts';
import type { State } from '../segments/state.ts';

/** One of those that a person falls apart into. */
export interface Apart extends Pick<State, 'self' | 'known'> {
  readonly history: History;
}

/** The state of a person to whom this history and no other happened, settled at `nowMs`. */
export function rebuilt(
  plan: Plan,
  { known, self, account }: Pick<State, 'self' | 'account' | 'known'>,
  history: History,
  nowMs: number,
): State {
  const knownFromMs = known ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const whom = { self, knownFromMs, ...(account && { account }) };
  const { state } = relive(plan, whom, history, nowMs);
  return { ...state, known, settledMs: Math.max(state.settledMs, nowMs) };
}

/**
 * How a person goes on whose state was rebuilt: what they were and still are a member of they never
 * left; what differs changes now.
 */
export function differences(
  plan: Plan,
  before: State,
  rebuilt: State,
  { atMs: nowMs, cause }: Pick<Moment, 'atMs' | 'cause'>,
): { readonly state: State; readonly changes: readonly Change[] } {
  const standings: Record<number, Standing> = { ...rebuilt.standings };
  const changes: Change[] = [];
  for (const segment of plan.segments.values()) {
    const standing = standings[segment.key];
    const isMember = standing?.enteredMs !== undefined;
    const enteredMs = before.standings[segment.key]?.enteredMs;
    // What depends on the past goes by the true instant.
    if (isMember && !segment.isHistoric) {
      standings[segment.key] = { ...standing, enteredMs: enteredMs ?? nowMs };
    }
    if (isMember === (enteredMs !== undefined)) continue;
    const direction = isMember ? 'entered' : 'left';
    const then = valueThen(segment, rebuilt, nowMs);
    changes.push({ segment, direction, atMs: nowMs, cause, announced: true, ...then });
  }
  return { state: { ...rebuilt, standings }, changes };
}

/** What somebody enters as they are told apart from a person: what these were in anyway is no news. */
export function inheritances(
  plan: Plan,
  before: State,
  rebuilt: State,
  nowMs: number,
): readonly Change[] {
  return [...plan.segments.values()].flatMap((segment): Change[] => {
    if (rebuilt.standings[segment.key]?.enteredMs === undefined) return [];
    const announced = before.standings[segment.key]?.enteredMs === undefined;
    const moment = { atMs: nowMs, cause: 'unmerge', announced } as const;
    return [{ segment, direction: 'entered', ...moment, ...valueThen(segment, rebuilt, nowMs) }];
  });
}
