import { timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { SessionAnswer } from '../query/answers.ts';
import type { KeyHolder } from '../store/keys.ts';
import { type Asker, type AuthDeps, authenticate, NO_KEY, signIn, signOut } from './auth.ts';
import { parseJson, readBody } from './body.ts';
import * as operations from './openapi/operations/site.ts';
import { problemResponse } from './problem.ts';

export interface SessionDeps extends AuthDeps {
  /** The lines to paste for a site, for browsers that reach the collector at `host`. */
  readonly snippet: (host: string, writeKey: string) => string;
  /** Opens the dashboard once; whoever starts the collector is shown it. */
  readonly signInToken: string;
  readonly defaultSite: number;
}

const BODY_BYTES_MAX = 4_096;

/** Signing in to the dashboard and out of it. */
export function sessionRoutes(deps: SessionDeps): Hono<Asker> {
  const app = new Hono<Asker>();
  let tokenIsUsed = false;

  app.get('/sign-in', async (c) => {
    if (!tokenIsUsed && sameText(c.req.query('token') ?? '', deps.signInToken)) {
      tokenIsUsed = true;
      await signIn(c, deps, { site: deps.defaultSite, key: NO_KEY });
    }
    // With a used or wrong token the page asks for the secret key and says so.
    return c.redirect('/', 303);
  });

  app.get('/v1/session', authenticate(deps), operations.readSession, (c) =>
    c.json(answerOf(c.var, hostOf(c.req.raw), deps)),
  );

  app.post('/v1/session', operations.openSession, async (c) => {
    const read = await readBody(c.req.raw, BODY_BYTES_MAX);
    const json = read.ok ? parseJson(read.text) : read;
    if (!json.ok) return problemResponse(c.req.path, json.problem);
    const given = secretKeyOf(json.value);
    const holder = given === undefined ? undefined : deps.keys.holderOf(given);
    if (holder === undefined) {
      const detail =
        given === undefined ? 'Send {"secretKey": "…"}.' : 'No site has this secret key.';
      return problemResponse(c.req.path, { code: 'unknown_key', detail });
    }
    await signIn(c, deps, { site: holder.site.id, key: holder.key });
    return c.json(answerOf(holder, hostOf(c.req.raw), deps));
  });

  app.delete('/v1/session', operations.closeSession, (c) => {
    signOut(c);
    return c.body(null, 204);
  });
  return app;
}

/** The address under which a browser reached us. */
export function hostOf(request: Request): string {
  return new URL(request.url).origin;
}

function answerOf(
  { site, role }: Pick<KeyHolder, 'site' | 'role'>,
  host: string,
  deps: SessionDeps,
): SessionAnswer {
  const { writeKey } = site;
  return { role, writeKey, host, snippet: deps.snippet(host, writeKey) };
}

function secretKeyOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('secretKey' in body)) return undefined;
  return typeof body.secretKey === 'string' ? body.secretKey : undefined;
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
