import type { Consent, Options } from '../api.ts';
import type { WireBatch, WireEvent } from '../protocol.ts';
import type { KeyValue, Lock } from '../storage.ts';
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
  referrer: string;
  isPrerendered: boolean;
  byDefault: Consent;
}

export interface Tab extends Tracker {
  readonly page: PageFacts;
  readonly warnings: (string | number)[];
  /** The tab is gone at once, as when its process is killed: timers, memory and locks with it. */
  readonly kill: () => void;
}

export interface MapValues {
  readonly entries: Map<string, string>;
  readonly value: KeyValue;
  readonly keys: (prefix: string) => readonly string[];
  touched: number;
  /** Storage that is denied: nothing is kept, nothing is found. */
  isDenied: boolean;
}

export const ACCEPTED: Attempt = [200, 0];

export function mapValues(): MapValues {
  const entries = new Map<string, string>();
  const values: MapValues = {
    entries,
    touched: 0,
    isDenied: false,
    value: (key, value) => {
      values.touched += 1;
      if (values.isDenied) return undefined;
      if (value) entries.set(key, value);
      else if (value === '') entries.delete(key);
      return entries.get(key);
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
        referrer: '',
        isPrerendered: false,
        byDefault: 'granted',
        ...facts,
      };
      const warnings: (string | number)[] = [];
      const warn = (what: string | number) => warnings.push(what);
      const nowMs = () => world.nowMs;
      const newId = () => `id${String(ids++).padStart(6, '0')}`;
      const send = async (body: string): Promise<Attempt> => {
        const batch: WireBatch = JSON.parse(body);
        world.bodies.push(batch);
        const { answer } = world;
        if (answer === 'silence') return new Promise(() => {});
        if (answer[0] === 200) accepted.push(...batch.batch);
        return answer;
      };
      const tracker = createTracker(
        { writeKey: 'wk', host: 'https://in.example', ...options },
        {
          nowMs,
          newId,
          strangerId: newId,
          look: () => [page.href, page.title],
          referrer: page.referrer,
          context: { locale: 'en', timezone: 'UTC' },
          isSeen: () => !page.isPrerendered,
          later,
          random: () => 0.5,
          value: world.values.value,
          keys: world.values.keys,
          cookie: world.cookies.value,
          lock: lockOf(world, own),
          byDefault: page.byDefault,
          send,
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
