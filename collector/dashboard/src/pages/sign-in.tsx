import { useEffect, useRef, useState } from 'preact/hooks';
import type { ProblemAnswer } from '../../../src/query/answers.ts';
import { Logo } from '../parts/logo.tsx';
import { signIn } from '../sign-in.ts';

/** Asks for the secret key, after saying that a link makes it needless. */
export function SignInPage({ expired }: { readonly expired: boolean }) {
  useEffect(() => {
    document.title = 'Sign in · Inkling';
  }, []);
  return (
    <main class="sign-in">
      <p class="brand">
        <Logo />
        Inkling
      </p>
      <h1>Sign in</h1>
      {expired && (
        <p class="note" role="status">
          Your session has ended. Sign in again to go on where you were.
        </p>
      )}
      <section>
        <h2>With the one-time link</h2>
        <p>
          <code>npm start</code> prints a link that signs you in with one click. It works once;
          start the collector again for a new one.
        </p>
      </section>
      <section>
        <h2>With the secret key</h2>
        <p>
          It was printed when the collector started for the first time, or is the{' '}
          <code>SECRET_KEY</code> that you set.
        </p>
        <KeyForm />
      </section>
    </main>
  );
}

function KeyForm() {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<ProblemAnswer | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    const outcome = await signIn(input.current?.value.trim() ?? '');
    if (outcome.ok) return;
    setProblem(outcome.problem);
    setBusy(false);
    input.current?.select();
  };
  return (
    <form class="key-form" onSubmit={submit}>
      <label for="secret-key">Secret key</label>
      <input
        ref={input}
        id="secret-key"
        type="password"
        autocomplete="current-password"
        required
        spellcheck={false}
        aria-invalid={problem !== null}
        aria-describedby="secret-key-problem"
      />
      <button type="submit" class="primary" disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </button>
      <p id="secret-key-problem" class="field-problem" role="alert">
        {problem && wordsOf(problem)}
      </p>
    </form>
  );
}

function wordsOf(problem: ProblemAnswer): string {
  if (problem.status !== 401) return `${problem.title}. ${problem.detail}`;
  return 'This is not the secret key of this collector. Secret and write key differ: the write key, which is in your pages, does not open the dashboard.';
}
