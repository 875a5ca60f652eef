import { type Context, Hono } from 'hono';
import { type Files, fileResponse, type ServedFile, serve } from './files.ts';
import { problemResponse } from './problem.ts';
import { hostOf } from './session.ts';

export interface PageDeps {
  /** The script, its source map, by file name. */
  readonly script: Files;
  readonly scriptVersion: string;
  readonly dashboard: Files;
  readonly demo: Files;
  /** The lines to paste, for browsers that reach the collector at `host`. */
  readonly snippet: (host: string, writeKey: string) => string;
  /** The write key of the demo's pages. */
  readonly writeKey: string;
}

/** The script, and the two that bring optional modules along. */
const SCRIPTS = ['inkling', 'inkling.plus', 'inkling.full'];
const FOREVER = 'public, max-age=31536000, immutable';
const SHORTLY = 'public, max-age=300';
const CHECK_FIRST = 'no-cache';
/** Our own pages load nothing from elsewhere, run no inline script, and stand in nobody's frame. */
const DASHBOARD_POLICY =
  "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const SNIPPET_MARK = '<!-- inkling -->';

/** The script, the demo site and the dashboard. */
export function pageRoutes(deps: PageDeps): Hono {
  const app = new Hono();
  const { script, dashboard, scriptVersion } = deps;
  for (const name of SCRIPTS) {
    const file = `${name}.js`;
    const map = `${file}.map`;
    const versioned = file.replace('inkling', `inkling.${scriptVersion}`);
    app.get(`/${file}`, (c) => sendScript(c, script.get(file), SHORTLY, map));
    app.get(`/${versioned}`, (c) => sendScript(c, script.get(file), FOREVER, map));
    app.get(`/${map}`, (c) => sendScript(c, script.get(map), SHORTLY));
  }

  app.get('/demo', (c) => c.redirect('/demo/', 301));
  app.get('/demo/*', (c) => demoPage(c, deps));

  app.get('/assets/*', (c) => send(c, dashboard.get(c.req.path.slice(1)), FOREVER));
  app.get('*', (c) => {
    const file = dashboard.get(c.req.path.slice(1));
    if (file && c.req.path !== '/index.html') return send(c, file, SHORTLY);
    const wantsPage = (c.req.header('Accept') ?? '').includes('text/html') || c.req.path === '/';
    return send(c, wantsPage ? dashboard.get('index.html') : undefined, CHECK_FIRST, {
      'Content-Security-Policy': DASHBOARD_POLICY,
      'Referrer-Policy': 'same-origin',
    });
  });
  return app;
}

/** `/demo/pricing` is `pricing.html`; the snippet goes where a page asks for it. */
function demoPage(c: Context, { demo, snippet, writeKey }: PageDeps): Response {
  const path = c.req.path.slice('/demo/'.length) || 'index';
  const page = demo.get(path) ?? demo.get(`${path}.html`);
  if (page === undefined || !page.type.startsWith('text/html')) return send(c, page, CHECK_FIRST);
  const html = new TextDecoder().decode(page.body);
  const filled = html.replace(SNIPPET_MARK, () => snippet(hostOf(c.req.raw), writeKey));
  return send(c, serve(new TextEncoder().encode(filled), page.type), CHECK_FIRST);
}

/**
 * Pages of any origin may load the script, also with an integrity hash.
 *
 * @param map - Where the source map is, beside the script: there it would cost every visitor.
 */
function sendScript(
  c: Context,
  file: ServedFile | undefined,
  cache: string,
  map?: string,
): Response {
  return send(c, file, cache, {
    ...(map === undefined ? {} : { SourceMap: map }),
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  });
}

function send(
  c: Context,
  file: ServedFile | undefined,
  cache: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  if (file) return fileResponse(c.req.raw, file, { ...headers, 'Cache-Control': cache });
  return problemResponse(c.req.path, {
    code: 'not_found',
    detail: 'There is no page at this address.',
  });
}
