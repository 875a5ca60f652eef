import type { ProblemAnswer } from '../../../src/query/answers.ts';

interface Props {
  readonly problem: ProblemAnswer;
  readonly onRetry?: () => void;
}

/** What went wrong and what can be done about it. Read out at once, since it answers an action. */
export function Problem({ problem, onRetry }: Props) {
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{problem.title}.</strong> {problem.detail}
      </p>
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
