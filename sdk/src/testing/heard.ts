import type { Consent, Inkling, Options, Plugin } from '../api.ts';

/** What a module said, and the API that it said it to. */
export interface Heard {
  readonly events: (readonly [name: string, properties: unknown])[];
  consent: Consent;
  /** Anonymous ids that it had adopted. */
  readonly adopted: string[];
  /** The page is hidden, seen, gone or back. */
  readonly turn: (isEnd: boolean) => void;
}

/** Runs a module on the page of the test, and hears what it says. */
export function hear(plugin: Plugin, options: Partial<Options> = {}): Heard {
  const events: [string, unknown][] = [];
  const adopted: string[] = [];
  const inkling: Inkling = {
    page: () => {},
    track: (name: string, properties?: unknown) => void events.push([name, properties]),
    identify: () => {},
    group: () => {},
    alias: () => {},
    reset: () => {},
    optIn: () => {
      heard.consent = 'granted';
    },
    optOut: () => {
      heard.consent = 'denied';
    },
    consent: () => heard.consent,
    flush: () => Promise.resolve(),
    ids: () => (heard.consent === 'granted' ? { anonymousId: '70000000001' } : {}),
  };
  const all = { writeKey: 'wk', host: 'https://in.example', ...options };
  let settle: ((isEnd: boolean) => void) | undefined;
  const heard: Heard = {
    events,
    consent: 'pending',
    adopted,
    turn: (isEnd) => settle?.(isEnd),
  };
  const native = window.addEventListener;
  window.addEventListener = (...listener: Parameters<typeof native>) => {
    listeners.push(listener);
    native.apply(window, listener);
  };
  settle = plugin(inkling, all, (id) => adopted.push(id));
  window.addEventListener = native;
  return heard;
}

const listeners: Parameters<typeof window.addEventListener>[] = [];

/** Ends the modules that were run on the page of the test. */
export function silence(): void {
  for (const [type, listener, how] of listeners.splice(0)) {
    window.removeEventListener(type, listener, how);
  }
}
