import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CountRow } from '../src/ingest/tally.ts';
import type { IntakeUnit, QuarantineRow } from '../src/store/intake.ts';
import type { OpenedStore } from './store-suite.ts';

const DAY: CountRow = {
  ...{ site: 1, day: 20_000, key: 'key_a', outcome: 'accepted', reason: '', count: 1 },
};
const REJECTED: QuarantineRow = {
  ...{ site: 1, id: 1, key: 'key_a', receivedAtMs: 1_000, code: 'invalid', pointer: '/event' },
  ...{ detail: '/batch/0/event must name the event', event: '{}', isCut: false },
};

/** What every store does with counts and rejected events. */
export function intakeSuite(
  name: string,
  open: () => Promise<
    OpenedStore & {
      readonly read: (sql: string) => Promise<readonly (readonly unknown[])[]>;
    }
  >,
): void {
  describe(name, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const within = <T>(work: (unit: IntakeUnit) => Promise<T>) =>
      opened.store.tx(({ intake }) => work(intake));
    const left = async () =>
      (await opened.read('SELECT id FROM quarantine ORDER BY id')).map(([id]) => id);
    const put = (...events: readonly unknown[]) =>
      within((unit) =>
        unit.quarantine(
          events.map((event, index) => ({
            ...REJECTED,
            id: index + 1,
            event: JSON.stringify(event),
          })),
        ),
      );

    test('counts add up, each by itself', async () => {
      await within((unit) => unit.count([DAY, { ...DAY, outcome: 'duplicate', count: 2 }]));
      await within((unit) =>
        unit.count([
          { ...DAY, count: 5 },
          { ...DAY, site: 2 },
        ]),
      );
      await within((unit) => unit.count([]));
      const sql = 'SELECT site, outcome, count FROM tally ORDER BY site, outcome';
      expect(await opened.read(sql)).toEqual([
        [1, 'accepted', 6],
        [1, 'duplicate', 2],
        [2, 'accepted', 1],
      ]);
    });

    test('a transaction that fails counts nothing', async () => {
      const failing = opened.store.tx(async ({ intake }) => {
        await intake.count([DAY]);
        await intake.quarantine([REJECTED]);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await opened.read('SELECT * FROM tally')).toEqual([]);
      expect(await left()).toEqual([]);
    });

    test('all but the newest of a site are removed', async () => {
      await put(...'abcde');
      await within((unit) => unit.quarantine([{ ...REJECTED, site: 2, id: 9 }]));
      await within((unit) => unit.trimQuarantine(1, 5));
      expect(await left()).toEqual([1, 2, 3, 4, 5, 9]);
      await within((unit) => unit.trimQuarantine(1, 2));
      expect(await left()).toEqual([4, 5, 9]);
    });

    test('what is too old is removed a little at a time', async () => {
      await within((unit) =>
        unit.quarantine([1, 2, 3].map((id) => ({ ...REJECTED, id, receivedAtMs: id * 1_000 }))),
      );
      await within((unit) => unit.count([DAY, { ...DAY, day: 20_001 }]));
      const kept = { quarantinedSinceMs: 3_000, countedSinceDay: 20_001 };
      expect(await within((unit) => unit.prune(kept, 2))).toBe(true);
      expect(await within((unit) => unit.prune(kept, 2))).toBe(false);
      expect(await left()).toEqual([3]);
      expect(await opened.read('SELECT day FROM tally')).toEqual([[20_001]]);
    });

    describe('what names one of some ids is removed', () => {
      const remove = (...ids: readonly string[]) =>
        within((unit) => unit.removeFromQuarantine(1, ids));

      test('in whichever field', async () => {
        await put(
          { userId: 'ada-lovelace' },
          { context: { traits: { email: 'ada@example.com' } } },
          { properties: { text: 'a note to ada@example.com, soon' } },
          { userId: 'grace' },
        );
        expect(await remove('ada-lovelace', 'ada@example.com')).toBe(3);
        expect(await left()).toEqual([4]);
        expect(await remove('ada-lovelace')).toBe(0);
      });

      test('also in what was said of the event', async () => {
        const detail = '/batch/0/traits/ada@example.com is a key that …';
        await within((unit) => unit.quarantine([{ ...REJECTED, detail }]));
        expect(await remove('ada@example.com')).toBe(1);
        await within((unit) => unit.quarantine([{ ...REJECTED, messageId: 'm-ada@example.com' }]));
        expect(await remove('ada@example.com')).toBe(1);
      });

      test('a short id only where it is the whole value, as a text or a number', async () => {
        await put({ userId: '42' }, { userId: 42 }, { userId: '421', n: 42.5, t: '2042' }, [42]);
        expect(await remove('42')).toBe(2);
        expect(await left()).toEqual([3, 4]);
      });

      test('whatever signs they have', async () => {
        await put({ userId: 'a"b\\c%_' }, { userId: 'a"b' }, { userId: 'ünïcode' });
        expect(await remove('a"b\\c%_', 'ünïcode')).toBe(2);
        expect(await left()).toEqual([2]);
      });

      test('of that site alone, and nothing where nobody is named', async () => {
        await put({ userId: 'ada-lovelace' });
        await within((unit) =>
          unit.quarantine([{ ...REJECTED, site: 2, id: 9, event: '{"userId":"ada-lovelace"}' }]),
        );
        expect(await remove()).toBe(0);
        expect(await remove('')).toBe(0);
        expect(await remove('ada-lovelace')).toBe(1);
        expect(await left()).toEqual([9]);
      });
    });
  });
}
