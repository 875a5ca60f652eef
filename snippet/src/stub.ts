/**
 * What stands in for the script until it is there: a list that takes every name that lists do not know
 * for a call, and notes it with when and where it was made. The script works the list off, and takes
 * the place of it. `STUB` in `index.ts` is this file, minified; a test keeps them the same.
 */

/** The property of `window`, without the seven bytes: in an inline script it need not be declared. */
// biome-ignore lint/style/useConst: declared, not made, and assigned below
declare let inkling: unknown;

inkling = new Proxy([] as unknown as unknown[] & Record<PropertyKey, unknown>, {
  get: (calls, method) =>
    calls[method] ??
    ((...args: unknown[]): void => {
      calls.push([method, args, Date.now(), location.href, document.title]);
    }),
});
