import type { ModuleOptions } from './modules/options.ts';
import type { WireEvent } from './protocol.ts';

/** Events by name, each with the type of its properties. */
export type EventMap = Readonly<Record<string, object>>;

/** Properties may be left out where none of them is required. */
export type PropertiesOf<Properties> =
  Partial<Properties> extends Properties ? [properties?: Properties] : [properties: Properties];

/** Who the visitor is. Empty before consent, and until the page is seen. */
export interface Ids {
  readonly anonymousId?: string | undefined;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
}

/** `pending`: nobody has decided yet, and calls wait in memory. */
export type Consent = 'granted' | 'denied' | 'pending';

/**
 * What a page calls. Nothing here throws or waits for storage or the network.
 *
 * @typeParam Events - Names and properties of the site's events; any unless given.
 * @typeParam Traits - What `identify` may say about a user; anything unless given.
 */
export interface Inkling<
  Events extends { readonly [Name in keyof Events]: object } = EventMap,
  Traits extends object = object,
> {
  /** Views of pages are reported by themselves; this is for those that no address tells apart. */
  page(name?: string, properties?: object): void;
  track<Name extends keyof Events & string>(
    event: Name,
    ...properties: PropertiesOf<Events[Name]>
  ): void;
  /**
   * Says who the visitor is. Another user than before makes another visitor: the anonymous id
   * changes, so that two people at one device stay two.
   */
  identify(userId: string | number, traits?: Partial<Traits>): void;
  /** Says to which account the visitor belongs. */
  group(groupId: string | number, traits?: object): void;
  /** Says that two ids name one person; `previousId` is the anonymous one unless given. */
  alias(userId: string | number, previousId?: string | number): void;
  /** Forgets who the visitor is, as at signing out: what follows is another visitor's. */
  reset(): void;
  /** From now on, and for what waited, the visitor agrees; also where a privacy signal says no. */
  optIn(): void;
  /** Removes what was stored and not yet sent, and records nothing more. */
  optOut(): void;
  consent(): Consent;
  /** Sends what is there; resolves, never rejects, once the server has answered or cannot be had. */
  flush(): Promise<void>;
  ids(): Ids;
}

/**
 * An addition to the script: it captures something and reports it with `inkling`.
 *
 * @param options - Those of the script, so that an addition may have its own among them.
 * @param adopt - Gives a visitor of whom nothing is known this anonymous id, decimal digits, instead of a
 * new one.
 * @returns What it still has to report; called whenever the page is hidden, seen, gone or back.
 */
export type Plugin = (
  inkling: Inkling,
  options: Options,
  adopt: (anonymousId: string) => void,
) => ((isEnd: boolean) => void) | undefined;

export interface Options extends ModuleOptions {
  readonly writeKey: string;
  /** Where the collector is: origin, and path behind a proxy, without a slash at the end. */
  readonly host: string;
  /** Path of the ingest below `host`, if a proxy has renamed it; `/v1/batch` unless given. */
  readonly path?: string;
  /** `false`: no views of pages by themselves. */
  readonly pages?: boolean;
  /** `false`: a change of path makes no view. */
  readonly spa?: boolean;
  /** Reads the address of a page in the site's own way, before anything of it is told. */
  readonly address?: (href: string) => string;
  /** `false`: forms are not looked at. */
  readonly forms?: boolean;
  /** `opt-in`: nothing is stored or sent before `optIn()`. `opt-out` unless given. */
  readonly consent?: 'opt-in' | 'opt-out';
  /** `false`: Global Privacy Control and Do Not Track do not count as a refusal. */
  readonly privacySignals?: boolean;
  /** Domain of the cookie; the registrable domain of the page unless given. */
  readonly cookieDomain?: string;
  /** A session ends after so many minutes without an event; 30 unless given. */
  readonly sessionMinutes?: number;
  /** Share of visitors that are recorded, from 0 to 1; a visitor is recorded wholly or not at all. */
  readonly sampleRate?: number;
  /**
   * Made on the site's server, it proves who the user is: a JSON Web Token with the user id in `sub`, or
   * the HMAC-SHA256 of the user id in hexadecimal digits. Goes with each event that names a user.
   */
  readonly identityToken?: string | (() => string | undefined);
  /** Sees each event last: returns it, another one, or nothing to drop it. One it fails on is dropped. */
  readonly beforeSend?: (event: WireEvent) => WireEvent | null | undefined;
  readonly plugins?: readonly Plugin[];
  /** Says on the console what is lost and refused, and why. */
  readonly debug?: boolean;
}
