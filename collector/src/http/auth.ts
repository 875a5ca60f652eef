import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { KeyedSite, Keys } from '../store/keys.ts';
import { problemResponse } from './problem.ts';

/** What the query routes know of whoever asks. */
export interface Asker {
  Variables: { readonly site: KeyedSite };
}

export interface AuthDeps {
  readonly keys: Keys;
  /** Signs the dashboard's cookie. */
  readonly cookieSecret: string;
  readonly clock: () => number;
}

const COOKIE = 'ink_session';
const SESSION_MS = 30 * 86_400_000;

/** Lets through who holds a secret key or is signed in to the dashboard; others learn why not. */
export function authenticate(deps: AuthDeps): MiddlewareHandler<Asker> {
  return async (c, next) => {
    const token = /^bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
    const site = token === undefined ? await signedIn(c, deps) : deps.keys.siteOfSecret(token);
    if (site !== undefined) {
      c.set('site', site);
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

/** Gives the browser a cookie that stands for the secret key; scripts and other sites cannot use it. */
export async function signIn(c: Context, deps: AuthDeps, site: number): Promise<void> {
  const expiresMs = deps.clock() + SESSION_MS;
  await setSignedCookie(c, COOKIE, `${site}.${expiresMs}`, deps.cookieSecret, {
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

async function signedIn(c: Context, deps: AuthDeps): Promise<KeyedSite | undefined> {
  const value = await getSignedCookie(c, deps.cookieSecret, COOKIE);
  if (!value) return undefined;
  const [site, expiresMs] = value.split('.').map(Number);
  return site !== undefined && (expiresMs ?? 0) > deps.clock()
    ? deps.keys.siteById(site)
    : undefined;
}

function refuse(
  c: Context,
  code: 'missing_key' | 'unknown_key' | 'forbidden',
  detail: string,
): Response {
  return problemResponse(c.req.path, { code, detail });
}
