import type { ComponentChildren } from 'preact';
import type { Answer } from '../answer.ts';
import { Problem } from './problem.tsx';

interface Props<T> {
  readonly answer: Answer<T>;
  readonly reload: () => void;
  /** Lines that the placeholder takes, so that the page does not jump when the answer comes. */
  readonly lines?: number;
  readonly children: (value: T) => ComponentChildren;
}

/** Shows an answer once it is there; before that a placeholder, or what went wrong. */
export function Answered<T>({ answer, reload, lines = 3, children }: Props<T>) {
  switch (answer.kind) {
    case 'ready':
      return <>{children(answer.value)}</>;
    case 'failed':
      return <Problem problem={answer.problem} onRetry={reload} />;
    case 'loading':
      return (
        <div class="placeholder" aria-busy="true">
          <span class="sr-only">Loading…</span>
          {Array.from({ length: lines }, (_, line) => (
            <div key={line} class="placeholder-line" />
          ))}
        </div>
      );
  }
}
