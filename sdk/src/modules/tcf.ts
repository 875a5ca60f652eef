import type { Plugin } from '../api.ts';
import { entriesOf } from './list.ts';

/** What of the answer matters here, by IAB Tech Lab, "CMP API v2", TCData. */
interface TcData {
  readonly eventStatus?: string;
  readonly gdprApplies?: boolean;
  readonly purpose?: { readonly consents?: Readonly<Record<string, boolean>> };
}

type CmpApi = (
  command: 'addEventListener',
  version: 2,
  hear: (data: TcData, isSuccess: boolean) => void,
) => void;

/**
 * Lets a consent platform of the TCF decide, by `__tcfapi`, whose stub must stand before the script: the
 * visitor agrees when they agreed to all purposes that the owner names.
 */
export const tcf: Plugin = (inkling, options) => {
  const purposes = entriesOf(options.tcf ?? '');
  const { __tcfapi } = window as { __tcfapi?: CmpApi };
  if (!purposes[0]) return undefined;
  __tcfapi?.('addEventListener', 2, ({ eventStatus, gdprApplies, purpose }, isSuccess) => {
    // Until then it shows its dialogue.
    if (!isSuccess || !/tcloaded|useractioncomplete/.test(`${eventStatus}`)) return;
    if (gdprApplies === false) {
      if (inkling.consent() === 'pending') inkling.optIn();
    } else if (purposes.every((each) => purpose?.consents?.[each])) inkling.optIn();
    else inkling.optOut();
  });
  return undefined;
};
