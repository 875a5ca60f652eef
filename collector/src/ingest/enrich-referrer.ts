import type { JsonObject } from '@inkling/sdk/protocol';
import { HOSTS, type ReferrerKind } from './enrich-hosts.ts';
import { isJsonObject } from './parse-object.ts';

/** Where a visitor came from. */
export interface Referrer extends JsonObject {
  readonly type: ReferrerKind;
  /** Who that is, or the host of a place that is in no list. */
  readonly name: string;
}

const HOST_OF = /^[a-z][a-z0-9+.-]*:\/\/([^/?#:]+)/i;
/** `utm_medium` of those who write newsletters. */
const MAIL_MEDIUM = /^(?:e-?mail|newsletter)$/i;
/** Endings of countries have one or two labels of at most so many characters: `de`, `co.uk`, `com`. */
const ENDING = /^[a-z]{2,3}(?:\.[a-z]{2})?$/;

const KNOWN: ReadonlyMap<string, Referrer> = new Map(
  (Object.keys(HOSTS) as ReferrerKind[]).flatMap((type) =>
    Object.entries(HOSTS[type]).flatMap(([name, hosts]) =>
      hosts.split(' ').map((host) => [host, { type, name }] as const),
    ),
  ),
);

/**
 * Where the visitor of a page came from: another site by its host; where no site is named, what the
 * campaign says, since mail programs and assistants name none.
 *
 * @param context - Cleaned: with `page` and `campaign`.
 * @returns `undefined` for the site's own pages, and where nothing is known.
 */
export function referrerOf({ page, campaign }: JsonObject): Referrer | undefined {
  const { referrer, url } = isJsonObject(page) ? page : {};
  const host = hostOf(referrer);
  if (host !== undefined) {
    return isSameSite(host, hostOf(url))
      ? undefined
      : (knownHost(host) ?? { type: 'site', name: host });
  }
  if (!isJsonObject(campaign)) return undefined;
  const { source, medium } = campaign;
  const known = typeof source === 'string' ? knownHost(source.toLowerCase()) : undefined;
  if (known !== undefined) return known;
  return typeof medium === 'string' && MAIL_MEDIUM.test(medium)
    ? { type: 'mail', name: typeof source === 'string' ? source : medium }
    : undefined;
}

function hostOf(url: unknown): string | undefined {
  if (typeof url !== 'string') return undefined;
  return HOST_OF.exec(url)?.[1]
    ?.toLowerCase()
    .replace(/^www\./, '');
}

/** `shop.example.com` and `example.com` are one site to those who own both. */
function isSameSite(host: string, own: string | undefined): boolean {
  return (
    own !== undefined && (host === own || host.endsWith(`.${own}`) || own.endsWith(`.${host}`))
  );
}

function knownHost(host: string): Referrer | undefined {
  for (let rest = host; ; ) {
    const dot = rest.indexOf('.');
    if (dot < 0) return undefined;
    const known = KNOWN.get(rest) ?? anyEnding(rest);
    if (known !== undefined) return known;
    rest = rest.slice(dot + 1);
  }
}

/** Of `google.co.uk`, `google.*`; of `search.yahoo.com`, `search.yahoo.*`. */
function anyEnding(host: string): Referrer | undefined {
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    if (!ENDING.test(host.slice(dot + 1))) continue;
    const known = KNOWN.get(`${host.slice(0, dot)}.*`);
    if (known !== undefined) return known;
  }
  return undefined;
}
