import type { MiddlewareHandler } from 'hono';
import { type DescribeRouteOptions, describeRoute } from 'hono-openapi';
import type { z } from 'zod';
import type { Role } from '../../query/answers.ts';
import type { Asker } from '../auth.ts';
import { PROBLEMS, type ProblemCode, problemResponse } from '../problem.ts';
import { inline, type Reference, refTo } from './registry.ts';
import { Problem } from './schemas/common.ts';

export type Tag = (typeof TAGS)[number]['name'];

/** The chapters of the reference, in order. */
export const TAGS = [
  { name: 'Ingest', description: 'Events come in. The write key is enough, and may be public.' },
  { name: 'Segments', description: 'Definitions: read, saved, changed, tried out before.' },
  { name: 'Members', description: 'Who is in a segment, was, will be, and nearly is.' },
  { name: 'People', description: 'What is known of somebody, and why they are where they are.' },
  { name: 'Scores', description: 'How interest is counted, whose it is, and who moves.' },
  { name: 'Events', description: 'What arrived, as it arrives, and what it looks like.' },
  { name: 'Webhooks', description: 'Where changes are sent to, and what became of it.' },
  { name: 'Site', description: 'Keys, settings, the dashboard’s session, and proof.' },
] as const;

/** Something in the address or the headers of a request. */
export interface Parameter {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly required?: true;
}

/** A body of a request. */
export interface Body {
  readonly schema: z.ZodType;
  readonly description?: string;
  /** Bodies of other types that it may have as well, described in words. */
  readonly text?: Readonly<Record<string, string>>;
  /** A request without one is as good as one with `{}`. */
  readonly optional?: true;
}

/** What an answer holds, by its media type; nothing, if absent. */
export interface Answer {
  readonly description: string;
  /** JSON of this shape. */
  readonly json?: z.ZodType;
  /** Text of other types, described in words. */
  readonly text?: Readonly<Record<string, string>>;
}

/** What one method at one address does, as its readers need to know it. */
export interface Operation {
  /** Names the operation for programs; made from the address if absent. */
  readonly id?: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Every `:name` of the address, in words. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, Parameter>>;
  readonly headers?: Readonly<Record<string, Parameter>>;
  readonly body?: Body;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** In which ways it can fail, beside those of every operation of its kind. */
  readonly problems?: readonly ProblemCode[];
}

const WITH_BODY: readonly ProblemCode[] = [
  'malformed_body',
  'malformed_json',
  'request_timeout',
  'body_too_large',
  'unsupported_encoding',
];
const WITH_QUESTION: readonly ProblemCode[] = ['missing_key', 'unknown_key', 'forbidden'];

/** Describes a route that anybody may use, or that looks at its key by itself. */
export function open(
  operation: Operation,
  security: readonly Readonly<Record<string, string[]>>[] = [],
): MiddlewareHandler {
  return describeRoute(specOf(operation, security));
}

/**
 * Describes a route of the query API, and lets through only whom it is for: a key with the role
 * `read` may ask, `admin` may also change.
 */
export function question(role: Role, operation: Operation): MiddlewareHandler<Asker> {
  const problems = [...WITH_QUESTION, ...(operation.problems ?? [])];
  const spec = specOf({ ...operation, problems }, [{ secretKey: [] }, { session: [] }]);
  const guard: MiddlewareHandler<Asker> = async (c, next) => {
    if (role === 'read' || c.get('role') === 'admin') return await next();
    const detail = 'This key has the role "read"; a key with the role "admin" is needed here.';
    return problemResponse(c.req.path, { code: 'forbidden', detail });
  };
  const described: Spec = { ...spec, 'x-role': role };
  return Object.assign(guard, describeRoute(described));
}

type Spec = DescribeRouteOptions & { readonly 'x-role'?: Role };

function specOf(operation: Operation, security: readonly Readonly<Record<string, string[]>>[]) {
  const { id, tag, summary, description, body, answers } = operation;
  const problems = [...(operation.problems ?? []), ...(body ? WITH_BODY : []), 'internal' as const];
  const spec: Spec = {
    ...(id !== undefined && { operationId: id }),
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: security.map((each) => ({ ...each })),
    parameters: parametersOf(operation),
    ...(body && { requestBody: bodySpec(body) }),
    responses: { ...answerSpecs(answers), ...problemSpecs(problems) },
  };
  return spec;
}

function parametersOf({ path = {}, query = {}, headers = {} }: Operation) {
  const text = { type: 'string' } as const;
  const inPath = Object.entries(path).map(([name, description]) => ({
    ...{ name, in: 'path', description, required: true, schema: text },
  }));
  const others = (where: 'query' | 'header', all: Readonly<Record<string, Parameter>>) =>
    Object.entries(all).map(([name, { description, schema, required = false }]) => ({
      ...{ name, in: where, description, required, schema: inline(schema) },
    }));
  return [...inPath, ...others('query', query), ...others('header', headers)];
}

function bodySpec({ schema, description, text = {}, optional }: Body) {
  return {
    ...(description !== undefined && { description }),
    required: optional === undefined,
    content: { 'application/json': { schema: refTo(schema) }, ...textSpecs(text) },
  };
}

function textSpecs(text: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(text).map(([type, words]): [string, { schema: object }] => [
      type,
      { schema: { type: 'string', description: words } },
    ]),
  );
}

interface AnswerSpec {
  readonly description: string;
  readonly content?: Record<string, { readonly schema: object }>;
}

function answerSpecs(answers: Operation['answers']): Record<string, AnswerSpec> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, json, text = {} }]) => {
      const content = {
        ...(json && { 'application/json': { schema: refTo(json) } }),
        ...textSpecs(text),
      };
      const isEmpty = Object.keys(content).length === 0;
      return [status, { description, ...(!isEmpty && { content }) }];
    }),
  );
}

/** Problems of one status are one answer, which names their codes. */
function problemSpecs(codes: readonly ProblemCode[]): Record<string, AnswerSpec> {
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const same = [...new Set(codes)].filter((code) => PROBLEMS[code].status === status);
      const schema = problemSchema(refTo(Problem), same);
      const description = same.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' ');
      return [status, { description, content: { 'application/problem+json': { schema } } }];
    }),
  );
}

function problemSchema(problem: Reference, codes: readonly ProblemCode[]): object {
  return { allOf: [problem, { type: 'object', properties: { code: { enum: codes } } }] };
}
