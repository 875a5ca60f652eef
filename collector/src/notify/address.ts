import ipaddr from 'ipaddr.js';

/** Azure answers every machine it hosts here with secrets, though the address looks public. */
const METADATA_OUTSIDE_PRIVATE_RANGES = ['168.63.129.16'];
/** All of IPv6 that is routed on the internet so far; what else there is translates or stays inside. */
const IPV6_ROUTED = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * May a stranger make us connect to this address? Only to what is on the public internet: the list is
 * of what is allowed, so that a range that nobody thought of is refused.
 *
 * @param text - An address as a resolver writes it. Anything else, such as an IPv4 address in octal,
 * is refused.
 */
export function isPublicAddress(text: string): boolean {
  const isIpv4 = ipaddr.IPv4.isValidFourPartDecimal(text);
  if (!isIpv4 && !ipaddr.IPv6.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv6
    ? address.match(IPV6_ROUTED)
    : !METADATA_OUTSIDE_PRIVATE_RANGES.includes(address.toString());
}
