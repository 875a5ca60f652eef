import { type CompiledCondition, FOREVER, type Verdict } from './compiled.ts';
import { evaluate, nextChangeMs } from './evaluate.ts';
import type { Facts, Standing } from './facts.ts';
import type { CompiledSegment, Plan } from './plan.ts';
import { scoreValue } from './score-reading.ts';
import type { State } from './state.ts';

export type Cause =
  | ('event' | 'late' | 'time' | 'definition' | 'rank')
  | ('merge' | 'unmerge' | 'erasure' | 'retention');

/** One change of one membership. */
export interface Change {
  readonly segment: CompiledSegment;
  readonly direction: 'entered' | 'left';
  /** The instant from which it holds. */
  readonly atMs: number;
  readonly cause: Cause;
  /** The id of the event that brought it about. */
  readonly event?: number;
  /** Are others told? Not of bookkeeping: a membership that a merge carries over, a new definition. */
  readonly announced: boolean;
  /** Of a band: the score's value then. */
  readonly value?: number;
}

/** When and why something is judged. */
export type Moment = Pick<Change, 'atMs' | 'cause' | 'event' | 'announced'>;

export interface Judged {
  readonly state: State;
  readonly changes: readonly Change[];
  /** Segments were left out that only the whole history can judge. */
  readonly needsReplay: boolean;
}

/**
 * Judges segments at one instant, and those that read them where they change, each after all that it
 * reads; records what differs from how the person stood.
 *
 * @param skips - Leaves out what {@link CompiledSegment.isHistoric}, and what {@link CompiledSegment.isShared}.
 */
export function judge(
  plan: Plan,
  state: State,
  segments: Iterable<CompiledSegment>,
  moment: Moment,
  skips = false,
): Judged {
  const changes: Change[] = [];
  const standings: Record<number, Standing> = { ...state.standings };
  const judged = { ...state, standings };
  let needsReplay = false;
  const queue = [...new Set(segments)].sort(byOrder);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (skips && (next.isHistoric || next.isShared)) {
      needsReplay ||= next.isHistoric;
      continue;
    }
    const was = standings[next.key];
    const is = stand(next, judged, moment.atMs);
    if (isEmpty(is)) delete standings[next.key];
    else standings[next.key] = is;
    const wasIn = was?.enteredMs !== undefined;
    const isIn = is.enteredMs !== undefined;
    if (wasIn !== isIn) {
      changes.push({
        ...{ ...moment, segment: next, direction: isIn ? 'entered' : 'left' },
        ...valueThen(next, judged, moment.atMs),
      });
    }
    // What changed in the past alone is unseen here, yet those that depend on the past may read it.
    if (wasIn !== isIn || skips) enqueue(queue, plan.dependents.get(next.key) ?? []);
  }
  return { state: judged, changes, needsReplay };
}

/** The value of the score whose band a change is about. */
export function valueThen(
  { band }: CompiledSegment,
  facts: Facts,
  atMs: number,
): Pick<Change, 'value'> {
  return band === undefined ? {} : { value: scoreValue(band.score, facts, atMs) };
}

/** How a person stands to a segment at an instant, given how they stood till then. */
function stand(segment: CompiledSegment, facts: Facts, atMs: number): Standing {
  const was = facts.standings[segment.key] ?? {};
  const { enteredMs, dueMs } =
    was.enteredMs === undefined
      ? standOutside(segment, facts, atMs)
      : standInside(segment, was.enteredMs, facts, atMs);
  return {
    ...momentsOf(segment, was, enteredMs, atMs),
    ...(enteredMs !== undefined && { enteredMs }),
    ...(dueMs !== undefined && { dueMs }),
  };
}

type Stand = { readonly [Key in 'enteredMs' | 'dueMs']: number | undefined };

/** How somebody stands from now on who was no member. */
function standOutside(segment: CompiledSegment, facts: Facts, atMs: number): Stand {
  const { enters, minStay } = segment;
  const verdict = evaluate(enters, facts, atMs);
  if (!verdict.is) {
    return { enteredMs: undefined, dueMs: nextLookMs(segment, enters, facts, atMs, verdict) };
  }
  const stayMs = minStay?.after(atMs) ?? atMs;
  return { enteredMs: atMs, dueMs: leavesMs(segment, facts, { stayMs, atMs }) };
}

/** How somebody stands from now on who was a member since `enteredMs`. */
function standInside(
  segment: CompiledSegment,
  enteredMs: number,
  facts: Facts,
  atMs: number,
): Stand {
  const { enters, leaves, minStay } = segment;
  const mayLeave = minStay === undefined || atMs >= minStay.after(enteredMs);
  if (!mayLeave) {
    const stayMs = minStay.after(enteredMs);
    return { enteredMs, dueMs: leavesMs(segment, facts, { stayMs, atMs }) };
  }
  const verdict = evaluate(leaves, facts, atMs);
  return verdict.is
    ? { enteredMs: undefined, dueMs: nextLookMs(segment, enters, facts, atMs) }
    : { enteredMs, dueMs: nextLookMs(segment, leaves, facts, atMs, verdict) };
}

/** When a member leaves if nothing happens; not before `stayMs`. */
function leavesMs(
  segment: CompiledSegment,
  facts: Facts,
  { stayMs, atMs }: { readonly stayMs: number; readonly atMs: number },
): number | undefined {
  const { leaves } = segment;
  if (stayMs <= atMs) return nextLookMs(segment, leaves, facts, atMs);
  const verdict = evaluate(leaves, facts, stayMs);
  return verdict.is ? stayMs : nextLookMs(segment, leaves, facts, stayMs, verdict);
}

/**
 * When a condition is to be looked at again: as it changes, or where it reads what fades, at the latest
 * as it does.
 */
function nextLookMs(
  { fades }: CompiledSegment,
  condition: CompiledCondition,
  facts: Facts,
  atMs: number,
  verdict: Verdict = evaluate(condition, facts, atMs),
): number | undefined {
  if (!fades) return nextChangeMs(condition, facts, atMs, verdict);
  return verdict.untilMs < FOREVER ? verdict.untilMs : undefined;
}

/** When the person last came and went, of segments about which others ask that. */
export function momentsOf(
  { keepsMoments }: CompiledSegment,
  was: Standing,
  enteredMs: number | undefined,
  atMs: number,
): Pick<Standing, 'lastEnteredMs' | 'lastLeftMs'> {
  if (!keepsMoments) return {};
  const lastEnteredMs = enteredMs ?? was.lastEnteredMs;
  const leftNow = was.enteredMs !== undefined && enteredMs === undefined;
  const lastLeftMs = leftNow ? atMs : was.lastLeftMs;
  return {
    ...(lastEnteredMs !== undefined && { lastEnteredMs }),
    ...(lastLeftMs !== undefined && { lastLeftMs }),
  };
}

function enqueue(queue: CompiledSegment[], segments: readonly CompiledSegment[]): void {
  const fresh = segments.filter((segment) => !queue.includes(segment));
  if (fresh.length === 0) return;
  queue.push(...fresh);
  queue.sort(byOrder);
}

function byOrder(a: CompiledSegment, b: CompiledSegment): number {
  return a.order - b.order;
}

function isEmpty(standing: Standing): boolean {
  for (const _ in standing) return false;
  return true;
}
