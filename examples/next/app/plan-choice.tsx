'use client';

import Link from 'next/link';
import { type ReactElement, useState } from 'react';
import { type SiteEvents, useTracking } from './tracking';

type Plan = SiteEvents['Plan Chosen'];

const PLANS: readonly Plan[] = [
  { plan: 'sprout', price: 9 },
  { plan: 'grove', price: 39 },
];

/** The plans, and what comes after choosing one. */
export function PlanChoice(): ReactElement {
  const inkling = useTracking();
  const [chosen, setChosen] = useState<Plan>();
  const choose = (plan: Plan) => {
    inkling.track('Plan Chosen', plan);
    setChosen(plan);
  };
  return (
    <>
      {PLANS.map((each) => (
        <button key={each.plan} type="button" onClick={() => choose(each)}>
          Choose {each.plan} for {each.price} €
        </button>
      ))}
      {chosen && (
        <p>
          You chose {chosen.plan}. <Link href="/sign-up">Sign up</Link>
        </p>
      )}
    </>
  );
}
