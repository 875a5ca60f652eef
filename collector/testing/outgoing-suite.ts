import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createIdMaker } from '../src/identity/own-id.ts';
import type { AttemptRow, DeliveryRow, OutgoingUnit, WebhookRow } from '../src/store/outgoing.ts';
import type { OpenedStore } from './store-suite.ts';

const AT_MS = 1_800_000_000_000;
const ids = createIdMaker(0, AT_MS);

function webhookOf(change: Partial<WebhookRow> = {}): WebhookRow {
  return {
    ...{ id: ids.next(0), site: 1, url: 'https://example.com/', types: ['segment.left'] },
    ...{ enabled: true, description: '"\'', secret: 's', createdAtMs: 1, updatedAtMs: 2 },
    ...change,
  };
}

function deliveryOf(change: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    // In many buckets, so that order of age and order of place differ.
    ...{ webhook: 1, message: ids.next((ids.tick() * 389) % 1_024), type: 'segment.left' },
    ...{
      lane: 'prf_1 pricing',
      payload: '{"a":"\u2028"}',
      state: 'waiting',
      tries: 0,
      attempts: 0,
    },
    ...{ createdAtMs: AT_MS, giveUpMs: AT_MS + 9 },
    ...change,
  };
}

/** What every store must do for webhooks. Run with each implementation. */
export function outgoingSuite(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const run = <T>(work: (unit: OutgoingUnit) => Promise<T>) =>
      opened.store.tx(({ outgoing }) => work(outgoing));
    const put = async (...rows: readonly DeliveryRow[]) => {
      await run((unit) => unit.saveDeliveries(rows));
      return rows;
    };
    /** The rows as they are by now, `undefined` for those that are gone. */
    const read = (rows: readonly DeliveryRow[]) =>
      run((unit) =>
        Promise.all(rows.map(({ webhook, message }) => unit.delivery(webhook, message))),
      );
    const idsOf = (rows: readonly DeliveryRow[]) => rows.map(({ message }) => message);

    test('webhooks are kept as they are, the oldest first, and changed in place', async () => {
      const [a, b] = [
        webhookOf({ segments: ['x', 'y'], note: 'why', old: { secret: 'o', untilMs: 7 } }),
        webhookOf({ site: 2, enabled: false, segments: [] }),
      ];
      for (const each of [b, a]) await run((unit) => unit.saveWebhook(each));
      expect(await run((unit) => unit.webhooks())).toEqual([a, b]);
      const changed = webhookOf({ id: a.id, url: 'https://b.example/', updatedAtMs: 9 });
      await run((unit) => unit.saveWebhook(changed));
      expect(await run((unit) => unit.webhooks())).toEqual([changed, b]);
    });

    test('deliveries are kept as they are, and changed in place', async () => {
      const [row, other] = [deliveryOf({ nextMs: 5 }), deliveryOf({ webhook: 2 })];
      await put(row, other);
      expect(await run((unit) => unit.delivery(1, row.message))).toEqual(row);
      expect(await run((unit) => unit.delivery(2, row.message))).toBeUndefined();
      const { nextMs: _gone, ...rest } = row;
      const done = { ...rest, state: 'delivered', tries: 1, attempts: 2, giveUpMs: 3 } as const;
      await put(done);
      expect(await run((unit) => unit.delivery(1, row.message))).toEqual(done);
      expect(await run((unit) => unit.delivery(2, other.message))).toEqual(other);
    });

    test('due is what may be tried by now, the longest due first, of one webhook', async () => {
      const rows = [
        deliveryOf({ nextMs: 30 }),
        deliveryOf({ nextMs: 10 }),
        deliveryOf({ nextMs: 10 }),
        deliveryOf(),
        deliveryOf({ webhook: 2, nextMs: 1 }),
      ];
      // Those that are due at the same time go in the order in which they happened.
      await put(...rows.toReversed());
      const [late, first, second] = rows.map(({ message }) => message);
      const due = (nowMs: number, limit: number) =>
        run(async (unit) => idsOf(await unit.due(1, nowMs, limit)));
      expect(await due(9, 9)).toEqual([]);
      expect(await due(10, 9)).toEqual([first, second]);
      expect(await due(30, 9)).toEqual([first, second, late]);
      expect(await due(30, 1)).toEqual([first]);
    });

    test('next due is the earliest of those that are enabled', async () => {
      const [on, off] = [webhookOf(), webhookOf({ enabled: false })];
      for (const each of [on, off]) await run((unit) => unit.saveWebhook(each));
      expect(await run((unit) => unit.nextDueMs())).toBeUndefined();
      await put(
        deliveryOf({ webhook: off.id, nextMs: 1 }),
        deliveryOf({ webhook: on.id, nextMs: 7 }),
        deliveryOf({ webhook: on.id, nextMs: 5 }),
        deliveryOf({ webhook: on.id }),
      );
      expect(await run((unit) => unit.nextDueMs())).toBe(5);
    });

    test('a lane is busy while anything in it waits', async () => {
      await put(
        deliveryOf({ lane: 'a' }),
        deliveryOf({ lane: 'b', state: 'delivered' }),
        deliveryOf({ lane: 'c', state: 'failed' }),
      );
      const lanes = ['a', 'b', 'c', 'd', 'a'].map((lane) => ({ webhook: 1, lane }));
      const busy = await run((unit) => unit.busyLanes([...lanes, { webhook: 2, lane: 'a' }]));
      expect(busy).toEqual([{ webhook: 1, lane: 'a' }]);
      expect(await run((unit) => unit.busyLanes([]))).toEqual([]);
    });

    test('stuck is the first of each lane in which all wait for each other', async () => {
      const [a1, a2] = [deliveryOf({ lane: 'a' }), deliveryOf({ lane: 'a', payload: '{"a":2}' })];
      const [b1, b2] = [deliveryOf({ lane: 'b' }), deliveryOf({ lane: 'b', nextMs: 1 })];
      const [c1, c2] = [deliveryOf({ lane: 'c', state: 'failed' }), deliveryOf({ lane: 'c' })];
      await put(a2, a1, b1, b2, c2, c1);
      await put(deliveryOf({ webhook: 2, lane: 'a' }));
      const stuck = async (lane?: string) => await run((unit) => unit.stuck(1, lane));
      expect((await stuck()).toSorted((x, y) => x.message - y.message)).toEqual([a1, c2]);
      expect(await stuck('a')).toEqual([a1]);
      expect(await stuck('b')).toEqual([]);
      expect(await stuck('c')).toEqual([c2]);
      expect(await stuck('d')).toEqual([]);
    });

    test('what is done with can wait again: one, all that failed, or all of a time', async () => {
      const [failed, done, old, waiting] = [
        deliveryOf({ state: 'failed', tries: 9, attempts: 9 }),
        deliveryOf({ state: 'delivered', attempts: 1 }),
        deliveryOf({ state: 'delivered', createdAtMs: AT_MS - 1 }),
        deliveryOf({ nextMs: 5 }),
      ];
      const foreign = deliveryOf({ webhook: 2, state: 'failed' });
      const all = [failed, done, old, waiting, foreign];
      const requeue = async (which: Parameters<OutgoingUnit['requeue']>[1]) => {
        await put(...all);
        const count = await run((unit) => unit.requeue(1, which, 77));
        const states = await read(all);
        const again = states.filter((row) => row?.giveUpMs === 77);
        for (const row of again) expect(row).toMatchObject({ state: 'waiting', tries: 0 });
        for (const row of again) expect(row).not.toHaveProperty('nextMs');
        expect(count).toBe(again.length);
        return again.map((row) => row?.message);
      };
      expect(await requeue({ message: done.message })).toEqual([done.message]);
      expect(await requeue({ message: waiting.message })).toEqual([]);
      expect(await requeue({ failed: true })).toEqual([failed.message]);
      const between = (fromMs: number, untilMs: number) => requeue({ fromMs, untilMs });
      expect(await between(AT_MS - 1, AT_MS)).toEqual([old.message]);
      expect(await between(AT_MS, AT_MS + 1)).toEqual([failed.message, done.message]);
      expect(await run((unit) => unit.delivery(1, failed.message))).toMatchObject({ attempts: 9 });
    });

    describe('of what is done with', () => {
      const keep = { deliveriesSinceMs: 0, deliveriesPerWebhook: 100, messagesSinceMs: 0 };
      const attemptOf = ({ webhook, message }: DeliveryRow): AttemptRow => ({
        ...{ webhook, message, number: 1, atMs: 1, durationMs: 2, status: 200, answer: '' },
      });
      const left = async (rows: readonly DeliveryRow[]) => {
        const found = await read(rows);
        return found.flatMap((row, index) => (row === undefined ? [] : [index]));
      };

      test('the old goes, and with a disabled webhook what was never sent', async () => {
        const [on, off] = [webhookOf(), webhookOf({ enabled: false })];
        for (const each of [on, off]) await run((unit) => unit.saveWebhook(each));
        const rows = await put(
          deliveryOf({ webhook: on.id, createdAtMs: 9, state: 'failed' }),
          deliveryOf({ webhook: on.id, createdAtMs: 10, state: 'failed' }),
          deliveryOf({ webhook: on.id, createdAtMs: 9 }),
          deliveryOf({ webhook: off.id, createdAtMs: 9 }),
          deliveryOf({ webhook: off.id, createdAtMs: 10 }),
        );
        const hasMore = await run((unit) => unit.prune({ ...keep, deliveriesSinceMs: 10 }, 10));
        expect(hasMore).toBe(false);
        expect(await left(rows)).toEqual([1, 2, 4]);
      });

      test('all but the newest of each webhook go; what waits stays and is counted', async () => {
        const [one, two] = [webhookOf(), webhookOf()];
        for (const each of [one, two]) await run((unit) => unit.saveWebhook(each));
        const done = { webhook: one.id, state: 'delivered' } as const;
        const rows = await put(
          ...[deliveryOf(done), deliveryOf({ webhook: one.id }), deliveryOf(done)],
          ...[deliveryOf(done), deliveryOf({ ...done, webhook: two.id }), deliveryOf(done)],
        );
        const few = { ...keep, deliveriesPerWebhook: 2 };
        expect(await run((unit) => unit.prune(few, 1))).toBe(true);
        expect(await left(rows)).toEqual([1, 2, 3, 4, 5]);
        expect(await run((unit) => unit.prune(few, 1))).toBe(true);
        expect(await run((unit) => unit.prune(few, 1))).toBe(false);
        expect(await left(rows)).toEqual([1, 3, 4, 5]);
      });

      test('the attempts go with it, and with their webhook', async () => {
        const [one, two] = [webhookOf(), webhookOf()];
        for (const each of [one, two]) await run((unit) => unit.saveWebhook(each));
        const rows = await put(
          deliveryOf({ webhook: one.id, createdAtMs: 9, state: 'failed' }),
          deliveryOf({ webhook: two.id, state: 'failed' }),
        );
        for (const row of rows) await run((unit) => unit.addAttempt(attemptOf(row), 10));
        // An attempt that is still there cannot be added again.
        const hasAttempt = (row: DeliveryRow) =>
          run((unit) => unit.addAttempt(attemptOf(row), 10)).then(
            () => false,
            () => true,
          );
        const [old, kept] = rows;
        if (old === undefined || kept === undefined) throw new Error('A row is missing');
        await run((unit) => unit.prune({ ...keep, deliveriesSinceMs: 10 }, 10));
        expect([await hasAttempt(old), await hasAttempt(kept)]).toEqual([false, true]);
        await run((unit) => unit.removeWebhook(two.id));
        expect(await hasAttempt(kept)).toBe(false);
        expect(await run((unit) => unit.delivery(two.id, kept.message))).toBeUndefined();
        expect((await run((unit) => unit.webhooks())).map(({ id }) => id)).toEqual([one.id]);
      });
    });
  });
}
