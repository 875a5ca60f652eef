import type { SessionAnswer } from '../../src/query/answers.ts';
import { call, type Outcome } from './api.ts';
import { session } from './session.ts';

/** Asks who is signed in. Runs once at start, and again when the reader retries. */
export async function openSession(): Promise<void> {
  session.value = { kind: 'opening' };
  const outcome = await call<SessionAnswer>('/v1/session');
  if (outcome.ok) session.value = { kind: 'signed-in', session: outcome.value };
  else if (outcome.problem.status === 401) session.value = { kind: 'signed-out', expired: false };
  else session.value = { kind: 'unreachable', problem: outcome.problem };
}

/** Trades the secret key for a session cookie. The key is not kept. */
export async function signIn(secretKey: string): Promise<Outcome<SessionAnswer>> {
  const outcome = await call<SessionAnswer>('/v1/session', {
    method: 'POST',
    body: { secretKey },
  });
  if (outcome.ok) session.value = { kind: 'signed-in', session: outcome.value };
  return outcome;
}

/** Signs out here even if the collector cannot be told; the cookie then lives until it expires. */
export async function signOut(): Promise<void> {
  await call<undefined>('/v1/session', { method: 'DELETE' });
  session.value = { kind: 'signed-out', expired: false };
}
