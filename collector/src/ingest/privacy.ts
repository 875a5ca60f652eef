/** What stands where an e-mail address or a token stood. */
export const EMAIL_MASK = '[email]';
export const TOKEN_MASK = '[token]';

/**
 * Query parameters that say where a visitor came from or what they searched for; `utm_*` too. All
 * others may carry sessions, tokens or personal facts, and are left out.
 */
const QUERY_ALLOWED: ReadonlySet<string> = new Set([
  // Click ids: Google (three kinds), Meta, Microsoft, TikTok, X, LinkedIn, Pinterest, Reddit, Snap,
  // Yandex, DoubleClick, Impact.
  ...['gclid', 'gbraid', 'wbraid', 'fbclid', 'msclkid', 'ttclid', 'twclid', 'li_fat_id', 'epik'],
  ...['rdt_cid', 'sccid', 'yclid', 'dclid', 'irclickid'],
  // Referral.
  'ref',
  // Site search.
  ...['q', 'query', 's', 'search', 'term'],
]);

/** Scheme and authority, path, query; what follows `#` is not read. */
const URL_PARTS = /^(?:([a-z][a-z0-9+.-]*:)?\/\/([^/?#\\]*))?([^?#]*)(\?[^#]*)?/i;
/** A scheme that holds content or an address instead of a place: only its name is kept. */
const OPAQUE = /^(?!about:)([a-z][a-z0-9+.-]*:)(?!\/\/)/i;

/**
 * Cleans an absolute or relative URL: no user name and password, no fragment, only the allowed part
 * of the query, and a path without e-mail addresses and tokens. What does not look like a URL is
 * treated as a path.
 */
export function cleanUrl(url: string): string {
  const opaque = OPAQUE.exec(url);
  if (opaque !== null) return opaque[1] ?? '';
  const [, scheme = '', authority, path = '', query = ''] = URL_PARTS.exec(url) ?? [];
  const host = authority?.slice(authority.lastIndexOf('@') + 1);
  const origin = host === undefined ? '' : `${scheme}//${host}`;
  return origin + maskPath(path) + cleanQuery(query);
}

/** Cleans the path of a URL; a query or fragment that hangs on it is left out. */
export function cleanPath(path: string): string {
  const end = path.search(/[?#]/);
  return maskPath(end < 0 ? path : path.slice(0, end));
}

/**
 * Leaves of a query only the allowed parameters, in their order, e-mail addresses masked.
 *
 * @param query - With or without its `?`.
 * @returns With its `?`, or `''` if nothing is left.
 */
export function cleanQuery(query: string): string {
  if (query === '' || query === '?') return '';
  const start = query.startsWith('?') ? 1 : 0;
  const end = query.indexOf('#');
  const kept: string[] = [];
  for (const parameter of query.slice(start, end < 0 ? undefined : end).split('&')) {
    const [name = '', ...rest] = parameter.split('=');
    if (!isAllowed(name.toLowerCase())) continue;
    const value = rest.join('=');
    kept.push(holdsEmail(decoded(value)) ? `${name}=${EMAIL_MASK}` : parameter);
  }
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

/** Does the text hold something like `name@host.tld`? Linear in its length. */
export function holdsEmail(text: string): boolean {
  for (let at = text.indexOf('@', 1); at > 0; at = text.indexOf('@', at + 1)) {
    if (/[\w.+%-]/.test(text[at - 1] ?? '') && HOST.test(text.slice(at + 1))) return true;
  }
  return false;
}

/** What an address has after its `@`; the 2x in `logo@2x.png` is the density of a picture. */
const HOST = /^(?!\dx\.)[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}/i;

/** Parameters hung on a segment (`;jsessionid=…`) are left out with what they hold. */
function maskPath(path: string): string {
  return path.split('/').map(maskSegment).join('/');
}

function maskSegment(segment: string): string {
  const parameters = segment.indexOf(';');
  // An empty segment in front of the next would read as the start of a host.
  if (parameters === 0) return ';';
  const name = parameters < 0 ? segment : segment.slice(0, parameters);
  if (holdsEmail(decoded(name))) return EMAIL_MASK;
  return isToken(name) ? TOKEN_MASK : name;
}

/** Words of a segment that look random hold at least this many characters together in a token. */
const TOKEN_CHARS_MIN = 20;
/** A word looks random if it changes between kinds of characters this often per character. */
const TOKEN_CHANGES_MIN = 0.3;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Does a path segment look like a password reset key, a session or a JWT? Random hex and base64
 * change between digits, small and capital letters in almost half their places; the words of a slug,
 * a camel-cased name or a number hardly do. The short id at the end of a slug stays, and so does a
 * UUID, since it commonly names a thing that people look at.
 */
function isToken(segment: string): boolean {
  if (segment.length < TOKEN_CHARS_MIN || UUID.test(segment)) return false;
  let chars = 0;
  for (const word of segment.split(/[^A-Za-z0-9]+/)) {
    if (changes(word) >= word.length * TOKEN_CHANGES_MIN) chars += word.length;
  }
  return chars >= TOKEN_CHARS_MIN;
}

/** Between digits, small and capital letters; a small one after a capital is an ordinary word. */
function changes(word: string): number {
  return word.match(/[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
}

function isAllowed(name: string): boolean {
  return name.startsWith('utm_') || QUERY_ALLOWED.has(name);
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll('%40', '@'); // Not UTF-8: at least the sign that matters is readable.
  }
}
