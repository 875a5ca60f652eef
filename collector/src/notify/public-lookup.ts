import type dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './address.ts';

/**
 * A look-up for connections that must stay on the public internet: it fails unless every address of
 * the name is public, since which of them is connected to is not ours to say.
 *
 * @param lookup - Finds the addresses.
 */
export function publicLookup(lookup: typeof dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const isPublic = found.every(({ address }) => isPublicAddress(address));
      const [first] = found;
      if (!isPublic || first === undefined) {
        return callback(new Error(`${hostname} does not lead to the public internet`), '', 0);
      }
      return options.all ? callback(null, found) : callback(null, first.address, first.family);
    });
  };
}
