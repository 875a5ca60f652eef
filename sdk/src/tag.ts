import type { Inkling, Options, Plugin } from './api.ts';
import type { Call } from './event.ts';
import { start } from './start.ts';

/**
 * Sets the script up from the attributes of its tag, and lets it take the place of the stub.
 *
 * @param plugins - That this script brings along.
 * @param hashRoutes - How it reads addresses with `data-spa="hash"`, if it can.
 */
export function runTag(plugins: readonly Plugin[], hashRoutes?: Options['address']): void {
  const page = window as { inkling?: Inkling | Call[] };
  const { inkling: before } = page;
  // A tracker is ours, from another tag. Neither a stub nor an element with this id is one.
  if (before && 'track' in before) return;
  const stub = Array.isArray(before) ? before : [];
  const { src, dataset } = document.currentScript as HTMLScriptElement;
  const address = dataset.spa === 'hash' ? hashRoutes : undefined;
  // Attributes are as good as what a page without types would pass.
  const options = { host: src.replace(/\/[^/]*$/, ''), plugins, address, ...dataset };
  const { inkling, take } = start(options as unknown as Options);
  page.inkling = inkling;
  for (const call of stub) take(call);
  // A page may have put it into a variable: from now on it hands its calls over.
  stub.push = take as typeof stub.push;
}
