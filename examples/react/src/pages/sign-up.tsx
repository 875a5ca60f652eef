import { type FormEvent, type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import { useTracking } from '../tracking.ts';

/** Where a visitor gets a name. */
export function SignUp(): ReactElement {
  const inkling = useTracking();
  const [email, setEmail] = useState('');
  const [isDone, setDone] = useState(false);
  const signUp = (event: FormEvent) => {
    event.preventDefault();
    // A real site takes the id that its server gave the user.
    inkling.identify(`user-${email}`, { email });
    setDone(true);
  };
  return (
    <main>
      <title>Sign up</title>
      <h1>Sign up</h1>
      {isDone ? (
        <p role="status">Welcome, {email}!</p>
      ) : (
        <form id="sign-up" onSubmit={signUp}>
          <label>
            E-mail{' '}
            <input
              name="email"
              type="email"
              required
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </label>
          <button type="submit">Create account</button>
        </form>
      )}
      <Link to="/">Plans</Link>
    </main>
  );
}
