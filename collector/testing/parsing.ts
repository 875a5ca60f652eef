import { expect } from 'vitest';
import { parseConditionOnly, parseDefinition } from '../src/segments/parse-definition.ts';

const FRAME = { id: 'x', name: 'X', kind: 'implicit' };

/** Every problem of a definition, as "pointer: detail". */
export function problemsOf(input: unknown): readonly string[] {
  const parsed = parseDefinition(input);
  return parsed.ok ? [] : parsed.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
}

/** The condition is accepted alone and in a definition, unchanged, and reads back from its JSON. */
export function checkAccepted(condition: unknown) {
  expect(parseConditionOnly(condition)).toEqual({ ok: true, value: condition });
  const definition = { ...FRAME, if: condition };
  const parsed = parseDefinition(definition);
  expect(parsed).toEqual({ ok: true, value: definition });
  expect(parseDefinition(JSON.parse(JSON.stringify(definition)))).toEqual(parsed);
}

/** The condition is refused at exactly these places, in any order, each with a detail that matches. */
export function checkRefused(condition: unknown, expected: Readonly<Record<string, RegExp>>) {
  const parsed = parseConditionOnly(condition);
  const errors = parsed.ok ? [] : parsed.errors;
  const pointers = errors.map(({ pointer }) => pointer);
  expect(new Set(pointers)).toEqual(new Set(Object.keys(expected)));
  expect(pointers).toHaveLength(Object.keys(expected).length);
  for (const { pointer, detail } of errors) expect(detail).toMatch(expected[pointer] ?? /^$/);
}
