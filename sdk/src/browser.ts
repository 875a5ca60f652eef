/** What the script tag runs: sets itself up from its own attributes and takes the place of the stub. */
import type { Inkling, Options } from './api.ts';
import type { Call } from './event.ts';
import { start } from './start.ts';

const script = document.currentScript as HTMLScriptElement;
const before: Inkling | Call[] | undefined = Reflect.get(window, 'inkling');
const stub = Array.isArray(before) ? before : [];

// A tracker that is no list is ours, from another tag. An element with this id is no tracker.
if (Array.isArray(before) || !before?.track) {
  // Attributes are as good as what a page without types would pass.
  const options = {
    host: new URL('.', script.src).href.slice(0, -1),
    ...script.dataset,
  } as Options;
  const { inkling, take } = start(options);
  Reflect.set(window, 'inkling', inkling);
  // The stub answers every question with a function, so its entries are read around it.
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(stub))) {
    if (Array.isArray(value)) take(value as unknown as Call);
  }
  // A page may have put it into a variable: from now on it hands its calls over.
  stub.push = (call) => {
    take(call as Call);
    return 0;
  };
}
