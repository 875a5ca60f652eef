import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { Role } from '../query/answers.ts';
import type { KeyedSite, KeyHolder, Keys } from '../store/keys.ts';
import { problemResponse } from './problem.ts';

/** What the query routes know of whoever asks. */
export interface Asker {
  Variables: { readonly site: KeyedSite; readonly role: Role; readonly key: string };
}

export interface AuthDeps {
  readonly keys: Keys;
  /** Signs the dashboard's cookie. */
  readonly cookieSecret: string;
  readonly clock: () => number;
}

const COOKIE = 'ink_session';
/** Stands in a cookie for no key at all. */
export const NO_KEY = '-';
const SESSION_MS = 30 * 86_400_000;

/** Lets through who holds a secret key or is signed in to the dashboard; others learn why not. */
export function authenticate(deps: AuthDeps): MiddlewareHandler<Asker> {
  return async (c, next) => {
    const token = /^bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
    const asker = token === undefined ? await signedIn(c, deps) : deps.keys.holderOf(token);
    if (asker !== undefined) {
      c.set('site', asker.site);
      c.set('role', asker.role);
      c.set('key', asker.key);
      // What is answered is private and changes with the next event: nobody in between keeps it.
      c.header('Cache-Control', 'private, no-store');
      return await next();
    }
    if (token === undefined) {
      return refuse(c, 'missing_key', 'Send a secret key as "Authorization: Bearer …".');
    }
    return deps.keys.site(token) === undefined
      ? refuse(c, 'unknown_key', 'No site has this secret key.')
      : refuse(
          c,
          'forbidden',
          'This is a write key: it can add events and cannot read. Use a secret key.',
        );
  };
}

/**
 * Gives the browser a cookie that stands for a secret key; scripts and other sites cannot use it. It
 * is worth what the key is worth, and nothing once that is removed.
 *
 * @param key - The secret key's id; {@link NO_KEY} for who was let in by the link of this start.
 */
export async function signIn(
  c: Context,
  deps: AuthDeps,
  { site, key }: { readonly site: number; readonly key: string },
): Promise<void> {
  const expiresMs = deps.clock() + SESSION_MS;
  await setSignedCookie(c, COOKIE, `${site}.${expiresMs}.${key}`, deps.cookieSecret, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    maxAge: SESSION_MS / 1_000,
    secure: new URL(c.req.url).protocol === 'https:',
  });
}

export function signOut(c: Context): void {
  deleteCookie(c, COOKIE, { path: '/' });
}

async function signedIn(c: Context, deps: AuthDeps): Promise<KeyHolder | undefined> {
  const value = await getSignedCookie(c, deps.cookieSecret, COOKIE);
  if (!value) return undefined;
  // A cookie from before it named its key is none any more: nobody could take it back.
  const [siteId, expiresMs, key] = value.split('.');
  if (siteId === undefined || key === undefined || Number(expiresMs) <= deps.clock()) {
    return undefined;
  }
  if (key !== NO_KEY) return deps.keys.holderById(key);
  const site = deps.keys.siteById(Number(siteId));
  return site && { site, key, role: 'admin' };
}

function refuse(
  c: Context,
  code: 'missing_key' | 'unknown_key' | 'forbidden',
  detail: string,
): Response {
  return problemResponse(c.req.path, { code, detail });
}
