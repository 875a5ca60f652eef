import type { Consent, Inkling, Options } from './api.ts';
import { createDelivery, type DeliveryPorts } from './delivery.ts';
import { type Call, METHODS, outcomeOf, type Surroundings } from './event.ts';
import { stranger, type Visitor } from './identity.ts';
import { parseJson, toJson } from './json.ts';
import { CALLS_MAX, WORK_DELAY_MS } from './limits.ts';
import { type Memory, recall, remember } from './memory.ts';
import { EVENT_BYTES_MAX } from './protocol.ts';
import { bytesOf, type Lost, sum } from './queue.ts';
import { quietly } from './quietly.ts';
import { soon } from './soon.ts';

/** What the tracker needs of the world. */
export interface Ports extends DeliveryPorts, Surroundings, Memory {
  /** Whether anything may happen yet: nobody has seen a page that is only prerendered. */
  readonly isSeen: () => boolean;
  /** Anonymous id for a visitor of whom nothing is known. */
  readonly strangerId: () => string;
  /** What holds for a visitor who has not decided. */
  readonly byDefault: Consent;
}

/** The API, and what only the script itself calls. */
export interface Tracker {
  readonly inkling: Inkling;
  /** Takes a call as the snippet's stub noted it. */
  readonly take: (call: Call) => void;
  /**
   * The page may end at any moment: everything is kept, and sent, now.
   *
   * @param isEnd - It does end: so is every later call.
   */
  readonly leave: (isEnd: boolean) => void;
  /** The page is shown, maybe once more: from the cache. */
  readonly resume: () => void;
}

/**
 * Takes calls into memory and works them off when the page has time: only then is storage read and
 * written, and who the visitor is, known. So calls wait for consent where they wait for time.
 */
export function createTracker(options: Options, ports: Ports): Tracker {
  const { strangerId, later, warn, isSeen, byDefault, nowMs, look } = ports;
  const delivery = createDelivery(options.writeKey, ports, () => void flush());
  const calls: Call[] = [];
  let visitor: Visitor = [];
  let lost: Lost = {};
  let isBegun = false;
  let isEnding = false;

  const lose: Lose = (reason, why) => {
    lost = sum(lost, { [reason]: 1 });
    warn(reason, why);
  };

  const consent = () => {
    visitor = recall(visitor, ports);
    return visitor[0] ?? byDefault;
  };

  const work = quietly(() => {
    const decision = isSeen() && consent();
    if (decision === 'denied') {
      calls.length = 0;
      isBegun = false;
      visitor = [visitor[0]];
      remember(visitor, ports);
      delivery.forget();
    }
    if (decision !== 'granted') return;
    if (!visitor[1]) visitor = stranger(visitor, strangerId);
    const [next, events] = workOff(calls.splice(0), visitor, options, ports, lose);
    visitor = next;
    remember(visitor, ports);
    if (!isBegun) delivery.begin();
    isBegun = true;
    delivery.take([events, lost]);
    lost = {};
  });

  const workSoon = soon(later, work);

  const flush = () => {
    work();
    return delivery.flush();
  };

  const leave = (isEnd: boolean) => {
    isEnding ||= isEnd;
    work();
    delivery.leave(isEnd);
  };

  const take = ([method, args, ...where]: Call) => {
    try {
      const [decision, detail] = METHODS[method] ?? [];
      if (decision && !detail) {
        consent();
        visitor = [decision, ...visitor.slice(1)] as unknown as Visitor;
        remember(visitor, ports);
        return work();
      }
      // Read now: the page may change its objects later.
      calls.push([method, parseJson(toJson(args)) as unknown[], ...where]);
      if (calls.length > CALLS_MAX) lose('overflow', calls.shift());
      if (isEnding) return leave(true);
      workSoon(WORK_DELAY_MS);
    } catch (error) {
      lose('refused', error);
    }
  };

  const methods = Object.keys(METHODS).map((method) => [
    method,
    (...args: readonly unknown[]) => take([method, args, nowMs(), ...look()]),
  ]);

  return {
    inkling: {
      ...(Object.fromEntries(methods) as Omit<Inkling, 'consent' | 'flush' | 'ids'>),
      consent,
      flush,
      ids: () => {
        work();
        const [, anonymousId, userId, sessionId] = visitor;
        return { anonymousId, userId, sessionId };
      },
    },
    take,
    leave,
    resume: () => {
      if (isEnding && isBegun) delivery.begin();
      isEnding = false;
    },
  };
}

type Lose = (reason: keyof Lost, why: unknown) => void;

/** Works off calls, in their order: the visitor is another or the same, and there are events, as JSON. */
function workOff(
  calls: readonly Call[],
  before: Visitor,
  options: Options,
  ports: Ports,
  lose: Lose,
): readonly [visitor: Visitor, events: readonly string[]] {
  let visitor = before;
  const events: string[] = [];
  for (const call of calls) {
    try {
      const [next, event] = outcomeOf(call, visitor, options, ports);
      const text = event ? toJson(event) : '';
      visitor = next;
      if (bytesOf([text]) > EVENT_BYTES_MAX) lose('too_large', event);
      else if (text) events.push(text);
    } catch (error) {
      lose('refused', error);
    }
  }
  return [visitor, events];
}
