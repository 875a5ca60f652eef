import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { StreamMessage } from '../../src/query/answers.ts';

/** `lost`: the browser is trying again by itself; until then pages ask from time to time. */
export const streamState = signal<'connecting' | 'open' | 'lost'>('connecting');

type Listener = (message: StreamMessage) => void;

const MESSAGE_TYPES = ['event', 'segment.entered', 'segment.left'] as const;
/** After an answer that is not a stream the browser gives up, and we start again. */
const REOPEN_MS = 5_000;
/** How often pages ask while there is no stream. */
const POLL_MS = 10_000;
/** Pages that follow the stream ask for fresh answers at most this often. */
const RELOAD_PAUSE_MS = 1_000;

const listeners = new Set<Listener>();

/**
 * Opens the one stream of the page, for as long as it is seen: without HTTP/2 browsers have six
 * connections to a server for all tabs, and for pages that one can go back to. Returns what closes it.
 */
export function openStream(): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What was told last: the stream goes on behind it. */
  let last = '';
  const open = () => {
    source = new EventSource(`/v1/stream?${new URLSearchParams(last && { lastEventId: last })}`);
    source.onopen = () => {
      streamState.value = 'open';
    };
    source.onerror = () => {
      streamState.value = 'lost';
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MS);
    };
    for (const type of MESSAGE_TYPES) {
      source.addEventListener(type, (message) => {
        last = message.lastEventId;
        deliver(message);
      });
    }
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    streamState.value = 'connecting';
  };
  const look = () => {
    close();
    if (document.visibilityState === 'visible') open();
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    close();
  };
}

/** Calls `listener` with every message from now on. Returns what ends it. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Keeps an answer fresh: reloads it when a message concerns it (at once, then at most once a
 * second), when the stream opens, since nobody tells what came before, and now and then while there
 * is none.
 */
export function useFresh(reload: () => void, concerns: (message: StreamMessage) => boolean): void {
  useEffect(() => {
    const gentle = atMostEvery(RELOAD_PAUSE_MS, reload);
    const deaf = listen((message) => {
      if (concerns(message)) gentle.run();
    });
    let wasDeaf = false;
    const dispose = effect(() => {
      if (streamState.value === 'open') {
        if (wasDeaf) reload();
        wasDeaf = false;
        return undefined;
      }
      wasDeaf = true;
      if (streamState.value === 'connecting') return undefined;
      const timer = setInterval(reload, POLL_MS);
      return () => clearInterval(timer);
    });
    return () => {
      deaf();
      dispose();
      gentle.stop();
    };
  }, [reload, concerns]);
}

function deliver(message: MessageEvent<string>): void {
  const parsed: StreamMessage = JSON.parse(message.data);
  for (const listener of listeners) listener(parsed);
}

/** Runs `action` at once, and once more after the pause if it was asked for meanwhile. */
function atMostEvery(pauseMs: number, action: () => void): { run(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const run = () => {
    if (timer !== undefined) {
      again = true;
      return;
    }
    again = false;
    action();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, pauseMs);
  };
  return { run, stop: () => clearTimeout(timer) };
}
