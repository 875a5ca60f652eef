'use client';

import type { Inkling } from '@inkling/sdk';
import { useInkling } from '@inkling/sdk/next';

/** All that this site reports, each with its properties. */
export interface SiteEvents {
  'Plan Chosen': { plan: 'sprout' | 'grove'; price: number };
}

/** What this site knows of its users. */
export interface SiteTraits {
  email: string;
}

/** The hook with the types of this site, so that no component has to name them. */
export function useTracking(): Inkling<SiteEvents, SiteTraits> {
  return useInkling<SiteEvents, SiteTraits>();
}
