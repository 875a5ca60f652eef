import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Page, ProblemAnswer } from '../../src/query/answers.ts';
import { call, type Outcome } from './api.ts';

/** What is known of a question to the collector. */
export type Answer<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: ProblemAnswer }
  | { readonly kind: 'ready'; readonly value: T };

interface Asked<T> {
  readonly answer: Answer<T>;
  /** Asks again; the old answer stays until the new one is there. */
  readonly reload: () => void;
}

interface Paged<T> extends Asked<readonly T[]> {
  /** Asks for the next page; absent at the end of the list. */
  readonly more: (() => void) | undefined;
}

const LOADING = { kind: 'loading' } as const;

/** Asks `GET path`, and again whenever `path` changes. `undefined` asks nothing and is loading. */
export function useAnswer<T>(path: string | undefined): Asked<T> {
  const ask = useCallback(
    (signal: AbortSignal): Promise<Outcome<T>> | undefined =>
      path === undefined ? undefined : call<T>(path, { signal }),
    [path],
  );
  return useAsked(ask);
}

/** Asks for a list, page after page. A reload asks for as many pages as are shown. */
export function usePages<T>(path: string): Paged<T> {
  const pages = useRef(1);
  const shownPath = useRef(path);
  if (shownPath.current !== path) {
    shownPath.current = path;
    pages.current = 1;
  }
  const ask = useCallback(
    (signal: AbortSignal) => askPages<T>(path, pages.current, signal),
    [path],
  );
  const { answer, reload } = useAsked(ask);
  const more = () => {
    pages.current += 1;
    reload();
  };
  if (answer.kind !== 'ready') return { answer, reload, more: undefined };
  return {
    answer: { kind: 'ready', value: answer.value.data },
    reload,
    more: answer.value.next === null ? undefined : more,
  };
}

function useAsked<T>(ask: (signal: AbortSignal) => Promise<Outcome<T>> | undefined): Asked<T> {
  const [state, setState] = useState<{ ask: unknown; answer: Answer<T> }>({ ask, answer: LOADING });
  const running = useRef<AbortController>(undefined);
  const reload = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    void ask(controller.signal)?.then((outcome) => {
      if (controller.signal.aborted) return;
      const answer: Answer<T> = outcome.ok
        ? { kind: 'ready', value: outcome.value }
        : { kind: 'failed', problem: outcome.problem };
      setState((old) => ({ ask, answer: mayReplace(old, ask, outcome) ? answer : old.answer }));
    });
  }, [ask]);
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);
  // The answer to an earlier question is no answer to this one.
  return { answer: state.ask === ask ? state.answer : LOADING, reload };
}

/** A passing trouble does not wipe out what is shown; the header says that the stream is lost. */
function mayReplace<T>(
  old: { readonly ask: unknown; readonly answer: Answer<T> },
  ask: unknown,
  outcome: Outcome<T>,
): boolean {
  return outcome.ok || !outcome.problem.retryable || old.ask !== ask || old.answer.kind !== 'ready';
}

async function askPages<T>(
  path: string,
  count: number,
  signal: AbortSignal,
): Promise<Outcome<Page<T>>> {
  const data: T[] = [];
  let next: string | null = null;
  for (let page = 0; page < count; page += 1) {
    const outcome: Outcome<Page<T>> = await call<Page<T>>(withCursor(path, next), { signal });
    if (!outcome.ok) return outcome;
    data.push(...outcome.value.data);
    next = outcome.value.next;
    if (next === null) break;
  }
  return { ok: true, value: { data, next } };
}

function withCursor(path: string, cursor: string | null): string {
  if (cursor === null) return path;
  return `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}
