import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import { type SiteEvents, useTracking } from '../tracking.ts';

type Plan = SiteEvents['Plan Chosen'];

const PLANS: readonly Plan[] = [
  { plan: 'sprout', price: 9 },
  { plan: 'grove', price: 39 },
];

/** Where a visitor chooses a plan. */
export function Plans(): ReactElement {
  const inkling = useTracking();
  const [chosen, setChosen] = useState<Plan>();
  const choose = (plan: Plan) => {
    inkling.track('Plan Chosen', plan);
    setChosen(plan);
  };
  return (
    <main>
      <title>Plans</title>
      <h1>Plans</h1>
      {PLANS.map((each) => (
        <button key={each.plan} type="button" onClick={() => choose(each)}>
          Choose {each.plan} for {each.price} €
        </button>
      ))}
      {chosen && (
        <p>
          You chose {chosen.plan}. <Link to="/sign-up">Sign up</Link>
        </p>
      )}
    </main>
  );
}
