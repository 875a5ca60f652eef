import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from '../../testing/api.ts';
import { PROBLEMS } from './problem.ts';
import { ADVICE } from './problem-advice.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  api.request(path, { key: null, headers });

test.each([
  ['/docs', "script-src 'self'"],
  ['/docs/', "connect-src 'self'"],
  ['/docs/errors', "style-src 'self'"],
])('%s is a page that may load nothing from elsewhere', async (path, directive) => {
  const { status, headers } = await get(path);
  expect([status, headers.get('Content-Type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(headers.get('Cache-Control')).toBe('no-cache');
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  const policy = headers.get('Content-Security-Policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(directive);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
});

test('its files are kept for ever, at an address of their version', async () => {
  const page = await (await get('/docs')).text();
  const path = /src="([^"]+swagger-ui-bundle\.js)"/.exec(page)?.[1] ?? '';
  const plain = await get(path);
  expect(await plain.text()).toBe('swagger()');
  expect(plain.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
  expect(plain.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
  expect(plain.headers.get('Vary')).toBe('Accept-Encoding');
  const packed = await get(path, { 'Accept-Encoding': 'br, gzip' });
  expect(packed.headers.get('Content-Encoding')).toBe('gzip');
  expect(gunzipSync(await packed.arrayBuffer()).toString()).toBe('swagger()');
  const refused = await get(path, { 'Accept-Encoding': 'gzip;q=0' });
  expect(refused.headers.get('Content-Encoding')).toBeNull();
});

test('what is not there is a problem', async () => {
  for (const path of ['/docs/none', '/docs/old/swagger-ui.css']) {
    expect(await api.problem(path, { key: null })).toMatchObject({ code: 'not_found' });
  }
});

test.each(Object.entries(PROBLEMS))('%s has its anchor', async (code, { status, title }) => {
  const page = await (await get('/docs/errors')).text();
  const section = page.split(`<section id="${code}">`)[1]?.split('</section>')[0] ?? '';
  expect(section).toContain(title);
  expect(section).toContain(`<dd>${status}</dd>`);
  expect(Object.hasOwn(ADVICE, code)).toBe(true);
});
