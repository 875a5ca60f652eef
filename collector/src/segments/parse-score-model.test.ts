import { describe, expect, test } from 'vitest';
import { LEAD } from './lead.ts';
import { parseScoreModel } from './parse-score-model.ts';

/** Refuses the lead score with one place changed and points there. */
function check(change: (model: Loose) => void, pointer: string): void {
  const model = JSON.parse(JSON.stringify(LEAD)) as Loose;
  change(model);
  const parsed = parseScoreModel(model);
  expect(parsed.ok ? [] : parsed.errors.map((error) => error.pointer)).toContain(pointer);
}

/** A model as loosely as a client may write it. */
interface Loose {
  [key: string]: unknown;
  categories: { [key: string]: unknown; rules: Record<string, unknown>[] }[];
  bands: Record<string, unknown>[];
  fit: Record<string, unknown>;
}

describe('a model of a score', () => {
  test('reads back unchanged from its own JSON', () => {
    expect(parseScoreModel(JSON.parse(JSON.stringify(LEAD)))).toEqual({ ok: true, value: LEAD });
  });

  test.each<[string, (model: Loose) => void, string]>([
    ['without a name', (model) => delete model.name, '/name'],
    ['with a member that nobody knows', (model) => Object.assign(model, { caps: 1 }), '/caps'],
    [
      'with half a point',
      ({ categories: [, it] }) => set(it?.rules[0], 'points', 0.5),
      '/categories/1/rules/0/points',
    ],
    [
      'with a rule for nothing',
      ({ categories: [, it] }) => set(it?.rules[0], 'points', 0),
      '/categories/1/rules/0/points',
    ],
    [
      'with a half-life by the calendar',
      ({ categories: [it] }) => set(it, 'halfLife', '1mo'),
      '/categories/0/halfLife',
    ],
    [
      'without a half-life',
      ({ categories: [it] }) => delete it?.halfLife,
      '/categories/0/halfLife',
    ],
    [
      'with lasting points per session',
      ({ categories }) => set(categories.at(-1)?.rules[0], 'per', 'session'),
      '/categories/7/rules/0/per',
    ],
    [
      'with decaying points until something',
      ({ categories: [it] }) => set(it?.rules[0], 'until', { did: 'x' }),
      '/categories/0/rules/0/until',
    ],
    ['with one id twice', ({ categories: [a, b] }) => set(b, 'id', a?.id), '/categories/1/id'],
    ['with bands in the wrong order', ({ bands }) => set(bands[1], 'gte', 90), '/bands/1'],
    ['with a band of both bounds', ({ bands }) => set(bands[0], 'gte', 80), '/bands/0'],
    ['with values below every band', ({ bands }) => set(bands[3], 'gte', 1), '/bands/3'],
    ['with a band for who never scored', ({ bands }) => set(bands[0], 'id', 'none'), '/bands/0/id'],
    ['with a cap of nothing', ({ fit }) => set(fit, 'cap', 0), '/fit/cap'],
  ])('is refused %s', (_, change, pointer) => check(change, pointer));
});

function set(part: Record<string, unknown> | undefined, key: string, value: unknown): void {
  Object.assign(part ?? {}, { [key]: value });
}
