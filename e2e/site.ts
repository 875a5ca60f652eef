import type { BrowserContext } from '@playwright/test';
import { snippet } from '../snippet/src/index.ts';
import type { Collector } from './collector.ts';

/** A page of a site whose owner pasted the lines. */
export interface SitePage {
  /** Of the tag, beside those that it has: `data-consent="opt-in"`. */
  readonly attributes?: string;
  readonly stub?: boolean;
  /** Which script it loads; the one without optional modules unless given. */
  readonly script?: 'inkling' | 'inkling.plus' | 'inkling.full';
  /** Before the tag: what a site runs first. */
  readonly head?: string;
  readonly body?: string;
}

/** Serves pages of such a site, by their paths, at the collector's own address. */
export async function serveSite(
  context: BrowserContext,
  collector: Collector,
  pages: Readonly<Record<string, SitePage>>,
): Promise<void> {
  for (const [path, page] of Object.entries(pages)) {
    const { attributes = '', stub = true, head = '', body = '', script = 'inkling' } = page;
    const { url: host, writeKey } = collector;
    const lines = snippet({ host, writeKey, stub, src: `${host}/${script}.js` });
    const tag = lines.replace('data-write-key', `${attributes} data-write-key`);
    const html = `<!doctype html><html lang="en"><head><title>Site</title>${head}${tag}</head><body>${body}</body></html>`;
    const url = new URL(path, collector.url).href;
    await context.route(
      (each) => each.origin + each.pathname === url,
      (route) => route.fulfill({ contentType: 'text/html', body: html }),
    );
  }
}
