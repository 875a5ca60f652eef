import { vi } from 'vitest';
import type { Options } from '../api.ts';

/** What the compiler lets an app of this site report. */
export interface SiteEvents {
  readonly 'Plan Chosen': { readonly plan: string };
}

let sites = 0;

/** A site of one's own: its options, anew each time, and how often a recording began with them. */
export function newSite() {
  sites += 1;
  const writeKey = `wk_site_${sites}`;
  const begun = vi.fn(() => undefined);
  const options = (): Options => ({
    writeKey,
    host: 'https://in.example',
    consent: 'opt-in',
    plugins: [begun],
  });
  return { begun, options };
}
