import type { Metadata } from 'next';
import type { ReactElement } from 'react';
import { PlanChoice } from './plan-choice';

export const metadata: Metadata = { title: 'Plans' };

/** Where a visitor chooses a plan. */
export default function Plans(): ReactElement {
  return (
    <main>
      <h1>Plans</h1>
      <PlanChoice />
    </main>
  );
}
