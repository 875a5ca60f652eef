import type { Condition, Definition, EventName, Leaf, Where } from './definition.ts';
import { pointerTo } from './pointer.ts';

/** A condition that holds no others, and where it stands. */
export interface Placed {
  readonly leaf: Leaf;
  /** JSON pointer from the definition. */
  readonly pointer: string;
}

/** Events that something asks for, and where. */
export interface Asked {
  readonly event: EventName;
  readonly pointer: string;
}

/** Tests by path, and where they stand. */
export interface Tests {
  readonly where: Where;
  readonly pointer: string;
}

/** Every leaf of a definition, in the order in which it is written. */
export function leavesOf({ if: condition, leaveIf }: Pick<Definition, 'if' | 'leaveIf'>) {
  const leaving = leaveIf === undefined ? [] : leavesBelow(leaveIf, '/leaveIf');
  return [...leavesBelow(condition, '/if'), ...leaving];
}

function leavesBelow(condition: Condition, pointer: string): readonly Placed[] {
  if ('not' in condition) return leavesBelow(condition.not, pointerTo(pointer, 'not'));
  if ('all' in condition) return leavesOfList(condition.all, pointerTo(pointer, 'all'));
  if ('any' in condition) return leavesOfList(condition.any, pointerTo(pointer, 'any'));
  return [{ leaf: condition, pointer }];
}

function leavesOfList(conditions: readonly Condition[], pointer: string): readonly Placed[] {
  return conditions.flatMap((each, index) => leavesBelow(each, pointerTo(pointer, index)));
}

/** The events that a leaf asks for, each with the place of its name or names. */
export function eventsOf({ leaf, pointer }: Placed): readonly Asked[] {
  if ('did' in leaf) return [{ event: leaf.did, pointer: pointerTo(pointer, 'did') }];
  if ('seq' in leaf) {
    const steps = pointerTo(pointer, 'seq');
    return leaf.seq.map((step, index) => {
      const at = pointerTo(steps, index);
      return 'no' in step
        ? { event: step.no, pointer: pointerTo(at, 'no') }
        : { event: step.did, pointer: pointerTo(at, 'did') };
    });
  }
  if ('idle' in leaf) {
    return leaf.of === undefined ? [] : [{ event: leaf.of, pointer: pointerTo(pointer, 'of') }];
  }
  if ('account' in leaf && !('is' in leaf)) {
    return eventsOf({ leaf: leaf.account, pointer: pointerTo(pointer, 'account') });
  }
  return [];
}

/** The tests of a leaf that events have to pass. */
export function testsOf({ leaf, pointer }: Placed): readonly Tests[] {
  if ('seq' in leaf) {
    const steps = pointerTo(pointer, 'seq');
    return leaf.seq.flatMap((step, index) => whereOf(step.where, pointerTo(steps, index)));
  }
  if ('did' in leaf) {
    const touch =
      'first' in leaf || 'latest' in leaf
        ? [{ where: leaf.is, pointer: pointerTo(pointer, 'is') }]
        : [];
    return [...whereOf(leaf.where, pointer), ...touch];
  }
  if ('idle' in leaf) return whereOf(leaf.where, pointer);
  if ('account' in leaf && !('is' in leaf)) {
    return testsOf({ leaf: leaf.account, pointer: pointerTo(pointer, 'account') });
  }
  return [];
}

function whereOf(where: Where | undefined, pointer: string): readonly Tests[] {
  return where === undefined ? [] : [{ where, pointer: pointerTo(pointer, 'where') }];
}
