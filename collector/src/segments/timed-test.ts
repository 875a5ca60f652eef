import type { Json } from '@inkling/sdk/protocol';
import { parseInstant } from '../instant.ts';
import type { Calendar } from './calendar.ts';
import { FOREVER, type Verdict } from './compiled.ts';
import type { Scalar, Test } from './definition.ts';
import { compilePeriod } from './period.ts';
import { compileTest } from './where.ts';

type Timeless = (value: Json | undefined) => boolean;
/** Judges a value that is an instant. */
type Timed = (valueMs: number, nowMs: number) => Verdict;

/**
 * Makes a test whose answer may change as time passes: `last`, `next` and `olderThan` compare an
 * instant with now. A value that is no instant fails them.
 */
export function compileTimedTest(
  test: Test,
  calendar: Calendar,
): (value: Json | undefined, nowMs: number) => Verdict {
  const { timeless, timed } = partsOf(test, calendar);
  return (value, nowMs) => {
    if (!timeless(value)) return { is: false, untilMs: FOREVER };
    if (timed.length === 0) return { is: true, untilMs: FOREVER };
    const valueMs = instantOf(value);
    if (valueMs === undefined) return { is: false, untilMs: FOREVER };
    const verdicts = timed.map((judge) => judge(valueMs, nowMs));
    return {
      is: verdicts.every(({ is }) => is),
      untilMs: Math.min(...verdicts.map(({ untilMs }) => untilMs)),
    };
  };
}

/** The instant that a value says: ISO 8601, or seconds or milliseconds since 1970. */
function instantOf(value: Json | undefined): number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseInstant(value) : undefined;
}

function partsOf(
  test: Test,
  calendar: Calendar,
): { readonly timeless: Timeless; readonly timed: readonly Timed[] } {
  if (typeof test !== 'object' || test === null) {
    return { timeless: compileTest(test), timed: [] };
  }
  const { last, next, olderThan, ...rest } = test as Exclude<Test, Scalar>;
  const timed: Timed[] = [];
  if (last !== undefined) {
    const { after } = compilePeriod(last, calendar);
    timed.push((valueMs, nowMs) => between(valueMs, after(valueMs), nowMs));
  }
  if (next !== undefined) {
    const { before } = compilePeriod(next, calendar);
    timed.push((valueMs, nowMs) => between(before(valueMs), valueMs, nowMs));
  }
  if (olderThan !== undefined) {
    const { after } = compilePeriod(olderThan, calendar);
    timed.push((valueMs, nowMs) => between(after(valueMs), FOREVER, nowMs));
  }
  const isBare = Object.keys(rest).length === 0;
  return { timeless: isBare ? () => true : compileTest(rest), timed };
}

/** True from `fromMs` on until just before `toMs`. */
function between(fromMs: number, toMs: number, nowMs: number): Verdict {
  if (nowMs < fromMs) return { is: false, untilMs: fromMs };
  return nowMs < toMs ? { is: true, untilMs: toMs } : { is: false, untilMs: FOREVER };
}
