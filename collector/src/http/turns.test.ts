import { describe, expect, test } from 'vitest';
import { createTurns } from './turns.ts';

/** One turn of the event loop. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Notes who may go, in order, turn by turn. */
function watch({ bytesPerTurn = 10, bytesWaiting = 1_000 } = {}) {
  const turns = createTurns({ bytesPerTurn, bytesWaiting });
  let gone: string[] = [];
  return {
    ask: (name: string, bytes: number) =>
      void turns.wait(bytes).then((goes) => gone.push(goes ? name : `not ${name}`)),
    /** Who may go in this turn; then it is over. */
    pass: async () => {
      await new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
      const seen = gone.join(' ');
      gone = [];
      await turn();
      return seen;
    },
  };
}

describe('in a turn of the event loop', () => {
  test('goes what fits, in order, and the rest in those after it', async () => {
    const { ask, pass } = watch();
    for (const [name, bytes] of Object.entries({ a: 6, b: 4, c: 5, d: 1, e: 9 })) ask(name, bytes);
    expect([await pass(), await pass(), await pass(), await pass()]).toEqual([
      'a b',
      'c d',
      'e',
      '',
    ]);
  });

  test('goes what is larger than one, alone', async () => {
    const { ask, pass } = watch();
    for (const [name, bytes] of Object.entries({ a: 1, b: 99, c: 1 })) ask(name, bytes);
    expect([await pass(), await pass(), await pass()]).toEqual(['a', 'b', 'c']);
  });

  test('nobody overtakes who waits', async () => {
    const { ask, pass } = watch();
    ask('a', 8);
    ask('b', 8);
    ask('c', 1);
    expect([await pass(), await pass()]).toEqual(['a', 'b c']);
  });

  test('goes anything once all is quiet again', async () => {
    const { ask, pass } = watch();
    ask('a', 10);
    await pass();
    ask('b', 10);
    expect(await pass()).toBe('b');
  });

  test('goes a body of nothing at all', async () => {
    const { ask, pass } = watch();
    for (const name of ['a', 'b', 'c']) ask(name, 0);
    expect(await pass()).toBe('a b c');
  });
});

test('where too much waits already, the next is told so at once; not later', async () => {
  const { ask, pass } = watch({ bytesWaiting: 10 });
  for (const [name, bytes] of Object.entries({ a: 10, b: 6, c: 6, d: 4 })) ask(name, bytes);
  expect([await pass(), await pass()]).toEqual(['a not c', 'b d']);
  ask('e', 10);
  expect(await pass()).toBe('e');
});
