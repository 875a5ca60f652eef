import type { ProblemAnswer } from '../../src/query/answers.ts';
import { session } from './session.ts';

/** What became of a call. Both are expected, so the caller looks. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ProblemAnswer };

export type Method = 'GET' | 'POST' | 'DELETE';

interface Call {
  readonly method?: Method;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly file?: { readonly content: Blob; readonly type: string };
  /** Cancels the call; a cancelled call's outcome is a problem that nobody should show. */
  readonly signal?: AbortSignal;
}

/**
 * Calls the collector on our own origin, with the session's cookie. Never rejects: a network error
 * and an answer that is not JSON are problems like any other. An answer 401 ends the session.
 *
 * @typeParam T - What the contract says that `path` answers. This is the edge at which it is taken
 * at its word: the collector that serves this page serves the answer too.
 */
export async function call<T>(
  path: string,
  { method = 'GET', body, file, signal }: Call = {},
): Promise<Outcome<T>> {
  const request: RequestInit = { method, headers: { accept: 'application/json' } };
  if (signal !== undefined) request.signal = signal;
  if (body !== undefined) {
    request.headers = { ...request.headers, 'content-type': 'application/json' };
    request.body = JSON.stringify(body);
  }
  if (file !== undefined) {
    request.headers = { ...request.headers, 'content-type': file.type };
    request.body = file.content;
  }
  try {
    const response = await fetch(path, request);
    const text = await response.text();
    if (response.ok) return { ok: true, value: text === '' ? undefined : JSON.parse(text) };
    if (response.status === 401 && session.value.kind === 'signed-in') {
      session.value = { kind: 'signed-out', expired: true };
    }
    return { ok: false, problem: problemOf(response.status, text, path) };
  } catch {
    return { ok: false, problem: UNREACHABLE };
  }
}

/** Offline, DNS, a stopped collector: the browser does not say which. */
const UNREACHABLE: ProblemAnswer = {
  type: 'about:blank',
  title: 'The collector does not answer',
  status: 0,
  detail: 'Is it running, and is this computer online? What you see may be out of date.',
  instance: '',
  code: 'unreachable',
  retryable: true,
};

function problemOf(status: number, text: string, path: string): ProblemAnswer {
  const unreadable: ProblemAnswer = {
    type: 'about:blank',
    title: 'The answer makes no sense',
    status,
    detail: `${path} answered with status ${status} and something that is not JSON. A proxy in between may have said it.`,
    instance: path,
    code: 'unreadable',
    retryable: status >= 500,
  };
  try {
    return { ...unreadable, ...JSON.parse(text) };
  } catch {
    return unreadable;
  }
}
