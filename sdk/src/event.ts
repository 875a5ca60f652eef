import type { Visitor } from './identity.ts';
import { VERSION } from './limits.ts';
import {
  EVENT_NAME_CHARS_MAX,
  ID_CHARS_MAX,
  TEXT_CHARS_MAX,
  URL_CHARS_MAX,
  type WireEvent,
} from './protocol.ts';

/** A call as it was made, in the shape that the snippet's stub notes: what, when, on which page. */
export type Call = readonly [
  method: string,
  args: readonly unknown[],
  atMs: number,
  href: string,
  title: string,
];

/** An address as far as it may be told. */
export interface Address {
  readonly url: string;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly search: string;
  /** Fingerprint of the campaign that it names; empty without one. */
  readonly campaign: string;
  /** The `utm_*` parameters, as the contract names them. */
  readonly utm: Readonly<Record<string, string>> | undefined;
}

/** What stays the same for as long as a page lives. */
export interface Surroundings {
  readonly referrer: string;
  readonly locale: string;
  readonly timezone: string;
}

/** What an event says by itself, before anything is known of the visitor. */
export interface Said {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Campaigns, click ids, referral. Everything else in a query may be personal or secret. */
const QUERY_ALLOWED =
  /^(utm_\w{1,20}|ref|([dgy]|fb|tt|tw)clid|[gw]braid|msclkid|irclickid|li_fat_id|epik|rdt_cid|sccid)$/i;

/** `#/route`, `#!/route`, and the query in front of it. */
const ROUTE = /\/?(\?[^#]*)?#!?(\/[^?#]*).*/;

/** The methods that make an event, and what their two arguments are called in it. */
export const ARGUMENTS: Readonly<Record<string, readonly [string, string]>> = {
  page: ['name', 'properties'],
  track: ['event', 'properties'],
  identify: ['userId', 'traits'],
  group: ['groupId', 'traits'],
  alias: ['userId', 'previousId'],
};

/**
 * Reads a call.
 *
 * @throws If it lacks the name or id that it needs, or has one that the collector would refuse: with
 * such a user id, every later event.
 */
export function parseCall([type, args]: Call, { anonymousId }: Visitor): Said {
  const [nameKey, detailKey] = ARGUMENTS[type] ?? ['', ''];
  const isAlias = type === 'alias';
  const [name, detail = isAlias ? anonymousId : {}] = isObject(args[0]) ? [null, args[0]] : args;
  const mayBeNameless = type === 'page' || (type === 'identify' && isObject(args[0]));
  const isRight =
    (isName(name, detailKey === 'properties' ? EVENT_NAME_CHARS_MAX : ID_CHARS_MAX) ||
      (mayBeNameless && name == null)) &&
    (isAlias ? isName(detail, ID_CHARS_MAX) : isObject(detail));
  if (!isRight) throw TypeError(type);
  return { type, [nameKey]: name == null ? undefined : `${name}`, [detailKey]: detail };
}

/**
 * The whole event.
 *
 * @param who - With an anonymous id and a session.
 * @param stamp - Its own id, and ISO 8601.
 */
export function wireEvent(
  said: Said,
  title: string,
  { url, path, search, utm }: Address,
  { referrer, locale, timezone }: Surroundings,
  { anonymousId, userId, session }: Visitor,
  stamp: { readonly messageId: string; readonly timestamp: string },
): WireEvent {
  const page = {
    url,
    path,
    search,
    title: title.slice(0, TEXT_CHARS_MAX),
    referrer: referrer && addressOf(referrer).url,
  };
  const context = {
    sessionId: session?.id,
    sequence: session?.count,
    page,
    campaign: utm,
    library: { name: 'inkling', version: VERSION },
    locale,
    timezone,
  };
  // What is undefined is left out of the JSON; the table gives each type its fields of the contract.
  return { ...stamp, anonymousId, userId, context, ...said } as unknown as WireEvent;
}

/**
 * What of an address may be told: no user name, no fragment, of the query the allowed part.
 *
 * @param isHashRouted - Whether what stands behind `#/` is a path.
 * @throws If it is not an absolute URL.
 */
export function addressOf(href: string, isHashRouted = false): Address {
  const { protocol, host, pathname, searchParams } = new URL(
    (isHashRouted ? href.replace(ROUTE, '$2$1') : href).slice(0, URL_CHARS_MAX),
  );
  const allowed = [...searchParams].filter(([name]) => QUERY_ALLOWED.test(name));
  const query = `${new URLSearchParams(allowed)}`;
  const search = query && `?${query}`;
  const utm = allowed
    .filter(([name]) => name.startsWith('utm_'))
    .map(([name, value]) => [name.slice(4).replace('campaign', 'name'), value]);
  let campaign = 0;
  for (const each of `${allowed.filter(([name]) => name !== 'ref')}`) {
    campaign = (campaign * 31 + each.charCodeAt(0)) >>> 0;
  }
  return {
    url: `${protocol}//${host}${pathname}${search}`,
    path: pathname,
    search,
    campaign: campaign ? campaign.toString(36) : '',
    utm: utm[0] && Object.fromEntries(utm),
  };
}

/** A name or an id that the collector takes. */
function isName(value: unknown, charsMax: number): boolean {
  return /^(string|number)$/.test(typeof value) && !!value && `${value}`.length <= charsMax;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
