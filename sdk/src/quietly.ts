/**
 * The same function, except that what goes wrong in it stays in it: it answers `undefined` instead.
 * The page is none of our errors' business, and merely to name storage throws in a sandboxed frame.
 */
export function quietly<Args extends readonly unknown[], Answer>(
  run: (...args: Args) => Answer,
): (...args: Args) => Answer | undefined {
  return (...args) => {
    try {
      return run(...args);
    } catch {
      return undefined;
    }
  };
}
