import type { Inkling, Plugin } from '../api.ts';
import { quietly } from '../quietly.ts';

/**
 * Lets Google's consent mode decide: `gtag('consent', 'update', { analytics_storage: … })`. A default
 * is no decision of the visitor's, so it does no more than end the waiting where it is `granted`.
 */
export const consentMode: Plugin = (inkling, options) => {
  if (`${options.consentMode}` !== 'true') return undefined;
  const page = window as { dataLayer?: unknown[] };
  page.dataLayer ??= [];
  const layer = page.dataLayer;
  const hear = quietly((entry: unknown) => decide(inkling, Array.from(entry as unknown[])));
  for (const entry of layer) hear(entry);
  const { push } = layer;
  layer.push = (...entries) => {
    for (const entry of entries) hear(entry);
    return push.apply(layer, entries);
  };
  return undefined;
};

function decide(inkling: Inkling, [command, kind, said]: unknown[]): void {
  if (command !== 'consent' || typeof said !== 'object' || said === null) return;
  const storage: unknown = Reflect.get(said, 'analytics_storage');
  const isDecision = kind === 'update';
  if (storage === 'granted' && (isDecision || inkling.consent() === 'pending')) inkling.optIn();
  if (storage === 'denied' && isDecision) inkling.optOut();
}
