import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { START_MS, type Story, startStory, type Told } from '../../testing/story.ts';
import type { Condition } from '../segments/definition.ts';

const PRICING: Condition = {
  did: 'page',
  where: { path: { glob: '/pricing*' } },
  distinct: 'session',
  times: 2,
  within: '10s',
};
const VIEWED: Condition = { did: 'page', within: '10s' };

let story: Story;
beforeEach(async () => {
  story = await startStory();
});
afterEach(async () => {
  expect(story.reported).toEqual([]);
  await story.end();
});

describe('a message counts once', () => {
  const again: Told = { anonymousId: 'a', path: '/pricing', messageId: 'same' };

  test('within a batch', async () => {
    const outcome = await story.send(again, { ...again, path: '/other' });
    expect(outcome).toMatchObject({ kind: 'decided', duplicates: new Set([1]) });
    expect(story.committed).toHaveLength(1);
  });

  test('across batches, whoever sends it', async () => {
    await story.send(again);
    const outcome = await story.send({ ...again, anonymousId: 'b', userId: 'u' });
    expect(outcome).toMatchObject({ duplicates: new Set([0]) });
    expect(await story.person('u')).toBeUndefined();
  });

  test('after a restart', async () => {
    await story.send(again);
    story = await story.restart();
    expect(await story.send(again)).toMatchObject({ duplicates: new Set([0]) });
  });
});

describe('segments follow the events', () => {
  test('someone enters with the event that makes it true, and the answer says so', async () => {
    await story.define('returners', PRICING);
    await story.send({ anonymousId: 'a', path: '/pricing', sessionId: '1' });
    expect(await story.members('returners')).toEqual([]);
    story.nowMs += 1_000;
    const outcome = await story.send({ anonymousId: 'a', path: '/pricing', sessionId: '2' });
    expect(outcome).toMatchObject({
      memberships: [{ type: 'segment.entered', segment: 'returners' }],
    });
    expect(await story.members('returners')).toEqual(['a']);
    expect(await story.size('returners')).toBe(1);
  });

  test('someone leaves at the very millisecond at which the window runs out', async () => {
    await story.define('viewers', VIEWED);
    await story.send({ anonymousId: 'a' });
    await story.wait(9_999);
    expect(await story.members('viewers')).toEqual(['a']);
    await story.wait(1);
    expect(await story.members('viewers')).toEqual([]);
    expect(await story.size('viewers')).toBe(0);
    expect(await story.log()).toEqual(['+0 event', '-10000 time']);
  });

  test('who lapsed while nothing ran leaves at the true instant', async () => {
    await story.define('viewers', VIEWED);
    await story.send({ anonymousId: 'a' });
    story.nowMs += 3_600_000;
    story = await story.restart();
    await story.wait(0);
    expect(await story.log()).toEqual(['+0 event', '-10000 time']);
  });

  test('another view keeps them in, without a second entry', async () => {
    await story.define('viewers', VIEWED);
    await story.send({ anonymousId: 'a' });
    await story.wait(6_000);
    await story.send({ anonymousId: 'a' });
    await story.wait(6_000);
    expect(await story.members('viewers')).toEqual(['a']);
    await story.wait(4_000);
    expect(await story.log()).toEqual(['+0 event', '-16000 time']);
  });

  test('a late event counts at its own time', async () => {
    await story.define('twice', { did: 'page', times: 2, within: '10s' });
    await story.send({ anonymousId: 'a' });
    story.nowMs += 8_000;
    await story.send({ anonymousId: 'a', atMs: START_MS - 5_000 });
    expect(await story.members('twice')).toEqual([]);
    await story.send({ anonymousId: 'a', atMs: START_MS + 1_000 });
    expect(await story.members('twice')).toEqual(['a']);
    await story.wait(2_000);
    expect(await story.members('twice')).toEqual([]);
    expect(await story.audit()).toMatchObject({ differing: [] });
  });

  test('a clock that is set back harms nothing', async () => {
    await story.define('viewers', VIEWED);
    await story.send({ anonymousId: 'a' });
    story.nowMs -= 3_600_000;
    await story.send({ anonymousId: 'a' });
    story.nowMs += 3_600_000 + 10_000;
    await story.wait(0);
    expect(await story.log()).toEqual(['+0 event', '-10000 time']);
  });

  test('who never did it is in from their first event on', async () => {
    await story.define('no-docs', { not: { did: 'page', where: { path: '/docs' } } });
    await story.send({ anonymousId: 'a', path: '/' });
    expect(await story.members('no-docs')).toEqual(['a']);
    await story.send({ anonymousId: 'a', path: '/docs' });
    expect(await story.members('no-docs')).toEqual([]);
  });

  test('changes are told once, in order, with their evidence', async () => {
    await story.define('viewers', VIEWED);
    await story.send({ anonymousId: 'a' });
    await story.wait(10_000);
    await story.wait(1_000);
    const told = story.delivered.map(({ payload }) => JSON.parse(payload));
    expect(told).toMatchObject([
      {
        type: 'segment.entered',
        segment: { id: 'viewers' },
        cause: 'event',
        evidence: [expect.stringMatching(/^evt_/)],
      },
      { type: 'segment.left', segment: { id: 'viewers' }, cause: 'time' },
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
  });
});

describe('definitions change while people are there', () => {
  test('a new segment is filled from the log', async () => {
    for (const anonymousId of ['a', 'b', 'c']) await story.send({ anonymousId, path: '/pricing' });
    await story.define('pricing', { did: 'page', where: { path: '/pricing' } });
    await story.built('pricing');
    expect(await story.members('pricing')).toEqual(['a', 'b', 'c']);
    expect(await story.size('pricing')).toBe(3);
    expect(story.delivered).toEqual([]);
  });

  test('a person who comes during the back-fill is right at once', async () => {
    await story.send({ anonymousId: 'a', path: '/pricing' });
    const [, outcome] = await Promise.all([
      story.define('twice', { did: 'page', times: 2 }),
      story.send({ anonymousId: 'a', path: '/other' }),
    ]);
    expect(outcome.kind).toBe('decided');
    await story.built('twice');
    expect(await story.members('twice')).toEqual(['a']);
  });

  test('a hungrier condition reads again what a shorter list forgot', async () => {
    await story.define('once', { did: 'page' });
    for (let view = 0; view < 4; view += 1) await story.send({ anonymousId: 'a' });
    await story.define('four', { did: 'page', times: 4 });
    await story.built('four');
    expect(await story.members('four')).toEqual(['a']);
  });

  test('an edit writes only differences', async () => {
    await story.define('pages', { did: 'page', where: { path: '/a' } });
    await story.send({ anonymousId: 'a', path: '/a' }, { anonymousId: 'b', path: '/b' });
    await story.define('pages', { did: 'page', where: { path: { in: ['/a', '/b'] } } });
    await story.built('pages');
    expect(await story.members('pages')).toEqual(['a', 'b']);
    expect(await story.log()).toEqual(['+0 event', '+0 definition']);
  });

  test('a back-fill that a restart interrupts is finished', async () => {
    for (let person = 0; person < 450; person += 1) await story.send({ anonymousId: `a${person}` });
    await story.define('all', { did: 'page' });
    story = await story.restart();
    await story.built('all');
    expect(await story.size('all')).toBe(450);
    expect(await story.audit()).toMatchObject({ checked: 450, differing: [] });
  });

  test('a deleted segment leaves nothing behind that comes due', async () => {
    await story.define('viewers', VIEWED);
    await story.send({ anonymousId: 'a' });
    expect(await story.writer.deleteSegment(1, 'viewers')).toEqual({ kind: 'deleted' });
    expect(await story.writer.deleteSegment(1, 'viewers')).toEqual({ kind: 'missing' });
    await story.wait(20_000);
    await story.define('viewers', VIEWED);
    await story.built('viewers');
    expect(await story.members('viewers')).toEqual([]);
    expect(await story.size('viewers')).toBe(0);
  });
});

describe('people are stitched', () => {
  test('the anonymous past belongs to the person, who does not enter twice', async () => {
    await story.define('pricing', { did: 'page', where: { path: '/pricing' } });
    await story.send({ anonymousId: 'a', path: '/pricing' });
    await story.wait(1_000);
    await story.send({
      type: 'identify',
      anonymousId: 'a',
      userId: 'u',
      traits: { email: 'u@x.org' },
    });
    expect(await story.members('pricing')).toEqual(['u']);
    expect((await story.person('a'))?.userId).toBe('u');
    expect(await story.log()).toEqual(['+0 event', '-1000 merge', '+1000 merge']);
    await story.wait(1_000);
    expect(story.delivered).toHaveLength(1);
    expect((await story.why('u', 'pricing')).enteredAt).toBe(new Date(START_MS).toISOString());
  });

  test('both histories together may be what it takes', async () => {
    await story.define('twice', { did: 'page', times: 2 });
    await story.send({ userId: 'u' }, { anonymousId: 'a' });
    expect(await story.members('twice')).toEqual([]);
    await story.send({ type: 'identify', anonymousId: 'a', userId: 'u' });
    expect(await story.members('twice')).toEqual(['u']);
    expect(await story.size('twice')).toBe(1);
  });

  test('a second user on the device starts anew and never joins the first', async () => {
    await story.define('pages', { did: 'page' });
    await story.send({ anonymousId: 'a' });
    await story.send({ type: 'identify', anonymousId: 'a', userId: 'one' });
    await story.send({ type: 'identify', anonymousId: 'a', userId: 'two' });
    expect(await story.members('pages')).toEqual(['one']);
    await story.wait(1_000);
    await story.send({ anonymousId: 'a' });
    expect(await story.members('pages')).toEqual(['one', 'two']);
    expect((await story.person('one'))?.id).not.toBe((await story.person('two'))?.id);
  });

  test('what a device does after a logout is not credited to the user', async () => {
    await story.define('pages', { did: 'page', where: { path: '/after' } });
    await story.send({ type: 'identify', anonymousId: 'a', userId: 'u' });
    await story.wait(1_000);
    await story.send({ anonymousId: 'a', userId: 'u', path: '/in' });
    await story.wait(1_000);
    await story.send({ anonymousId: 'a', path: '/after' });
    expect(await story.members('pages')).toEqual(['a']);
    expect((await story.person('u'))?.anonymousIds).toEqual(['a']);
  });

  test('an alias to oneself is nothing, an alias of a device joins it', async () => {
    await story.send({ anonymousId: 'a', path: '/x' });
    await story.send({ type: 'alias', userId: 'u', previousId: 'u' });
    expect((await story.person('u'))?.anonymousIds).toEqual([]);
    await story.send({ type: 'alias', userId: 'u', previousId: 'a' });
    expect((await story.person('a'))?.userId).toBe('u');
  });

  test('the newest traits win in any order of arrival', async () => {
    const identify = (atMs: number, plan: string): Told => ({
      type: 'identify',
      userId: 'u',
      atMs,
      traits: { plan },
    });
    await story.send(identify(START_MS, 'pro'));
    await story.send(identify(START_MS - 1_000, 'free'));
    expect((await story.person('u'))?.state.traits).toMatchObject({ plan: { value: 'pro' } });
  });
});

test('trouble in one request fails that request alone', async () => {
  const broken = story.writer.write({
    site: 99,
    key: 'key_none',
    receivedAtMs: 0,
    events: [],
    rejected: [],
    lost: {},
    debug: false,
  });
  const poisoned = story.writer.write({
    site: 99,
    key: 'key_none',
    receivedAtMs: 0,
    events: [{ ...SAMPLE, anonymousId: 'x' }],
    rejected: [],
    lost: {},
    debug: false,
  });
  const fine = story.send({ anonymousId: 'a' });
  await expect(poisoned).rejects.toThrow('site 99');
  await expect(broken).resolves.toMatchObject({ kind: 'decided' });
  await expect(fine).resolves.toMatchObject({ kind: 'decided', duplicates: new Set() });
  expect(story.committed).toHaveLength(1);
});

const SAMPLE = {
  messageId: 'poison',
  type: 'page',
  atMs: START_MS,
  receivedAtMs: START_MS,
  properties: {},
  context: {},
  traits: {},
  flags: [],
} as const;

test('past the bound senders are asked to come again, and nothing of theirs is taken', async () => {
  const many = Array.from({ length: 500 }, (): Told => ({ anonymousId: 'a' }));
  const outcomes = await Promise.all(Array.from({ length: 45 }, () => story.send(...many)));
  const busy = outcomes.filter(({ kind }) => kind === 'busy').length;
  expect(busy).toBe(5);
  expect(story.committed).toHaveLength(20_000);
}, 60_000);

test('member table, counts, log and the plain recount agree after any story', async () => {
  const told = fc.record({
    anonymousId: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    userId: fc.option(fc.constantFrom('one', 'two'), { nil: undefined }),
    type: fc.constantFrom('page' as const, 'page' as const, 'identify' as const),
    path: fc.constantFrom('/pricing', '/docs'),
    sessionId: fc.constantFrom('1', '2'),
    messageId: fc.nat(60).map((id) => `m${id}`),
    lateMs: fc.constantFrom(0, 0, 0, 4_000, 30_000),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.array(told, { minLength: 1, maxLength: 4 }) },
    { weight: 2, arbitrary: fc.nat(8_000) },
    { weight: 1, arbitrary: fc.constantFrom('returners', 'viewers', 'quiet') },
  );
  const definitions = {
    returners: PRICING,
    viewers: VIEWED,
    quiet: { not: { did: 'page', where: { path: '/docs' }, within: '7s' } },
  } as const satisfies Record<string, Condition>;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const played = await startStory();
      try {
        for (const each of steps) {
          if (typeof each === 'number') await played.wait(each);
          else if (typeof each === 'string') await played.define(each, definitions[each]);
          else {
            const named = each.filter(({ anonymousId, userId }) => anonymousId ?? userId);
            await played.send(
              ...named.map(({ lateMs, anonymousId, userId, ...rest }) => ({
                ...rest,
                ...(anonymousId && { anonymousId }),
                ...(userId && { userId }),
                atMs: played.nowMs - lateMs,
              })),
            );
          }
        }
        await played.wait(0);
        for (const id of Object.keys(definitions)) {
          if ((await played.size(id)) === undefined) continue;
          await played.built(id);
          expect(await played.size(id)).toBe((await played.members(id)).length);
        }
        expect((await played.audit()).differing).toEqual([]);
        expect(played.reported).toEqual([]);
        const { rows } = await played.database.$client.execute(LOG_AGAINST_MEMBERS);
        expect(rows).toEqual([]);
      } finally {
        await played.end();
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

/** Whoever entered once more than they left is a member, and nobody else. */
const LOG_AGAINST_MEMBERS = `
  SELECT segment, profile FROM
    (SELECT segment, profile, sum(direction) AS balance FROM member_log
     WHERE segment IN (SELECT key FROM segment) GROUP BY segment, profile)
  LEFT JOIN member USING (segment, profile)
  WHERE balance <> (member.bucket IS NOT NULL)`;
