import { isPublicAddress } from './address.ts';

/** Longer addresses are no addresses of webhooks. */
export const URL_CHARS_MAX = 2_048;

/** Hosts that may be reached wherever they are, in lower case. */
export type AllowedHosts = ReadonlySet<string>;

/** An address to send to, or in words for its owner why not. */
export type Destination =
  | { readonly ok: true; readonly url: URL; readonly isAllowed: boolean }
  | { readonly ok: false; readonly problem: string };

/**
 * Judges the address of a webhook by its text. Whether a name leads to a public address is only known
 * when it is looked up, which is done anew for every connection.
 */
export function parseDestination(text: string, allowed: AllowedHosts): Destination {
  if (text.length > URL_CHARS_MAX) return refuse(`must be at most ${URL_CHARS_MAX} characters`);
  if (!URL.canParse(text)) return refuse('must be a URL such as https://example.com/hooks');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return refuse('must begin with https:// or http://');
  }
  if (url.username !== '' || url.password !== '') {
    return refuse('must not hold a user name or password; check the signature instead');
  }
  const host = hostOf(url);
  const isAllowed = allowed.has(host);
  if (!isAllowed && isAddress(host) && !isPublicAddress(host)) {
    return refuse('must lead to the public internet; the operator can allow WEBHOOK_ALLOW_HOSTS');
  }
  return { ok: true, url, isAllowed };
}

/**
 * The host of a URL as a resolver takes it: without the brackets of IPv6, and without the final dot,
 * with which a name means the same. `URL` has already brought numbers of any notation into dotted form.
 */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** `URL` lets an IPv4 address end in a number only, and IPv6 alone has colons. */
function isAddress(host: string): boolean {
  return host.includes(':') || /(?:^|\.)\d+$/.test(host);
}

function refuse(problem: string): Destination {
  return { ok: false, problem };
}
