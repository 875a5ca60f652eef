import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Context, Hono } from 'hono';
import { errorsPage, type Markup, referencePage } from './docs-pages.ts';
import { type Files, fileResponse, type ServedFile, serve } from './files.ts';
import { problemResponse } from './problem.ts';

export interface DocsDeps {
  /** swagger-ui's files and our own beside it, by file name. */
  readonly reference: Files;
}

/** One address below `/docs`. */
interface Doc {
  readonly plain: ServedFile;
  readonly packed: ServedFile;
  readonly headers: Readonly<Record<string, string>>;
}

const FOREVER = { 'Cache-Control': 'public, max-age=31536000, immutable' };

/**
 * What swagger-ui asks for; whatever is not named is refused.
 * Scripts and styles are files of ours, none inline and none made from text. Pictures of `data:` are
 * the icons in its stylesheet. Connections go to our own origin, for the description and for trying a
 * request, so that a key typed here cannot leave it. There is no form that is sent by itself, no
 * `<base>`, and no frame to stand in.
 */
const REFERENCE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Text alone: no script runs, nothing is asked for. */
const TEXT_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const gzipped = promisify(gzip);

/** The API's reference and what its problems mean. */
export function docsRoutes({ reference }: DocsDeps): Hono {
  const app = new Hono();
  let docs: Promise<ReadonlyMap<string, Doc>> | undefined;
  const answer = async (c: Context) => {
    docs ??= makeDocs(reference);
    const doc = (await docs).get(c.req.path);
    return doc ? send(c, doc) : problemResponse(c.req.path, NO_SUCH_DOC);
  };
  app.get('/docs', answer);
  app.get('/docs/*', answer);
  return app;
}

const NO_SUCH_DOC = { code: 'not_found', detail: 'The reference is at /docs.' } as const;

/** Files are at an address that changes with any of them, so that browsers may keep them. */
async function makeDocs(reference: Files): Promise<ReadonlyMap<string, Doc>> {
  const hash = createHash('sha256');
  for (const [name, { etag }] of reference) hash.update(`${name}\0${etag}\0`);
  const assets = `/docs/${hash.digest('base64url').slice(0, 12)}`;
  const shown = await makePage(referencePage(assets), REFERENCE_POLICY);
  const files = [...reference].map(
    async ([name, file]) => [`${assets}/${name}`, await pack(file, FOREVER)] as const,
  );
  return new Map([
    ['/docs', shown],
    ['/docs/', shown],
    ['/docs/errors', await makePage(errorsPage(assets), TEXT_POLICY)],
    ...(await Promise.all(files)),
  ]);
}

async function makePage(markup: Markup, policy: string): Promise<Doc> {
  const body = new TextEncoder().encode(String(await markup));
  return await pack(serve(body, 'text/html; charset=utf-8'), {
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'same-origin',
  });
}

/** swagger-ui is 1.9 MB, and a quarter of it as gzip: worth doing, and doing once. */
async function pack(plain: ServedFile, headers: Doc['headers']): Promise<Doc> {
  const packed = serve(new Uint8Array(await gzipped(plain.body)), plain.type);
  return { plain, packed, headers: { ...headers, Vary: 'Accept-Encoding' } };
}

function send(c: Context, { plain, packed, headers }: Doc): Response {
  if (!takesGzip(c.req.header('Accept-Encoding'))) return fileResponse(c.req.raw, plain, headers);
  return fileResponse(c.req.raw, packed, { ...headers, 'Content-Encoding': 'gzip' });
}

/** Whether gzip is named, and not with a weight of 0. */
function takesGzip(acceptEncoding = ''): boolean {
  return /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))\s*(?:[;,]|$)/i.test(acceptEncoding);
}
