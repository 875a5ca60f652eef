import type { Inkling, Options, Plugin } from './api.ts';
import type { Call } from './event.ts';
import { start } from './start.ts';
import type { Tracker } from './tracker.ts';

/**
 * Sets the script up from the attributes of its tag, and lets it take the place of the stub.
 *
 * @param plugins - That this script brings along.
 * @param hashRoutes - How it reads addresses with `data-spa="hash"`, if it can.
 */
export function runTag(plugins: readonly Plugin[], hashRoutes?: Options['address']): void {
  const page = window as { inkling?: Inkling | Call[]; ink_?: Tracker };
  const { inkling: before } = page;
  // An element with this id is no stub.
  const stub = Array.isArray(before) ? before : [];
  const { src, dataset } = document.currentScript as HTMLScriptElement;
  const address = dataset.spa === 'hash' ? hashRoutes : undefined;
  // Attributes are as good as what a page without types would pass.
  const options = { host: src.replace(/\/[^/]*$/, ''), plugins, address, ...dataset };
  // Another tag may have started it: two would count everything twice, and its stub hide the first.
  page.ink_ ??= start(options as unknown as Options);
  const { inkling, take } = page.ink_;
  page.inkling = inkling;
  for (const call of stub) take(call);
  // A page may have put it into a variable: from now on it hands its calls over.
  stub.push = take as typeof stub.push;
}
