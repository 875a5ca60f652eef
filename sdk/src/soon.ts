/**
 * Runs something a little later, and once, however often it is asked for until then: the first delay
 * counts.
 *
 * @param later - Runs something once, after so many milliseconds.
 */
export function soon(
  later: (run: () => void, delayMs: number) => unknown,
  run: () => void,
): (delayMs: number) => void {
  let isWaiting = false;
  return (delayMs) => {
    if (isWaiting) return;
    isWaiting = true;
    later(() => {
      isWaiting = false;
      run();
    }, delayMs);
  };
}
