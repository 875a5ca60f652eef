import type { KeyRole } from '../store/keys.ts';

/** Longer texts in the place of a key are not looked at: no key that we make comes near. */
const KEY_CHARS_MAX = 256;

/** Beyond so many events without a key none is expected from the others. */
const EVENTS_LOOKED_AT_MAX = 10;

/** Why nobody may send: no place holds anything, nobody's key, a key that only asks, or a secret shown. */
export type NoSender = 'missing' | 'unknown' | 'forbidden' | 'exposed';

/**
 * Finds the key where clients put it: the user name of Basic authentication, a Bearer token, the
 * body, its events, the query, the header `X-Write-Key` (perhaps as `key:secret`). A place may hold
 * something else, such as a proxy's own user name: the first that names a site counts.
 *
 * The owner's servers may send with an admin key in a header. A secret key anywhere else, or from a
 * browser, is one that others can read.
 *
 * @param body - As `JSON.parse` made it.
 */
export function findSender<Sender extends { readonly role: KeyRole }>(
  request: Request,
  body: unknown,
  senderOf: (key: string) => Sender | undefined,
): { readonly key: string; readonly sender: Sender } | NoSender {
  let found: 'missing' | 'unknown' = 'missing';
  for (const { read, isPublic } of PLACES) {
    const key = read(request, body);
    if (typeof key !== 'string' || key === '') continue;
    const sender = key.length <= KEY_CHARS_MAX ? senderOf(key) : undefined;
    if (sender === undefined) {
      found = 'unknown';
      continue;
    }
    if (sender.role !== 'write') {
      if (isPublic || isFromBrowser(request)) return 'exposed';
      if (sender.role !== 'admin') return 'forbidden';
    }
    return { key, sender };
  }
  return found;
}

interface Place {
  readonly read: (request: Request, body: unknown) => unknown;
  /** Logs, histories and whoever passes the text on may see what stands here. */
  readonly isPublic?: true;
}

const PLACES: readonly Place[] = [
  { read: ({ headers }) => basicUser(headers.get('Authorization')) },
  { read: ({ headers }) => /^bearer +(\S+)$/i.exec(headers.get('Authorization') ?? '')?.[1] },
  { isPublic: true, read: (_, body) => fieldOf(body, 'writeKey') },
  { isPublic: true, read: (_, body) => eventsKey(fieldOf(body, 'batch')) },
  {
    isPublic: true,
    read: ({ url }) => (url.includes('?') ? new URL(url).searchParams.get('writeKey') : null),
  },
  { read: ({ headers }) => headers.get('X-Write-Key')?.split(':')[0] },
];

/** Scripts of a page cannot leave these headers out, and nothing else has them. */
function isFromBrowser({ headers }: Request): boolean {
  return headers.has('Origin') || headers.has('Sec-Fetch-Site');
}

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
