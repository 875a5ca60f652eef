import type { Consent, Options } from '../api.ts';
import { createDelivery } from '../delivery.ts';
import { createMemory } from '../memory.ts';
import type { WireBatch, WireEvent } from '../protocol.ts';
import type { ListedValues, Lock } from '../storage.ts';
import { tabQueue } from '../tab-queue.ts';
import { createTracker, type Tracker } from '../tracker.ts';
import type { Attempt } from '../transport.ts';

/** What survives a page: storage, locks, the clock, the server. */
export interface World {
  nowMs: number;
  /** What the server answers; takes effect with the next request. */
  answer: Attempt | 'silence';
  /** Bodies that the server was sent, whatever it answered. */
  readonly bodies: WireBatch[];
  /** Events that it took. */
  readonly taken: () => readonly WireEvent[];
  readonly cookies: MapValues;
  readonly values: MapValues;
  /** How often storage was read or written. */
  readonly touched: () => number;
  /** Names of locks that are held. */
  readonly held: Set<string>;
  /** Lets time pass: timers fire in their order, and what they began is done. */
  readonly pass: (ms: number) => Promise<void>;
  readonly open: (options?: Partial<Options>, page?: Partial<PageFacts>) => Tab;
}

export interface PageFacts {
  href: string;
  title: string;
  isPrerendered: boolean;
  byDefault: Consent;
}

export interface Tab extends Tracker {
  readonly page: PageFacts;
  readonly warnings: string[];
  /** The tab is gone at once, as when its process is killed: timers, memory and locks with it. */
  readonly kill: () => void;
}

export interface MapValues extends ListedValues {
  readonly entries: Map<string, string>;
  touched: number;
  /** Storage that is denied: nothing is kept, nothing is found. */
  isDenied: boolean;
}

export const ACCEPTED: Attempt = { verdict: 'accepted', waitMs: 0 };

export function mapValues(): MapValues {
  const entries = new Map<string, string>();
  const values: MapValues = {
    entries,
    touched: 0,
    isDenied: false,
    get: (key) => {
      values.touched += 1;
      return values.isDenied ? undefined : entries.get(key);
    },
    set: (key, value) => {
      values.touched += 1;
      if (values.isDenied) return;
      if (value === undefined) entries.delete(key);
      else entries.set(key, value);
    },
    keys: (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
  return values;
}

/** Browsers count the milliseconds of a timer in 31 bits; one that would take longer fires at once. */
const DELAY_MS_MAX: number = 2 ** 31 - 1;

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
  readonly isAlive: () => boolean;
}

/** A world in which time passes only when it is told to. */
export function createWorld(): World {
  const timers: Timer[] = [];
  const accepted: WireEvent[] = [];
  let ids = 0;
  const world: World = {
    nowMs: Date.UTC(2026, 0, 1),
    answer: ACCEPTED,
    bodies: [],
    taken: () => accepted,
    cookies: mapValues(),
    values: mapValues(),
    touched: () => world.cookies.touched + world.values.touched,
    held: new Set(),
    pass: async (ms) => {
      const untilMs = world.nowMs + ms;
      await settle();
      for (let next = nextTimer(); next !== undefined && next.atMs <= untilMs; next = nextTimer()) {
        timers.splice(timers.indexOf(next), 1);
        world.nowMs = Math.max(world.nowMs, next.atMs);
        if (next.isAlive()) next.run();
        await settle();
      }
      world.nowMs = untilMs;
    },
    open: (options = {}, facts = {}) => {
      let isAlive = true;
      const own = new Set<string>();
      const later = (run: () => void, delayMs: number) => {
        const atMs = world.nowMs + (delayMs > DELAY_MS_MAX ? 0 : Math.max(0, delayMs));
        timers.push({ atMs, run, isAlive: () => isAlive });
      };
      const page: PageFacts = {
        href: 'https://shop.example/',
        title: 'Shop',
        isPrerendered: false,
        byDefault: 'granted',
        ...facts,
      };
      const warnings: string[] = [];
      const warn = (what: string) => warnings.push(what);
      const nowMs = () => world.nowMs;
      const newId = () => `id${(ids++).toString(36).padStart(6, '0')}`;
      const stored = tabQueue(world.values, lockOf(world, own), 'ink_q_wk_', newId());
      const send = async (body: string): Promise<Attempt> => {
        const batch: WireBatch = JSON.parse(body);
        world.bodies.push(batch);
        const { answer } = world;
        if (answer === 'silence') return new Promise(() => {});
        if (answer.verdict === 'accepted') accepted.push(...batch.batch);
        return answer;
      };
      const tracker = createTracker(
        { writeKey: 'wk', host: 'https://in.example', ...options },
        {
          nowMs,
          newId,
          look: () => [page.href, page.title],
          surroundings: () => ({ referrer: '', locale: 'en', timezone: 'UTC' }),
          isSeen: () => !page.isPrerendered,
          soon: (run) => later(run, 0),
          memory: createMemory(world.cookies, world.values, page.byDefault),
          delivery: createDelivery('wk', { nowMs, random: () => 0.5, later, stored, send, warn }),
          warn,
        },
      );
      const kill = () => {
        isAlive = false;
        for (const name of own) world.held.delete(name);
      };
      return { ...tracker, page, warnings, kill };
    },
  };
  const nextTimer = () =>
    timers.reduce<Timer | undefined>(
      (first, each) => (first === undefined || each.atMs < first.atMs ? each : first),
      undefined,
    );
  return world;
}

/** Locks of one tab, among those of all. As in a browser, a lock is had a little later. */
function lockOf({ held }: World, own: Set<string>): Lock {
  return (name, isNow, run) => {
    if (held.has(name)) {
      if (!isNow) throw new Error(`${name} is wanted by two tabs`);
      return;
    }
    held.add(name);
    own.add(name);
    const release = () => {
      held.delete(name);
      own.delete(name);
    };
    void Promise.resolve().then(run).then(release, release);
  };
}

/** Lets everything that waits for nothing but a promise go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
