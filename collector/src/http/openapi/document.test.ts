import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { OpenAPIV3_1 } from 'openapi-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi, VERSION } from '../../../testing/api.ts';
import { conditions } from '../../../testing/definitions.ts';
import { catalogue, instantiate } from '../../segments/catalogue.ts';
import { parseDefinition } from '../../segments/parse-definition.ts';
import { PROBLEMS } from '../problem.ts';
import { TAGS } from './operation.ts';

let api: Api;
let document: OpenAPIV3_1.Document;
beforeAll(async () => {
  api = await startApi();
  document = (await api.ask<OpenAPIV3_1.Document>('/openapi.json', { key: null })).json;
});
afterAll(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

/** What is for browsers to show and not for programs to ask. */
const PAGES = new Set([
  ...['/', '/*', '/assets/*', '/demo', '/demo/*', '/docs', '/docs/*', '/sign-in'],
  ...['', '.plus', '.full'].flatMap((kind) => [
    ...[`/inkling${kind}.js`, `/inkling${kind}.js.map`, `/inkling.${VERSION}${kind}.js`],
  ]),
]);

/** Every operation with its place. */
function operations() {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'put', 'post', 'delete'] as const).flatMap((method) => {
      const operation = item?.[method];
      return operation ? [{ path, method, operation, place: `${method} ${path}` }] : [];
    }),
  );
}

test('it is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(document.info.version).toBe(VERSION);
});

test('every route is described, and nothing else', () => {
  const routes = api.app.routes
    // A method of none is middleware, or refuses what no other route takes.
    .filter(({ method, path }) => method !== 'ALL' && method !== 'OPTIONS' && !PAGES.has(path))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(routes.length).toBeGreaterThan(50);
  expect(
    operations()
      .map(({ place }) => place)
      .sort(),
  ).toEqual([...new Set(routes)].sort());
});

test('every operation says what it does, takes and answers', () => {
  const tags = TAGS.map(({ name }) => name as string);
  for (const { place, operation } of operations()) {
    expect(operation.summary, place).toMatch(/\S/);
    expect(tags, place).toContain(operation.tags?.[0]);
    for (const parameter of operation.parameters ?? []) {
      expect(parameter, place).toMatchObject({ description: expect.stringMatching(/\S/) });
    }
    const statuses = Object.keys(operation.responses ?? {});
    expect(
      statuses.some((status) => status.startsWith('2')),
      place,
    ).toBe(true);
    expect(statuses, place).toContain('500');
  }
});

test('every parameter of an address is described, and no other', () => {
  for (const { place, path, operation } of operations()) {
    const inAddress = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const described = (operation.parameters ?? []).flatMap((parameter) =>
      'in' in parameter && parameter.in === 'path' ? [parameter.name] : [],
    );
    expect(new Set(described), place).toEqual(new Set(inAddress));
  }
});

test('no two operations have one name', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(ids.every((id) => id !== undefined)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every component is used', () => {
  const { schemas, ...rest } = document.components ?? {};
  const text = JSON.stringify({ ...document, components: { schemas, ...rest } });
  const unused = Object.keys(schemas ?? {}).filter(
    (id) => !text.includes(`"#/components/schemas/${id}"`),
  );
  // What a stream carries has no place in OpenAPI; its operation names this one in words.
  expect(unused).toEqual(['StreamMessage']);
});

test('a problem is described by status and code', () => {
  for (const { place, operation } of operations()) {
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      if (status.startsWith('2')) continue;
      const codes = JSON.stringify(response).match(/"enum":(\[[^\]]+\])/)?.[1];
      for (const code of JSON.parse(codes ?? '[]') as (keyof typeof PROBLEMS)[]) {
        expect(String(PROBLEMS[code].status), `${place} ${code}`).toBe(status);
      }
      expect(codes, `${place} ${status}`).toBeDefined();
    }
  }
});

describe('the schema of definitions', () => {
  function validator(name: string) {
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(document, 'document.json');
    return ajv.compile({ $ref: `document.json#/components/schemas/${name}` });
  }

  test('lets through whatever the parser lets through', () => {
    const [isDefinition, isCondition] = [validator('Definition'), validator('Condition')];
    for (const { id } of catalogue) {
      const made = instantiate(id);
      expect(made.ok && isDefinition(made.value), id).toBe(true);
    }
    fc.assert(
      fc.property(conditions, (condition) => {
        const definition = { id: 'd', name: 'D', kind: 'implicit', if: condition };
        if (!parseDefinition(definition).ok) return;
        expect(isCondition(condition), JSON.stringify(condition)).toBe(true);
        expect(isDefinition(definition)).toBe(true);
      }),
    );
  });

  test.each([
    { wrong: 'no condition', definition: { id: 'd', name: 'D', kind: 'implicit' } },
    { wrong: 'a member that is none', definition: { if: { did: 'A' }, title: 'D' } },
    { wrong: 'a condition of no kind', definition: { if: { done: 'A' } } },
    { wrong: 'a duration of no unit', definition: { if: { did: 'A', within: '7 days' } } },
    { wrong: 'a wrong condition far inside', definition: { if: { all: [{ not: { any: [1] } }] } } },
  ])('refuses $wrong, as the parser does', ({ definition }) => {
    const whole = { id: 'd', name: 'D', kind: 'implicit', ...definition };
    expect(parseDefinition(whole).ok).toBe(false);
    expect(validator('Definition')(whole)).toBe(false);
  });
});
