import type { Inkling, Options } from '@inkling/sdk';
import { useInkling } from '@inkling/sdk/vue';

/** All that this site reports, each with its properties. */
export interface SiteEvents {
  'Plan Chosen': { plan: 'sprout' | 'grove'; price: number };
}

/** What this site knows of its users. */
export interface SiteTraits {
  email: string;
}

export const options: Options = {
  host: import.meta.env.VITE_INKLING_HOST,
  writeKey: import.meta.env.VITE_INKLING_WRITE_KEY,
};

/** The composable with the types of this site, so that no component has to name them. */
export function useTracking(): Inkling<SiteEvents, SiteTraits> {
  return useInkling<SiteEvents, SiteTraits>();
}
