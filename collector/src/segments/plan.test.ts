import { expect, test } from 'vitest';
import type { Definition } from './definition.ts';
import { compilePlan } from './plan.ts';

const base = { kind: 'implicit' } as const;
const did = (id: string): Definition => ({ ...base, id, name: id, if: { did: id } });

/** `reader` asks when somebody was in `read`; `leaver` says itself when they leave. */
const DEFINITIONS: readonly Definition[] = [
  did('read'),
  did('other'),
  { ...base, id: 'reader', name: 'reader', if: { segment: 'read', state: 'ever' } },
  { ...did('leaver'), leaveIf: { did: 'left' } },
];

function planOf(...definitions: readonly Definition[]) {
  const stored = definitions.map((definition, index) => ({
    ...{ key: index + 1, version: 1, revision: 1, definition },
  }));
  return compilePlan(stored, 1, 'UTC');
}

test('the past of a plan is what depends on it and what that reads, and nothing else', () => {
  const { past } = planOf(...DEFINITIONS);
  const ids = [...(past?.segments.values() ?? [])].map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set(['leaver', 'read', 'reader']));
  const events = [...(past?.matchers.values() ?? [])].flatMap(({ matcher }) => matcher.events);
  expect(new Set(events)).toEqual(new Set(['leaver', 'left', 'read']));
});

test('where nothing depends on the past there is none', () => {
  expect(planOf(did('read'), did('other')).past).toBeUndefined();
});
