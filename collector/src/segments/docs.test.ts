import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { parseConditionOnly, parseDefinition } from './parse-definition.ts';
import { conditionWords } from './words.ts';

const page = readFileSync(new URL('../../docs/segments.md', import.meta.url), 'utf8');
const [whole = '', ...blocks] = [...page.matchAll(/```json\n(.*?)```/gs)].map(
  ([, json = '']) => json,
);
const KINDS = 'all|any|not|did|seq|idle|trait|account|score|segment|list|bucket';
const inline = [...page.matchAll(new RegExp(`\`(\\{"(?:${KINDS})":[^\`…]*\\})\``, 'g'))].map(
  ([, json = '']) => json,
);

describe('the page about the language', () => {
  test('begins with a whole definition and its true words', () => {
    const parsed = parseDefinition(JSON.parse(whole));
    const words = parsed.ok ? conditionWords(parsed.value.if) : '';
    expect(page).toContain(`*${words.replaceAll('*', '\\*')}.*`);
  });

  test('shows every kind of condition', () => {
    for (const kind of KINDS.split('|')) expect(page).toContain(`{"${kind}":`);
    expect(inline.length).toBeGreaterThan(12);
  });

  test.each([...blocks, ...inline])('has examples that are accepted as they stand: %s', (json) => {
    const value: object = JSON.parse(json);
    const parsed = 'if' in value ? parseDefinition(value) : parseConditionOnly(value);
    expect(parsed).toEqual({ ok: true, value });
  });

  test.each(catalogue.map(({ id }) => id))('lists %s', (id) => {
    expect(page).toMatch(new RegExp(`\\| \`${id}(:<[a-z]+>)?\` \\|`));
  });
});
