'use client';

import { type FormEvent, type ReactElement, useState } from 'react';
import { useTracking } from './tracking';

/** Asks for an address, and greets whoever has one. */
export function SignUpForm(): ReactElement {
  const inkling = useTracking();
  const [email, setEmail] = useState('');
  const [isDone, setDone] = useState(false);
  const signUp = (event: FormEvent) => {
    event.preventDefault();
    // A real site takes the id that its server gave the user.
    inkling.identify(`user-${email}`, { email });
    setDone(true);
  };
  if (isDone) return <p role="status">Welcome, {email}!</p>;
  return (
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
  );
}
