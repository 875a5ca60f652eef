import { describe, expect, test } from 'vitest';
import type { ExplainNode } from '../../src/query/answers.ts';
import { evidenceOf, missingOf } from './explanation.ts';

function did(holds: boolean, events: readonly string[], missing?: string): ExplainNode {
  const evidence = events.map((event) => ({ event, timestamp: '', words: event }));
  const node = { op: 'did', true: holds, words: '', count: 0, atLeast: false, evidence } as const;
  return missing === undefined ? node : { ...node, missing };
}

function group(op: 'all' | 'any' | 'not', holds: boolean, ...children: ExplainNode[]): ExplainNode {
  return { op, true: holds, words: '', children };
}

const yes = did(true, ['a', 'b']);
const no = did(false, ['b'], 'one more');
const who: ExplainNode = { op: 'who', true: false, words: '', evidence: [] };

function check(node: ExplainNode, events: string, missing: readonly string[]): void {
  expect(
    evidenceOf(node)
      .map(({ event }) => event)
      .join(''),
  ).toBe(events);
  expect(missingOf(node)).toEqual(missing);
}

describe('an explanation gathers its evidence and what is missing', () => {
  test('of one condition', () => check(no, 'b', ['one more']));
  test('each event once', () => check(group('all', false, yes, no), 'ab', ['one more']));
  test('each lack once', () => check(group('any', false, no, no), 'b', ['one more']));
  test('nothing is missing where it holds', () => check(group('any', true, yes, no), 'ab', []));
  test('nothing is missing below a not', () =>
    check(group('all', false, group('not', false, yes), no), 'ab', ['one more']));
  test('who they are is nothing that they could do', () => check(who, '', []));
});
