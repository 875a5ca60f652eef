import type { Hono } from 'hono';
import { generateSpecs } from 'hono-openapi';
import { PROBLEMS } from '../problem.ts';
import { TAGS } from './operation.ts';
import { componentSchemas } from './registry.ts';

const DESCRIPTION = `Times are ISO 8601 UTC with milliseconds, ids opaque strings. Lists are \`{data, next}\`:
send \`next\` as \`cursor\` for the following page; \`null\` is the end. Whatever is not 2xx is
\`application/problem+json\` (RFC 9457) with a \`code\` for programs, one of
${Object.keys(PROBLEMS)
  .map((code) => `\`${code}\``)
  .join(', ')}.`;

const WRITE_KEY = 'The write key. It adds events and reads nothing, and may be public.';

const SECURITY_SCHEMES = {
  secretKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'A secret key. With the role `read` it asks, with `admin` it also changes.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'ink_session',
    description: 'The dashboard’s. It is worth what the key is worth with which it was opened.',
  },
  writeKeyBasic: {
    type: 'http',
    scheme: 'basic',
    description: `${WRITE_KEY} Here as the user name, without a password.`,
  },
  writeKeyBearer: { type: 'http', scheme: 'bearer', description: WRITE_KEY },
  writeKeyQuery: { type: 'apiKey', in: 'query', name: 'writeKey', description: WRITE_KEY },
  writeKeyHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Write-Key',
    description: `${WRITE_KEY} It may also stand in the body as \`writeKey\`.`,
  },
} as const;

/** Describes an app as OpenAPI 3.1, from its routes: what they do not say of themselves is not in it. */
export async function describeApp(app: Hono, version: string): Promise<object> {
  return await generateSpecs(app, {
    excludeStaticFile: false,
    documentation: {
      openapi: '3.1.1',
      info: {
        title: 'Inkling',
        version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: TAGS.map((tag) => ({ ...tag })),
      components: {
        schemas: { ...componentSchemas() },
        securitySchemes: { ...SECURITY_SCHEMES },
      },
    },
  });
}
