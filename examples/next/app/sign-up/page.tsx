import type { Metadata } from 'next';
import Link from 'next/link';
import type { ReactElement } from 'react';
import { SignUpForm } from '../sign-up-form';

export const metadata: Metadata = { title: 'Sign up' };

/** Where a visitor gets a name. */
export default function SignUp(): ReactElement {
  return (
    <main>
      <h1>Sign up</h1>
      <SignUpForm />
      <Link href="/">Plans</Link>
    </main>
  );
}
