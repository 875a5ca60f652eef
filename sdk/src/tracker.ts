import type { Inkling, Options } from './api.ts';
import type { Delivery } from './delivery.ts';
import {
  ARGUMENTS,
  addressOf,
  type Call,
  parseCall,
  type Surroundings,
  wireEvent,
} from './event.ts';
import { identified, isSampled, stranger } from './identity.ts';
import { parseJson, toJson } from './json.ts';
import { CALLS_MAX, SESSION_MINUTES } from './limits.ts';
import type { Memory } from './memory.ts';
import { continueSession } from './session.ts';

type Method = Exclude<keyof Inkling, 'consent' | 'flush' | 'ids'>;

/** What the tracker needs of the world. */
export interface Ports {
  readonly nowMs: () => number;
  /** Unique in the world; at most 64 digits of base 36. */
  readonly newId: () => string;
  /** Address and title of the page, now. */
  readonly look: () => readonly [href: string, title: string];
  readonly surroundings: () => Surroundings;
  /** Whether anything may happen yet: nobody has seen a page that is only prerendered. */
  readonly isSeen: () => boolean;
  /** Runs something once the page has time for it; asked again before that, it runs once. */
  readonly soon: (run: () => void) => void;
  readonly memory: Memory;
  readonly delivery: Delivery;
  readonly warn: (what: string, detail?: unknown) => void;
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
  /** The page is back from the cache. */
  readonly resume: () => void;
}

/**
 * Takes calls into memory and works them off when the page has time: only then is storage read and
 * written, and who the visitor is, known. So calls wait for consent where they wait for time.
 */
export function createTracker(options: Options, ports: Ports): Tracker {
  const { memory, delivery, warn } = ports;
  const calls: Call[] = [];
  let lost: { overflow: number; refused: number } = { overflow: 0, refused: 0 };
  let isStarted = false;
  let isEnding = false;

  const lose = (reason: keyof typeof lost, why: unknown) => {
    lost[reason] += 1;
    warn(reason, why);
  };

  const forget = () => {
    calls.length = 0;
    if (isStarted) delivery.clear();
    else if (!memory.visitor.anonymousId) return;
    isStarted = false;
    memory.visitor = { consent: memory.visitor.consent };
    memory.write();
  };

  const workOff = () => {
    if (!ports.isSeen()) return;
    memory.read();
    if (memory.consent() === 'denied') forget();
    if (memory.consent() !== 'granted') return;
    if (!memory.visitor.anonymousId) memory.visitor = stranger(memory.visitor, ports.newId);
    const events = calls.splice(0).flatMap((call) => {
      try {
        return eventsOf(call, options, ports);
      } catch (error) {
        lose('refused', error);
        return [];
      }
    });
    memory.write();
    if (!isStarted) delivery.start();
    isStarted = true;
    delivery.take(events, lost);
    lost = { overflow: 0, refused: 0 };
  };

  const work = () => {
    try {
      workOff();
    } catch (error) {
      warn('failed', error);
    }
  };

  const leave = (isEnd: boolean) => {
    isEnding ||= isEnd;
    work();
    delivery.leave(isEnd);
  };

  const decide = (consent: 'granted' | 'denied') => {
    memory.read();
    memory.visitor = { ...memory.visitor, consent };
    memory.write();
    work();
  };

  const take = ([method, args, ...where]: Call) => {
    try {
      if (method === 'optIn' || method === 'optOut') {
        return decide(method === 'optIn' ? 'granted' : 'denied');
      }
      // Read now: the page may change its objects later.
      calls.push([method, parseJson(toJson(args)) as unknown[], ...where]);
      if (calls.length > CALLS_MAX) lose('overflow', calls.shift());
      if (isEnding) leave(true);
      else ports.soon(work);
    } catch (error) {
      lose('refused', error);
    }
  };
  return {
    inkling: apiOf(take, work, ports),
    take,
    leave,
    resume: () => {
      isEnding = false;
      if (isStarted) delivery.start();
    },
  };
}

function apiOf(take: (call: Call) => void, work: () => void, ports: Ports): Inkling {
  const { memory, delivery } = ports;
  const calls = [...Object.keys(ARGUMENTS), 'reset', 'optIn', 'optOut'].map((method) => [
    method,
    (...args: readonly unknown[]) => take([method, args, ports.nowMs(), ...ports.look()]),
  ]);
  return {
    // Each of these is one that the page may call.
    ...(Object.fromEntries(calls) as Pick<Inkling, Method>),
    consent: () => {
      memory.read();
      return memory.consent();
    },
    flush: async () => {
      work();
      await delivery.flush();
    },
    ids: () => {
      work();
      const { anonymousId, userId, session } = memory.visitor;
      return { anonymousId, userId, sessionId: session?.id };
    },
  };
}

/**
 * Works off one call: the visitor changes, and there is an event, or none.
 *
 * @throws If the call says nothing, or what the owner lets look at it fails.
 */
function eventsOf(call: Call, options: Options, ports: Ports): readonly string[] {
  const [method, , atMs, href, title] = call;
  const { newId, memory } = ports;
  const { sampleRate, sessionMinutes = SESSION_MINUTES, beforeSend } = options;
  if (method === 'reset') memory.visitor = stranger(memory.visitor, newId);
  // The stub notes every call, also of what it cannot answer.
  if (!ARGUMENTS[method]) return [];
  const said = parseCall(call, memory.visitor);
  if (method === 'identify' && said.userId) {
    memory.visitor = identified(memory.visitor, `${said.userId}`, newId);
  }
  const { anonymousId = '' } = memory.visitor;
  if (sampleRate !== undefined && !isSampled(anonymousId, sampleRate)) return [];
  const address = addressOf(href, options.spa === 'hash');
  const moment = { atMs, campaign: address.campaign, idleMs: sessionMinutes * 60_000 };
  const session = continueSession(memory.visitor.session, moment, newId);
  const who = { ...memory.visitor, session };
  const stamp = { messageId: newId(), timestamp: new Date(atMs).toISOString() };
  const event = wireEvent(said, title, address, ports.surroundings(), who, stamp);
  const kept = beforeSend ? beforeSend(event) : event;
  if (!kept) return [];
  memory.visitor = who;
  return [toJson(kept)];
}
