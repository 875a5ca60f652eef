import type { Condition, DidTimes } from './definition.ts';
import { events, globs } from './recipe.ts';

/**
 * A star in front, so that one default serves `/pricing`, `/en/pricing/` and a site that lives below
 * a folder. The price of it: `/blog/pricing-tips` matches too, until the owner narrows the glob.
 */
export const PRICING = globs('*/pricing*', 'Paths of pricing pages');
export const COMPARE = globs('*/compare*', 'Paths of pages that compare your products');
export const SIGN_UPS = events('Signed Up, Trial Started', 'a sign-up');
export const DEMOS = events('Demo Requested, Demo Booked', 'that a demo was asked for');
export const DEMO_FORMS = globs('*demo*', 'Names or ids of forms that ask for a demo, in any case');
export const PURCHASES = events('Order Completed', 'a purchase');
export const SEARCHES = ['Site Searched', 'Products Searched'];

/** Saw one of some pages. */
export function viewed(paths: readonly string[], rest: Omit<DidTimes, 'did' | 'where'>): DidTimes {
  const [only] = paths;
  const glob = only !== undefined && paths.length === 1 ? only : paths;
  return { did: 'page', where: { path: { glob } }, ...rest };
}

/** Forms are known by their name or their id; sites rarely give both. */
export function submitted(forms: readonly string[], within: string): readonly DidTimes[] {
  const named = { glob: forms, ignoreCase: true };
  return [
    { did: 'Form Submitted', where: { name: named }, within },
    { did: 'Form Submitted', where: { id: named }, within },
  ];
}

/** Asked for no demo, in whichever way one can. */
export function noDemo(
  demos: readonly string[],
  forms: readonly string[],
  within: string,
): readonly Condition[] {
  return [{ did: demos, within }, ...submitted(forms, within)].map((did) => ({ not: did }));
}
