import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, FIRST, startApi, VERSION } from '../../testing/api.ts';
import { loadFiles } from './files.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const BROWSER = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function get(path: string, headers: Readonly<Record<string, string>> = BROWSER) {
  const response = await api.request(path, { key: null, headers });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const POLICY =
  "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

describe('the dashboard', () => {
  test.each(['/', '/segments', '/segments/pricing-returners', '/profiles/a%2Fb', '/index.html'])(
    'is at %s, locked against everything foreign',
    async (path) => {
      const { status, headers, body } = await get(path);
      expect([status, body]).toEqual([200, '<!doctype html><title>Dashboard</title>']);
      expect(Object.fromEntries(headers)).toEqual({
        'cache-control': 'no-cache',
        'content-security-policy': POLICY,
        'content-type': 'text/html; charset=utf-8',
        etag: expect.stringMatching(/^"[\w-]{22}"$/),
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
    },
  );

  test('loads assets that are kept for ever, and files of a fixed name that are not', async () => {
    const asset = await get('/assets/app-1a2b.js', {});
    expect([asset.status, asset.body]).toEqual([200, 'app()']);
    expect(asset.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
    const icon = await get('/favicon.svg', {});
    expect(icon.headers.get('Cache-Control')).toBe('public, max-age=300');
    expect(icon.headers.get('Content-Type')).toBe('image/svg+xml');
  });

  test('answers nobody but browsers with a page where there is none', async () => {
    for (const accept of ['application/json', '*/*']) {
      expect((await get('/segments/x', { Accept: accept })).status).toBe(404);
    }
    expect((await get('/', {})).status).toBe(200);
  });
});

describe('what is not there is a problem, never a page', () => {
  test.each(['/v1', '/v1/', '/v1/segment', '/v1/segments/a/b/c', '/v1/batches'])(
    '%s, asked by a signed-in browser',
    async (path) => {
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
        const problem = await api.problem(path, { method, headers: BROWSER });
        expect(problem, method).toMatchObject({ status: 404, code: 'not_found', instance: path });
      }
    },
  );

  test.each([
    '/assets/app-old.js',
    '/assets/',
    '/demo/none',
    '/demo/none.html',
    '/inkling.0.0.1.js',
  ])('%s', async (path) => {
    const problem = await api.problem(path, { key: null, headers: {} });
    expect(problem).toMatchObject({ status: 404, code: 'not_found', instance: path });
  });

  test('nor is a method that no page has', async () => {
    expect(await api.problem('/', { method: 'POST' })).toMatchObject({ code: 'not_found' });
  });

  test.each([
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/demo/../index.html%00.js',
    '/demo/..%2findex.html',
    '/demo/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd',
    '/demo//etc/passwd',
    '/demo/..\\..\\etc\\passwd',
    '/demo/__proto__',
    '/assets/constructor',
    '/..%2f..%2fetc%2fpasswd',
    '/inkling.js/../index.js',
    '/%',
    '/demo/%ff',
  ])('%s leads to nothing but our own pages', async (path) => {
    const { status, body } = await get(path, {});
    expect([200, 404]).toContain(status);
    if (status === 200) expect(body).toMatch(/Dashboard|Shop/);
    expect(body).not.toContain('root:');
    expect(body).not.toContain('not for browsers');
  });
});

describe('the demo', () => {
  test.each([
    ['/demo/', 'Shop'],
    ['/demo/index', 'Shop'],
    ['/demo/pricing', 'Prices'],
    ['/demo/pricing.html', 'Prices'],
    ['/demo/pricing?utm_source=x', 'Prices'],
  ])('has the snippet in %s', async (path, body) => {
    const page = await get(`http://shop.example:8080${path}`);
    const script = `<script src="http://shop.example:8080/inkling.js" data-k="${FIRST.writeKey}"></script>`;
    expect(page.body).toBe(`<!doctype html><head>${script}</head>${body}`);
    expect(page.headers.get('Cache-Control')).toBe('no-cache');
  });

  test('is at one address, with its slash', async () => {
    const { status, headers } = await get('/demo');
    expect([status, headers.get('Location')]).toEqual([301, '/demo/']);
  });

  test('has files that are no pages', async () => {
    const { body, headers } = await get('/demo/site.css');
    expect([body, headers.get('Content-Type')]).toEqual(['body {}', 'text/css; charset=utf-8']);
  });
});

describe('the script', () => {
  test.each([
    ['/inkling.js', 'public, max-age=300'],
    [`/inkling.${VERSION}.js`, 'public, max-age=31536000, immutable'],
    ['/inkling.js.map', 'public, max-age=300'],
    ['/inkling.full.js', 'public, max-age=300'],
    [`/inkling.${VERSION}.full.js`, 'public, max-age=31536000, immutable'],
    ['/inkling.full.js.map', 'public, max-age=300'],
  ])('%s is for pages of any origin', async (path, cache) => {
    const { status, headers, body } = await get(path, { Origin: 'https://shop.example' });
    expect([status, body]).toEqual([200, path.endsWith('.map') ? '{}' : 'script()']);
    expect(headers.get('Cache-Control')).toBe(cache);
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    const map = path.endsWith('.map') ? null : `${path.slice(1).replace(`.${VERSION}`, '')}.map`;
    expect(headers.get('SourceMap')).toBe(map);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  });

  test('needs no key and sets no cookie', async () => {
    expect((await get('/inkling.js')).headers.get('Set-Cookie')).toBeNull();
  });
});

describe('whoever has it already', () => {
  const PATHS = ['/', '/inkling.js', '/demo/', '/assets/app-1a2b.js'] as const;

  test.each(PATHS)('is told so for %s, and how long to keep it', async (path) => {
    const first = await get(path);
    const etag = first.headers.get('ETag') ?? '';
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(path, { ...BROWSER, 'If-None-Match': known });
      expect([again.status, again.body], known).toEqual([304, '']);
      for (const name of ['ETag', 'Cache-Control', 'Content-Security-Policy']) {
        expect(again.headers.get(name), name).toBe(first.headers.get(name));
      }
    }
  });

  test.each(PATHS)('gets %s if it is another', async (path) => {
    for (const known of ['"other"', '', 'W/"other"']) {
      expect((await get(path, { ...BROWSER, 'If-None-Match': known })).status).toBe(200);
    }
  });

  test('asks with HEAD and gets no body', async () => {
    const response = await api.request('/inkling.js', { method: 'HEAD', key: null });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

describe('files of a folder', () => {
  test('are held by their path with their type', () => {
    const folder = mkdtempSync(join(tmpdir(), 'inkling-files-'));
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/page.html'), '<p>');
    writeFileSync(join(folder, 'unheard-of.kind'), '?');
    const files = loadFiles(folder);
    rmSync(folder, { recursive: true });
    const types = Object.fromEntries([...files].map(([path, { type }]) => [path, type]));
    expect(types).toEqual({
      'a/b/page.html': 'text/html; charset=utf-8',
      'unheard-of.kind': 'application/octet-stream',
    });
  });

  test('are none if there is no such folder', () => {
    expect(loadFiles(join(tmpdir(), 'inkling-no-such-folder')).size).toBe(0);
  });
});
