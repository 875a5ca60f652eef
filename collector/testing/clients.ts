import { Analytics as CustomerIo } from '@customerio/cdp-analytics-node';
import RudderStack from '@rudderstack/rudder-sdk-node';
import { Analytics as Segment } from '@segment/analytics-node';

/** Who does something, as all these libraries are told it. */
type Who =
  | { readonly anonymousId: string; readonly userId?: string }
  | { readonly anonymousId?: string; readonly userId: string };

type Values = Record<string, string | number>;

/** The calls that all these libraries have, as they have them. */
export interface ClientCalls {
  identify(call: Who & { readonly traits: Values }): unknown;
  track(call: Who & { readonly event: string; readonly properties: Values }): unknown;
  page(call: Who & { readonly name: string; readonly properties: Values }): unknown;
  screen(call: Who & { readonly name: string; readonly properties: Values }): unknown;
  group(call: Who & { readonly groupId: string; readonly traits: Values }): unknown;
  alias(call: { readonly userId: string; readonly previousId: string }): unknown;
}

/** A library of somebody else, at work. */
export interface Client {
  readonly calls: ClientCalls;
  /** Sends what was called, again if it is told to; resolves when the library thinks that it is done. */
  readonly flush: () => Promise<unknown>;
}

/** A library of somebody else, as its users find it, and what is known of how it sends. */
export interface ClientKind {
  readonly name: string;
  readonly isGzipped: boolean;
  /** To which answers it waits as long as `Retry-After` says; others it repeats at its own pace. */
  readonly waitsAfter: readonly number[];
  readonly start: (host: string, writeKey: string) => Client;
}

export const CLIENTS: readonly ClientKind[] = [
  {
    name: '@segment/analytics-node',
    isGzipped: false,
    waitsAfter: [429],
    start: (host, writeKey) => {
      const calls = new Segment({ host, writeKey });
      return { calls, flush: () => calls.closeAndFlush() };
    },
  },
  {
    name: '@customerio/cdp-analytics-node',
    isGzipped: false,
    waitsAfter: [],
    start: (host, writeKey) => {
      const calls = new CustomerIo({ host, writeKey });
      return { calls, flush: () => calls.closeAndFlush() };
    },
  },
  ...[true, false].map(
    (gzip): ClientKind => ({
      name: `@rudderstack/rudder-sdk-node ${gzip ? 'with' : 'without'} gzip`,
      isGzipped: gzip,
      waitsAfter: [429, 503],
      start: (host, writeKey) => {
        const calls = new RudderStack(writeKey, { dataPlaneUrl: host, gzip, logLevel: 'none' });
        return { calls, flush: () => calls.flush() };
      },
    }),
  ),
];
