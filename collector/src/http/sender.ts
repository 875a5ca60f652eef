import type { Context } from 'hono';
import type { Sender } from '../ingest/enrich.ts';
import type { Address } from './client-address.ts';

/** In which networks in front of a server name the country of who asks, as ISO 3166-1 alpha-2. */
const COUNTRY_HEADERS = [
  'CF-IPCountry',
  'CloudFront-Viewer-Country',
  'X-Vercel-IP-Country',
  'X-AppEngine-Country',
  'X-Geo-Country',
  'X-Country-Code',
] as const;

/**
 * What a request says of whoever sent it.
 *
 * @param trustsProxy - Whether a network in front is there that could have named a country; else its
 *   headers are whatever the client wrote.
 */
export function senderOf(c: Context, address: Address | undefined, trustsProxy: boolean): Sender {
  const userAgent = c.req.header('User-Agent');
  const languages = c.req.header('Accept-Language');
  const header = trustsProxy && COUNTRY_HEADERS.find((name) => c.req.header(name) !== undefined);
  const country = header ? c.req.header(header) : undefined;
  return {
    ...(userAgent !== undefined && { userAgent }),
    ...(languages !== undefined && { languages }),
    ...(country !== undefined && { country }),
    ...(address && { address: address.toString() }),
  };
}
