import type { Inkling } from '@inkling/sdk';
import { useInkling } from '@inkling/sdk/astro/page';

/** All that this site reports, each with its properties. */
export interface SiteEvents {
  'Plan Chosen': { plan: 'sprout' | 'grove'; price: number };
}

/** What this site knows of its users. */
export interface SiteTraits {
  email: string;
}

/** What records the page, with the types of this site. */
export function useTracking(): Inkling<SiteEvents, SiteTraits> {
  return useInkling<SiteEvents, SiteTraits>();
}
