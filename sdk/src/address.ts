/** An address as far as it may be told. */
export interface Address {
  /** Without user name, fragment, and what is not allowed of the query. */
  readonly url: URL;
  /** The `utm_*` parameters, as the contract names them, and click ids. */
  readonly utm: Readonly<Record<string, string>>;
  /** Fingerprint of the campaign that they name; 0 without one. */
  readonly campaign: number;
}

/** Campaigns, click ids, referral. Everything else in a query may be personal or secret. */
const QUERY_ALLOWED =
  /^(utm_\w{1,20}|ref|\w{1,3}cl(ic)?k?id|[gw]braid|li_fat_id|epik|rdt_cid|sccid)$/i;

/**
 * What of an address may be told.
 *
 * @param read - Reads it in the site's own way first, if it has one.
 * @throws If it is not an absolute URL.
 */
export function addressOf(href: string, read?: (href: string) => string): Address {
  const url = new URL(read?.(href) ?? href);
  const kept = [...url.searchParams].filter(([name]) => QUERY_ALLOWED.test(name));
  const named = kept.filter(([name]) => name !== 'ref');
  url.search = `${new URLSearchParams(kept)}`;
  url.username = url.password = url.hash = '';
  return {
    url,
    utm: Object.fromEntries(
      named.map(([name, value]) => [name.replace('utm_', '').replace('campaign', 'name'), value]),
    ),
    campaign: [...`${named}`].reduce((sum, each) => (sum * 31 + each.charCodeAt(0)) >>> 0, 0),
  };
}
