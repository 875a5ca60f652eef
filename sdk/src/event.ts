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
  /** Without user name, fragment, and what is not allowed of the query. */
  readonly url: URL;
  /** Fingerprint of the campaign that it names; 0 without one. */
  readonly campaign: number;
  /** The `utm_*` parameters, as the contract names them. */
  readonly utm: Readonly<Record<string, string>>;
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
  /^(utm_\w{1,20}|ref|\w{1,3}cl(ic)?k?id|[gw]braid|li_fat_id|epik|rdt_cid|sccid)$/i;

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
 * Reads a call. What comes first may be left out of a page view and of what is known of a visitor
 * without a name.
 *
 * @throws If it lacks the name or id that it needs, or has one that the collector would refuse: with
 * such a user id, every later event.
 */
export function parseCall([type, [first, second]]: Call, { anonymousId }: Visitor): Said {
  const [nameKey = '', detailKey = ''] = ARGUMENTS[type] ?? [];
  const isLeftOut = typeof first === 'object';
  const name = isLeftOut ? '' : `${first ?? ''}`;
  const charsMax = detailKey === 'traits' ? ID_CHARS_MAX : EVENT_NAME_CHARS_MAX;
  const isOptional = type === 'page' || (type === 'identify' && isLeftOut);
  if (name.length > charsMax || !(name || isOptional)) throw TypeError(type);
  const detail = type === 'alias' ? `${second ?? anonymousId}` : isLeftOut ? first : second;
  return { type, [nameKey]: name || undefined, [detailKey]: detail };
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
  { url, utm, campaign }: Address,
  { referrer, locale, timezone }: Surroundings,
  { anonymousId, userId, session }: Visitor,
  stamp: { readonly messageId: string; readonly timestamp: string },
): WireEvent {
  const context = {
    sessionId: session?.id,
    sequence: session?.count,
    page: {
      url: url.href,
      path: url.pathname,
      search: url.search,
      title: title.slice(0, TEXT_CHARS_MAX),
      referrer: referrer && addressOf(referrer).url.href,
    },
    campaign: campaign ? utm : undefined,
    library: { name: 'inkling', version: VERSION },
    locale,
    timezone,
  };
  // What is undefined is left out of the JSON; the table gives each type its fields of the contract.
  return { ...stamp, anonymousId, userId, context, ...said } as unknown as WireEvent;
}

/**
 * What of an address may be told.
 *
 * @param isHashRouted - Whether what stands behind `#/` is a path.
 * @throws If it is not an absolute URL.
 */
export function addressOf(href: string, isHashRouted = false): Address {
  const url = new URL((isHashRouted ? href.replace(ROUTE, '$2$1') : href).slice(0, URL_CHARS_MAX));
  const utm: Record<string, string> = {};
  let campaign = 0;
  for (const [name, value] of [...url.searchParams]) {
    if (!QUERY_ALLOWED.test(name)) url.searchParams.delete(name);
    else if (name !== 'ref') {
      if (name.startsWith('utm_')) utm[name.slice(4).replace('campaign', 'name')] = value;
      for (const each of name + value) campaign = (campaign * 31 + each.charCodeAt(0)) >>> 0;
    }
  }
  url.username = url.password = url.hash = '';
  return { url, campaign, utm };
}
