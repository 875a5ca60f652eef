import type { OpenAPIV3_1 } from 'openapi-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, FIRST, startApi } from '../../testing/api.ts';

type Described = OpenAPIV3_1.OperationObject & { readonly 'x-role'?: 'read' | 'admin' };

let api: Api;
let operations: readonly {
  readonly place: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Described;
}[];

beforeAll(async () => {
  api = await startApi();
  const answer = await api.ask<OpenAPIV3_1.Document>('/openapi.json', { key: null });
  operations = Object.entries(answer.json.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'put', 'post', 'delete'] as const).flatMap((method) => {
      const operation: Described | undefined = item?.[method];
      const place = `${method.toUpperCase()} ${path}`;
      return operation ? [{ place, method: method.toUpperCase(), path, operation }] : [];
    }),
  );
});
afterAll(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

/** Doors that look at no secret key: they take a write key, or none. */
const OPEN = [
  'GET /healthz',
  'GET /readyz',
  'GET /openapi.json',
  'POST /v1/session',
  'DELETE /v1/session',
];
const INGEST_TAG = 'Ingest';

/** Questions so long that they are asked with a body. They change nothing. */
const ASKED_WITH_A_BODY = [
  'POST /v1/segments/preview',
  'POST /v1/segments/{id}/diff',
  'POST /v1/query',
  'POST /v1/audit',
];

/** Questions whose answer hands out all that is kept of somebody. */
const FOR_ADMINS = ['GET /v1/profiles/{id}/export'];

test('every door but the open ones says which role it needs', () => {
  const without = operations
    .filter(({ operation }) => operation['x-role'] === undefined)
    .filter(({ operation }) => operation.tags?.[0] !== INGEST_TAG)
    .map(({ place }) => place);
  expect(new Set(without)).toEqual(new Set(OPEN));
});

test('whatever may change something or hands out a whole person needs the role admin, and nothing else does', () => {
  for (const { place, method, operation } of operations) {
    if (operation['x-role'] === undefined) continue;
    const isQuestion = method === 'GET' || ASKED_WITH_A_BODY.includes(place);
    const isForReaders = isQuestion && !FOR_ADMINS.includes(place);
    expect(operation['x-role'], place).toBe(isForReaders ? 'read' : 'admin');
  }
});

describe('a key with the role read', () => {
  async function ask(key: string, method: string, path: string) {
    const address = path.replaceAll(/\{\w+\}/g, 'x');
    const body = method === 'GET' || method === 'DELETE' ? undefined : {};
    const response = await api.request(address, { method, key, body });
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream');
    if (isStream) await response.body?.cancel();
    return { status: response.status, text: isStream ? '' : await response.text() };
  }

  test('is refused whatever changes something, and told which role is needed', async () => {
    const changing = operations.filter(({ operation }) => operation['x-role'] === 'admin');
    expect(changing.length).toBeGreaterThan(10);
    for (const { place, method, path } of changing) {
      const { status, text } = await ask(FIRST.readKey, method, path);
      expect(status, place).toBe(403);
      expect(JSON.parse(text), place).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining('"admin"'),
      });
      expect((await ask(FIRST.secretKey, method, path)).status, place).not.toBe(403);
    }
  });

  test('may ask whatever can be asked', async () => {
    const asking = operations.filter(({ operation }) => operation['x-role'] === 'read');
    expect(asking.length).toBeGreaterThan(20);
    for (const { place, method, path } of asking) {
      expect((await ask(FIRST.readKey, method, path)).status, place).not.toBe(403);
    }
  });
});
