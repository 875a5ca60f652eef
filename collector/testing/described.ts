import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenAPIV3_1 } from 'openapi-types';

/** A request and its answer, as far as a description speaks of them. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Without its parameters. */
  readonly type: string;
  /** Read from JSON; `undefined` where the answer has no JSON. */
  readonly body: unknown;
}

/** Holds answers against an OpenAPI document. */
export interface Described {
  /** Which operation describes a request, as `GET /v1/segments/{id}`; `undefined` for none. */
  readonly operationOf: (method: string, path: string) => string | undefined;
  /** Says how an answer differs from all that its description allows; `undefined` if it does not. */
  readonly differenceOf: (exchange: Exchange) => string | undefined;
  /** Says how a value differs from a named schema. */
  readonly differenceFrom: (schema: string, value: unknown) => string | undefined;
}

const DOCUMENT = 'document.json';

/** @param document - A valid one, whose JSON answers are schemas. */
export function readDescription(document: OpenAPIV3_1.Document): Described {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, DOCUMENT);
  const operations = Object.entries(document.paths ?? {}).flatMap(([template, item]) =>
    METHODS.flatMap((method) => {
      const operation = item?.[method];
      if (operation === undefined) return [];
      return [{ method: method.toUpperCase(), template, pattern: patternOf(template), operation }];
    }),
  );
  const matching = (method: string, path: string) =>
    operations
      .filter((each) => each.method === method && each.pattern.test(path))
      .sort((a, b) => a.template.split('{').length - b.template.split('{').length);
  const differenceAt = (pointer: readonly (string | number)[], value: unknown) => {
    const validate = ajv.getSchema(`${DOCUMENT}#/${pointer.map(escaped).join('/')}`);
    if (validate === undefined) return 'there is no schema';
    return validate(value) ? undefined : ajv.errorsText(validate.errors?.slice(0, 3));
  };
  const differences = ({ status, type, body }: Exchange, { template, method }: Place) => {
    const response = document.paths?.[template]?.[method]?.responses?.[status];
    if (response === undefined || '$ref' in response) return `status ${status} is not described`;
    if (response.content === undefined) return type === '' ? undefined : `${type} is not described`;
    if (!(type in response.content)) return `${status} as ${type} is not described`;
    if (body === undefined) return undefined;
    const pointer = ['paths', template, method, 'responses', status, 'content', type, 'schema'];
    return differenceAt(pointer, body);
  };
  return {
    operationOf: (method, path) => {
      const [first] = matching(method, path);
      return first && `${first.method} ${first.template}`;
    },
    differenceFrom: (schema, value) => differenceAt(['components', 'schemas', schema], value),
    differenceOf: (exchange) => {
      const found = matching(exchange.method, exchange.path);
      const all = found.map(({ template, method }) =>
        differences(exchange, { template, method: lower(method) }),
      );
      // An address that two templates fit may be answered as either of them.
      return all.includes(undefined) ? undefined : all[0];
    },
  };
}

const METHODS = ['get', 'put', 'post', 'delete'] as const;

interface Place {
  readonly template: string;
  readonly method: (typeof METHODS)[number];
}

function lower(method: string): Place['method'] {
  return method.toLowerCase() as Place['method'];
}

function patternOf(template: string): RegExp {
  const literal = template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
}

function escaped(part: string | number): string {
  return encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
}
