import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { parseConditionOnly, parseDefinition } from './parse-definition.ts';
import { conditionWords } from './words.ts';

const page = readFileSync(new URL('../../docs/segments.md', import.meta.url), 'utf8');
const [whole = '', ...conditions] = [...page.matchAll(/```json\n(.*?)```/gs)].map(
  ([, json = '']) => json,
);

describe('the page about the language', () => {
  test('begins with a whole definition and its true words', () => {
    const parsed = parseDefinition(JSON.parse(whole));
    const words = parsed.ok ? conditionWords(parsed.value.if) : '';
    expect(page).toContain(`*${words.replaceAll('*', '\\*')}.*`);
  });

  test.each(conditions)('has examples that are accepted as they stand: %s', (json) => {
    const condition: unknown = JSON.parse(json);
    expect(parseConditionOnly(condition)).toEqual({ ok: true, value: condition });
  });

  test.each(catalogue.map(({ id }) => id))('lists %s', (id) => {
    expect(page).toMatch(new RegExp(`\\| \`${id}(:<[a-z]+>)?\` \\|`));
  });
});
