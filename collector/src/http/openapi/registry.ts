import type { Json } from '@inkling/sdk/protocol';
import { z } from 'zod';

/** The schemas that the document names, each a component of its own. */
const registry = z.registry<Named>();

interface Named {
  readonly id: string;
  readonly description?: string;
  readonly examples?: readonly string[];
}

/**
 * A type in which two types can be compared: it tells what may be absent from what must be there, and
 * leaves out what only the compiler knows, such as `readonly`.
 */
type Marked<T> = [Json] extends [T] ? 'any JSON' : MarkedPart<T>;

type MarkedPart<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly unknown[]
    ? { -readonly [K in keyof T]: Marked<T[K]> }
    : {
        [K in keyof T]-?: Record<never, never> extends Pick<T, K>
          ? { readonly optional: Marked<Exclude<T[K], undefined>> }
          : { readonly required: Marked<T[K]> };
      };

/** Anything where `A` and `B` are the same shape, both ways; else a type that no schema has. */
type SameShape<A, B> = [Marked<A>] extends [Marked<B>]
  ? [Marked<B>] extends [Marked<A>]
    ? unknown
    : { readonly drift: 'the type says more than the schema' }
  : { readonly drift: 'the schema says more than the type' };

/** Gives a schema its name in the document. */
export function named<S extends z.ZodType>(
  id: string,
  schema: S,
  description?: string,
  examples?: readonly string[],
): S {
  registry.add(schema, {
    id,
    ...(description !== undefined && { description }),
    ...(examples && { examples }),
  });
  return schema;
}

/**
 * Ties a schema to the type that the code answers with: it compiles only while both are the same, so
 * neither can change alone.
 */
export function shapeOf<T>() {
  return <S extends z.ZodType>(
    id: string,
    schema: S & SameShape<z.output<S>, T>,
    description?: string,
  ): S => named<S>(id, schema, description);
}

/** How the document refers to a named schema. */
export interface Reference {
  readonly $ref: string;
}

export function refTo(schema: z.ZodType): Reference {
  const id = registry.get(schema)?.id;
  if (id === undefined)
    throw new Error('Invariant broken: a schema that is referred to has a name');
  return { $ref: addressOf(id) };
}

/** A schema as JSON Schema (2020-12) that stands where it is used. It holds no named ones. */
export function inline(schema: z.ZodType): object {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: 'input' });
  return plain;
}

/** All named schemas, as JSON Schema (2020-12). */
export function componentSchemas(): Readonly<Record<string, object>> {
  const { schemas } = z.toJSONSchema(registry, { uri: addressOf, metadata: registry, io: 'input' });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]),
  );
}

function addressOf(id: string): string {
  return `#/components/schemas/${id}`;
}
