import { signal } from '@preact/signals';
import type { ProblemAnswer, SessionAnswer } from '../../src/query/answers.ts';

/** Who is at the screen, as far as the collector has said. */
export type Session =
  | { readonly kind: 'opening' }
  | { readonly kind: 'signed-in'; readonly session: SessionAnswer }
  /** `expired`: was signed in a moment ago, and should learn why the page is gone. */
  | { readonly kind: 'signed-out'; readonly expired: boolean }
  | { readonly kind: 'unreachable'; readonly problem: ProblemAnswer };

export const session = signal<Session>({ kind: 'opening' });

/** May the reader change things? */
export function mayChange(): boolean {
  const { value } = session;
  return value.kind === 'signed-in' && value.session.role === 'admin';
}
