/** Longer texts in the place of a key are not looked at: no key that we make comes near. */
const KEY_CHARS_MAX = 256;

/** Beyond so many events without a key none is expected from the others. */
const EVENTS_LOOKED_AT_MAX = 10;

/**
 * Finds the write key where clients put it: the user name of Basic authentication, a Bearer token,
 * the body, its events, the query, the header `X-Write-Key` (perhaps as `key:secret`). A place may
 * hold something else, such as a proxy's own user name: the first that names a site counts.
 *
 * @param body - As `JSON.parse` made it.
 * @returns The key and its site; `missing` where no place holds anything, `unknown` otherwise.
 */
export function findSite<Site>(
  request: Request,
  body: unknown,
  siteOf: (writeKey: string) => Site | undefined,
): { readonly writeKey: string; readonly site: Site } | 'missing' | 'unknown' {
  let found: 'missing' | 'unknown' = 'missing';
  for (const place of PLACES) {
    const writeKey = place(request, body);
    if (typeof writeKey !== 'string' || writeKey === '') continue;
    const site = writeKey.length <= KEY_CHARS_MAX ? siteOf(writeKey) : undefined;
    if (site !== undefined) return { writeKey, site };
    found = 'unknown';
  }
  return found;
}

const PLACES: readonly ((request: Request, body: unknown) => unknown)[] = [
  ({ headers }) => basicUser(headers.get('Authorization')),
  ({ headers }) => /^bearer +(\S+)$/i.exec(headers.get('Authorization') ?? '')?.[1],
  (_, body) => fieldOf(body, 'writeKey'),
  (_, body) => eventsKey(fieldOf(body, 'batch')),
  ({ url }) => (url.includes('?') ? new URL(url).searchParams.get('writeKey') : null),
  ({ headers }) => headers.get('X-Write-Key')?.split(':')[0],
];

/** Some clients leave out the colon before the empty password. */
function basicUser(authorization: string | null): string | undefined {
  const encoded = /^basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  return encoded && Buffer.from(encoded, 'base64').toString('utf8').split(':')[0];
}

function eventsKey(batch: unknown): unknown {
  if (!Array.isArray(batch)) return undefined;
  return batch
    .slice(0, EVENTS_LOOKED_AT_MAX)
    .map((event) => fieldOf(event, 'writeKey'))
    .find((key) => typeof key === 'string' && key !== '');
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
