/**
 * Where a person's rows live. The number of buckets is fixed for good: a machine owns whole buckets,
 * so growing means moving buckets and never splitting one.
 */
export const BUCKETS = 1024;

/**
 * The bucket of a routing id: FNV-1a over the site's number and the id's UTF-16 code units, mod 1024.
 * The same on every machine and in every version.
 *
 * @param routingId - An event's `userId ?? anonymousId` as it was sent, or a messageId.
 */
export function bucketOf(site: number, routingId: string): number {
  let hash = 0x811c9dc5;
  const mix = (octet: number) => {
    hash = Math.imul(hash ^ octet, 0x01000193);
  };
  for (const octet of [site, site >>> 8, site >>> 16, site >>> 24]) mix(octet & 0xff);
  for (let index = 0; index < routingId.length; index += 1) {
    const unit = routingId.charCodeAt(index);
    mix(unit & 0xff);
    mix(unit >>> 8);
  }
  // The low bits of FNV-1a mix least; fold the high half in.
  return ((hash >>> 16) ^ hash) & (BUCKETS - 1);
}
