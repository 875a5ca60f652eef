import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';
import { isPublicAddress } from '../notify/address.ts';

/** Of an IPv6 address: providers hand out whole networks of this size. */
const NETWORK_GROUPS = 4;

/**
 * The address of the client of a request. It is for memory only, and neither stored nor logged.
 *
 * @param trustsProxy - Whether whoever connects to us is a proxy that says for whom it asks.
 * @returns `undefined` where no socket is left, or none was there.
 */
export function addressOf(c: Context, trustsProxy: boolean): Address | undefined {
  const forwarded = trustsProxy ? forwardedFor(c.req.header('X-Forwarded-For') ?? '') : undefined;
  return forwarded ?? parse(socketAddress(c) ?? '');
}

/** What stands for a client when it is counted: its IPv4 address, or the /64 network of its IPv6 one. */
export function clientAt(address: Address): string {
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  const groups = address.parts.slice(0, NETWORK_GROUPS).map((group) => group.toString(16));
  return `${groups.join(':')}::/64`;
}

/**
 * Each proxy appends whom it was asked by, so only the end of the list can be believed: the last
 * address on the public internet, or the last one at all where everybody is on a private network.
 */
function forwardedFor(header: string): Address | undefined {
  let last: Address | undefined;
  for (const entry of header.split(',').reverse()) {
    const address = parse(withoutPort(entry.trim()));
    // What no proxy writes was written by the client, and so was all that stands before it.
    if (address === undefined) break;
    if (isPublicAddress(address.toString())) return address;
    last ??= address;
  }
  return last;
}

export type Address = ReturnType<typeof ipaddr.process>;

/** IPv4 written as IPv6, as a socket for both does, is IPv4. */
function parse(text: string): Address | undefined {
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
  return isAddress ? ipaddr.process(text) : undefined;
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? entry.replace(/^([\d.]+):\d+$/, '$1');
}

/** A request that came from no socket has no address: the app is also a function. */
function socketAddress(c: Context): string | undefined {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: unknown };
  return incoming === undefined ? undefined : getConnInfo(c).remote.address;
}
