import { createHmac, timingSafeEqual } from 'node:crypto';
import { compactVerify } from 'jose';
import { z } from 'zod';
import type { ParsedElement } from '../ingest/parse-event.ts';
import { formatInstant } from '../instant.ts';
import type { Check } from './ingest-answer.ts';

/** The site's server and we set our clocks apart. */
const LEEWAY_MS = 60_000;

const ALGORITHMS = ['HS256', 'HS384', 'HS512'];

/** A SHA-256 in hexadecimal digits. */
const HMAC = /^[\da-f]{64}$/i;

const UserId = z.union([z.string(), z.number().transform(String)]);

/** A member that is not understood makes the token void: it may have been meant to end it. */
const Claims = z.object({
  sub: UserId.optional(),
  user_id: UserId.optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
});

/** What a JSON Web Token says that one of our keys signed. */
type Claims = z.infer<typeof Claims>;

/**
 * Checks whether events name their users rightly. A proof is a JSON Web Token that one of the keys
 * signed, with the user in `sub` or `user_id`, or the HMAC-SHA256 of the user id in hexadecimal
 * digits. Events wait for the network, so a token has to hold when they happened, not when they come.
 *
 * @param elements - Of one body; each token in them is looked at once.
 * @param keys - Those of the site; any of them will do.
 * @see RFC 7519 for the claims, RFC 7518 for the algorithms.
 */
export async function identityCheck(
  elements: readonly ParsedElement[],
  keys: readonly string[],
): Promise<Check> {
  const claims = new Map<string, Claims | undefined>();
  for (const element of elements) {
    const token = element.ok ? element.event.identityToken : undefined;
    if (token === undefined || HMAC.test(token) || claims.has(token)) continue;
    claims.set(token, await readToken(token, keys));
  }
  const doubtOf = (userId: string, token: string | undefined, atMs: number) => {
    if (token === undefined) return 'is missing';
    if (HMAC.test(token)) return doubtOfHmac(token, userId, keys);
    const told = claims.get(token);
    return told === undefined ? UNREADABLE : doubtOfClaims(told, userId, atMs);
  };
  return ({ userId, atMs }, { identityToken }) => {
    const why = userId === undefined ? undefined : doubtOf(userId, identityToken, atMs);
    if (why === undefined) return undefined;
    const detail = `names a user, and context.identityToken ${why}`;
    return { code: 'unverified', detail, pointer: '/context/identityToken' };
  };
}

const UNREADABLE =
  'is neither an HMAC-SHA256 in hexadecimal digits nor a JSON Web Token (HS256 to HS512) that an identity key of the site has signed';

async function readToken(token: string, keys: readonly string[]): Promise<Claims | undefined> {
  for (const key of keys) {
    try {
      const secret = new TextEncoder().encode(key);
      const { payload } = await compactVerify(token, secret, { algorithms: ALGORITHMS });
      return Claims.parse(JSON.parse(new TextDecoder().decode(payload)));
    } catch {
      // Of another key, or nothing at all: the next one may fit.
    }
  }
  return undefined;
}

function doubtOfHmac(hex: string, userId: string, keys: readonly string[]): string | undefined {
  const given = Buffer.from(hex, 'hex');
  const isRight = keys.some((key) =>
    timingSafeEqual(createHmac('sha256', key).update(userId).digest(), given),
  );
  return isRight
    ? undefined
    : 'is not the HMAC-SHA256 of the userId by an identity key of the site';
}

function doubtOfClaims(claims: Claims, userId: string, atMs: number): string | undefined {
  const { sub = claims.user_id, exp, nbf } = claims;
  if (sub !== userId) return 'is the proof of another user';
  if (exp !== undefined && atMs >= exp * 1_000 + LEEWAY_MS) {
    return `had ended when this happened, at ${formatInstant(atMs)}`;
  }
  if (nbf !== undefined && atMs < nbf * 1_000 - LEEWAY_MS) {
    return `did not hold yet when this happened, at ${formatInstant(atMs)}`;
  }
  return undefined;
}
