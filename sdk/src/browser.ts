/** What the script tag runs: sets itself up from its own attributes and takes the place of the stub. */
import type { Inkling, Options } from './api.ts';
import type { Call } from './event.ts';
import { start } from './start.ts';

const { currentScript } = document;
const before: Inkling | Call[] | undefined = Reflect.get(window, 'inkling');

// A tracker that is no list is ours, from another tag. An element with this id is no tracker.
if (currentScript instanceof HTMLScriptElement && (Array.isArray(before) || !before?.track)) {
  const tracker = start(optionsOf(currentScript));
  Reflect.set(window, 'inkling', tracker.inkling);
  if (Array.isArray(before)) replay(before, tracker.take);
}

/**
 * Works off what the stub noted. It answers every question with a function, so its entries are read
 * around it. A page may have put it into a variable: from now on it hands its calls over.
 */
function replay(stub: Call[], take: (call: Call) => void): void {
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(stub))) {
    if (Array.isArray(value)) take(value as unknown as Call);
  }
  stub.push = (...calls) => {
    calls.forEach(take);
    return 0;
  };
}

/** Attributes are text: `false` is meant, figures are read where they are used. */
function optionsOf({ dataset, src }: HTMLScriptElement): Options {
  const said = Object.entries(dataset).map(([name, value]) => [name, value !== 'false' && value]);
  // Attributes are as good as what a page without types would pass.
  return { host: new URL('.', src).href.slice(0, -1), ...Object.fromEntries(said) } as Options;
}
