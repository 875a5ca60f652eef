import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { START_MS, type Story, startStory, type Told } from '../../testing/story.ts';
import type { Condition } from '../segments/definition.ts';
import { EXPIRE_DELAY_MS } from './writer.ts';

const DAY_MS = 86_400_000;
const RETENTION_MS = 30 * DAY_MS;

let story: Story;
beforeEach(async () => {
  story = await startStory(undefined, START_MS, { retentionMs: RETENTION_MS });
});
afterEach(async () => {
  expect(story.reported).toEqual([]);
  await story.end();
});

/** Lets days pass, and then the steps that remove what became old. */
async function pass(days: number, of = story): Promise<void> {
  await of.wait(days * DAY_MS);
  await of.wait(EXPIRE_DELAY_MS);
  const left = async () => {
    const oldestMs = of.nowMs - EXPIRE_DELAY_MS - RETENTION_MS;
    const [row] = await of.sql(`SELECT count(*) FROM event WHERE at < ${oldestMs}`);
    return Number(row?.[0]);
  };
  for (let turn = 0; turn < 3 || (await left()) > 0; turn += 1) {
    if (of.reported.length > 0 || turn > 1_000) break;
    await of.send();
  }
}

const rows = async (table: string) =>
  Number((await story.sql(`SELECT count(*) FROM ${table}`))[0]?.[0]);

describe('what became too old', () => {
  test('goes, and with it what rests on it alone', async () => {
    await story.define('ever', { did: 'page', where: { path: '/pricing' } });
    await story.define('first', { did: 'page', first: true, is: { path: '/pricing' } });
    await story.define('pro', { trait: 'plan', is: 'pro' });
    await story.send(
      { userId: 'ada', path: '/pricing' },
      { userId: 'ada', type: 'identify', traits: { plan: 'pro' } },
    );
    await pass(20);
    await story.send({ userId: 'ada', path: '/docs' });
    expect(await story.members('ever')).toEqual(['ada']);
    await pass(11);
    for (const segment of ['ever', 'first', 'pro'])
      expect(await story.members(segment)).toEqual([]);
    expect([await rows('event'), await rows('message')]).toEqual([1, 1]);
    expect((await story.log()).filter((line) => line.endsWith('retention'))).toHaveLength(3);
    expect((await story.person('ada'))?.userId).toBe('ada');
    expect((await story.audit()).differing).toEqual([]);
  });

  test('changes nothing of what more recent events say, nor since when', async () => {
    await story.define('ever', { did: 'page' });
    await story.send({ userId: 'ada', path: '/a' });
    await pass(20);
    await story.send({ userId: 'ada', path: '/b' });
    const log = await story.log();
    await pass(11);
    expect(await rows('event')).toBe(1);
    expect(await story.log()).toEqual(log);
    expect(await story.members('ever')).toEqual(['ada']);
  });

  test('takes with it whoever did nothing else', async () => {
    await story.define('ever', { did: 'page' });
    await story.send({ anonymousId: 'a', path: '/a' }, { anonymousId: 'b', path: '/a' });
    await pass(20);
    await story.send({ anonymousId: 'b', path: '/a' });
    await pass(11);
    expect(await story.members('ever')).toEqual(['b']);
    expect(await story.size('ever')).toBe(1);
    expect(await story.person('a')).toBeUndefined();
    for (const table of ['profile', 'identity', 'event', 'message']) {
      expect([table, await rows(table)]).toEqual([table, 1]);
    }
    expect(await rows('tombstone')).toBe(0);
    // Whoever comes back is somebody new.
    await story.send({ anonymousId: 'a', path: '/a' });
    expect(await story.members('ever')).toEqual(['a', 'b']);
  });

  test('is counted', async () => {
    await story.send({ anonymousId: 'a', path: '/a' }, { anonymousId: 'b', path: '/a' });
    await pass(31);
    const found = await story.sql(`SELECT key, count FROM tally WHERE outcome = 'expired'`);
    expect(found).toEqual([['', 2]]);
  });

  test('is what colleagues say no more, and no more what they did', async () => {
    await story.define('team', { account: { did: 'page', distinct: 'person', times: 2 } });
    await story.define('pro', { account: 'plan', is: 'pro' });
    const joins = (userId: string, traits = {}): Told => ({
      ...{ userId, type: 'group', groupId: 'acme', traits },
    });
    await story.send(joins('ada', { plan: 'pro' }), joins('bob'));
    await story.send({ userId: 'ada', path: '/a' }, { userId: 'bob', path: '/a' });
    await pass(20);
    await story.send(joins('bob'), { userId: 'bob', path: '/a' });
    expect(await story.members('team')).toEqual(['ada', 'bob']);
    await pass(11);
    expect(await story.members('team')).toEqual([]);
    expect(await story.members('pro')).toEqual([]);
    expect((await story.audit()).differing).toEqual([]);
  });

  test('is what is said no more of the company of somebody who stays', async () => {
    await story.define('pro', { account: 'plan', is: 'pro' });
    const joins = (traits: NonNullable<Told['traits']>): Told => ({
      ...{ userId: 'ada', type: 'group', groupId: 'acme', traits },
    });
    await story.send(joins({ plan: 'pro', seats: 5 }));
    await pass(20);
    await story.send(joins({ seats: 7 }));
    expect(await story.members('pro')).toEqual(['ada']);
    await pass(11);
    expect(await story.members('pro')).toEqual([]);
    expect((await story.audit()).differing).toEqual([]);
  });

  test('is no example of what events look like', async () => {
    await story.send({ userId: 'ada', path: '/old', properties: { coupon: 'spring' } });
    await pass(20);
    await story.send({ userId: 'ada', path: '/new', properties: { coupon: 'autumn' } });
    await pass(11);
    await story.wait(DAY_MS);
    const seen = JSON.stringify(await story.sql('SELECT path, examples FROM seen'));
    expect(seen).toContain('autumn');
    expect(seen).not.toContain('spring');
  });

  test('goes of many people in steps', async () => {
    const people = Array.from({ length: 450 }, (_, index) => `p${index}`);
    await story.send(...people.map((userId) => ({ userId, path: '/a' })));
    await pass(20);
    await story.send(...people.slice(0, 225).map((userId) => ({ userId, path: '/b' })));
    await pass(11);
    expect([await rows('event'), await rows('profile')]).toEqual([225, 225]);
  });

  test('is found by the next process, too', async () => {
    await story.send({ anonymousId: 'a', path: '/a' });
    story.nowMs += 31 * DAY_MS;
    story = await story.restart();
    await pass(0);
    expect(await rows('event')).toBe(0);
  });
});

test('nothing goes where no age is set', async () => {
  const other = await startStory();
  await other.send({ anonymousId: 'a', path: '/a' });
  await other.wait(400 * DAY_MS);
  await other.send();
  expect(await other.sql('SELECT count(*) FROM event')).toEqual([[1]]);
  await other.end();
});

const window = fc.constantFrom('5d', '40d', undefined);
const did = fc
  .record({ window, path: fc.constantFrom('/a', '/b'), times: fc.integer({ min: 1, max: 3 }) })
  .map(
    ({ window: within, path, times }): Condition => ({
      ...{ did: 'page', where: { path }, times },
      ...(within && { within }),
    }),
  );
const condition: fc.Arbitrary<Condition> = fc.oneof(
  did,
  did.map((not) => ({ not })),
  did.map((each): Condition => ({ account: each }) as Condition),
  fc.constantFrom<Condition>(
    { trait: 'plan', is: 'pro' },
    { account: 'plan', is: 'pro' },
    { idle: '10d' },
    { did: 'page', first: true, is: { path: '/a' } },
    { did: 'page', distinct: 'day', times: 2 },
    { account: { did: 'page', distinct: 'person', times: 2 } },
    {
      seq: [
        { did: 'page', where: { path: '/a' } },
        { did: 'page', where: { path: '/b' } },
      ],
    },
    { did: 'page', sum: 'n', is: { gte: 5 } },
  ),
);
const step = fc.record({
  days: fc.constantFrom(0, 0, 1, 4, 12),
  who: fc.constantFrom('ada', 'bob', 'cyd'),
  what: fc.oneof(
    fc.record({ path: fc.constantFrom('/a', '/b'), n: fc.nat(4) }),
    fc.record({ plan: fc.constantFrom('pro', 'free') }),
    fc.record({ groupId: fc.constantFrom('x', 'y'), plan: fc.constantFrom('pro', 'free') }),
  ),
});

function told({ who, what }: { readonly who: string; readonly what: object }): Told {
  if ('path' in what) {
    const { path, n } = what as { path: string; n: number };
    return { userId: who, path, properties: { n } };
  }
  const { groupId, plan } = what as { groupId?: string; plan: string };
  const said = { userId: who, traits: { plan } };
  return groupId === undefined
    ? { ...said, type: 'identify' }
    : { ...said, type: 'group', groupId };
}

const RUNS = Number(process.env.PROPERTY_RUNS ?? 40);

test(
  'afterwards all is as if nothing but the rest had ever happened',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(condition, { minLength: 1, maxLength: 4 }),
        fc.array(step, { minLength: 3, maxLength: 20 }),
        fc.nat(40),
        async (conditions, steps, days) => {
          const old = await startStory(undefined, START_MS, { retentionMs: RETENTION_MS });
          const fresh = await startStory();
          try {
            const names = conditions.map((_, index) => `s${index}`);
            for (const each of [old, fresh]) {
              for (const [index, asked] of conditions.entries())
                await each.define(`s${index}`, asked);
            }
            const events: Told[] = [];
            for (const each of steps) {
              await pass(each.days, old);
              const event = { ...told(each), atMs: old.nowMs, messageId: `e${events.length}` };
              events.push(event);
              await old.send(event);
            }
            await pass(days, old);
            const kept = await old.sql('SELECT message_id FROM event');
            const ids = new Set(kept.map(([id]) => id));
            const rest = events.filter(({ messageId }) => ids.has(messageId));
            const lostMs = Math.max(
              0,
              ...events.flatMap(({ messageId, atMs = 0 }) => (ids.has(messageId) ? [] : [atMs])),
            );
            expect(lostMs).toBeLessThan(old.nowMs - RETENTION_MS);
            fresh.nowMs = old.nowMs;
            await fresh.send(...rest);
            await fresh.wait(0);
            const both = [old, fresh].map((each) => Promise.all(names.map(each.members)));
            const [after, anew] = await Promise.all(both);
            expect(after).toEqual(anew);
            expect((await old.audit()).differing).toEqual([]);
            expect([old.reported, fresh.reported]).toEqual([[], []]);
          } finally {
            await old.end();
            await fresh.end();
          }
        },
      ),
      { numRuns: RUNS },
    );
  },
  120_000 + RUNS * 5_000,
);
