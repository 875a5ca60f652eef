import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Story, startStory } from '../../testing/story.ts';
import { parsePublicId } from '../identity/own-id.ts';
import type { OutgoingMessage } from '../query/answers.ts';
import { ATTEMPTS_KEPT, CLAIM_MS, type Outbound, type WebhookFields } from './outgoing.ts';

const SITE = 1;
const FIELDS: WebhookFields = {
  ...{ url: 'https://example.com/hook', description: '', enabled: true },
  types: ['segment.entered', 'segment.left'],
};

let story: Story;
let webhook: number;
beforeEach(async () => {
  story = await startStory();
  webhook = await create();
  await story.define('viewers', { did: 'page', within: '10s' });
});
afterEach(async () => {
  expect(story.reported).toEqual([]);
  await story.end();
});

async function create(fields: Partial<WebhookFields> = {}, of = story): Promise<number> {
  const id = await of.writer.outgoing.createWebhook(SITE, { ...FIELDS, ...fields }, 'whsec_AAAA');
  if (id === undefined) throw new Error('There are too many');
  return id;
}

/** Takes everything that may be sent now, however much is under way already. */
async function claim(of = story): Promise<readonly Outbound[]> {
  return (await of.writer.outgoing.claim(new Map())).outbound;
}

async function settle({ webhook, message }: Outbound, status: number, of = story): Promise<void> {
  const told = { atMs: of.nowMs, durationMs: 0, status, answer: '', random: 0.5 };
  await of.writer.outgoing.settle({ webhook, message, ...told });
}

/** Lets somebody enter by a view. */
async function enter(anonymousId: string, of = story): Promise<void> {
  await of.send({ anonymousId });
}

function wordsOf({ payload }: Outbound): string {
  const { profile, type } = JSON.parse(payload) as OutgoingMessage;
  return `${profile.anonymousIds[0]} ${type}`;
}

describe('who dies', () => {
  test('with messages claimed and not answered leaves them to be sent again', async () => {
    await enter('a');
    const [first] = await claim();
    story = await story.restart();
    expect(await claim()).toEqual([]);
    story.nowMs += CLAIM_MS;
    const again = await claim();
    expect(again.filter(({ message }) => message === first?.message)).toEqual([first]);
  });

  test('with messages that were not claimed leaves them', async () => {
    await enter('a');
    story = await story.restart();
    expect((await claim()).map(wordsOf)).toEqual(['a segment.entered']);
  });
});

test('what an earlier version did not relay goes its way before all that follows', async () => {
  const left = { type: 'segment.left', segment: { id: 'viewers' }, profile: { id: 'prf_1' } };
  await story.sql(`INSERT INTO outbox (bucket, id, site, payload)
    VALUES (0, 1024, ${SITE}, '${JSON.stringify({ ...left, id: 'msg_sg' })}')`);
  story = await story.restart();
  expect(story.delivered.map(({ id }) => id)).toEqual([1_024]);
  await story.send({ anonymousId: 'a' });
  expect((await claim()).map(({ message }) => message)[0]).toBe(1_024);
  story = await story.restart();
  expect(story.delivered).toHaveLength(0);
});

test('events whose messages cannot be lined up are not taken, and nobody hears of them', async () => {
  const second = await create({ types: ['segment.entered'] });
  await story.sql(`CREATE TRIGGER full BEFORE INSERT ON delivery WHEN NEW.webhook = ${second}
    BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
  const event = { anonymousId: 'a', messageId: 'view' };
  await expect(story.send(event)).rejects.toThrow('the disk is full');
  expect(await claim()).toEqual([]);
  expect(story.delivered).toEqual([]);
  await story.sql('DROP TRIGGER full');
  await story.send(event);
  const claimed = await claim();
  expect(new Set(claimed.map((each) => each.webhook))).toEqual(new Set([webhook, second]));
  expect(claimed).toHaveLength(2);
  expect(story.delivered).toHaveLength(1);
});

describe('a message', () => {
  test('is claimed by one alone until the claim ends, to the millisecond', async () => {
    await enter('a');
    expect(await claim()).toHaveLength(1);
    story.nowMs += CLAIM_MS - 1;
    expect((await claim()).filter((each) => wordsOf(each) === 'a segment.entered')).toEqual([]);
    story.nowMs += 1;
    expect((await claim()).map(wordsOf)).toContain('a segment.entered');
  });

  test('that was settled is settled, whoever answers late', async () => {
    await enter('a');
    const [first] = await claim();
    if (first === undefined) throw new Error('Nothing was claimed');
    await settle(first, 200);
    await settle(first, 500);
    expect(await story.sql('SELECT state, attempts FROM delivery')).toEqual([['delivered', 1]]);
    expect(await story.sql('SELECT status FROM attempt')).toEqual([[200]]);
  });

  test('of a webhook that was removed meanwhile is forgotten, with all that was tried', async () => {
    await enter('a');
    await enter('b');
    const [a, b] = await claim();
    if (a === undefined || b === undefined) throw new Error('Nothing was claimed');
    await settle(a, 500);
    expect(await story.writer.outgoing.removeWebhook(SITE, webhook)).toBe(true);
    await settle(b, 200);
    for (const table of ['webhook', 'delivery', 'attempt']) {
      expect(await story.sql(`SELECT count(*) FROM ${table}`)).toEqual([[0]]);
    }
  });

  test('that is replayed without end keeps its latest attempts', async () => {
    await enter('a');
    const [first] = await claim();
    if (first === undefined) throw new Error('Nothing was claimed');
    for (let time = 0; time <= ATTEMPTS_KEPT; time += 1) {
      await settle(first, 200);
      const which = { message: first.message };
      expect(await story.writer.outgoing.replay(SITE, webhook, which)).toBe(1);
    }
    expect(await story.sql('SELECT min(number), max(number), count(*) FROM attempt')).toEqual([
      [2, ATTEMPTS_KEPT + 1, ATTEMPTS_KEPT],
    ]);
  });

  test('that is replayed waits behind what is under way for the same person', async () => {
    await enter('a');
    const [entered] = await claim();
    if (entered === undefined) throw new Error('Nothing was claimed');
    await settle(entered, 200);
    await story.wait(10_000);
    await story.send();
    const [left] = await claim();
    if (left === undefined) throw new Error('Nothing was claimed');
    await story.writer.outgoing.replay(SITE, webhook, { message: entered.message });
    expect(await claim()).toEqual([]);
    await settle(left, 200);
    expect((await claim()).map(wordsOf)).toEqual(['a segment.entered']);
  });

  test('about a score goes its way without one about a segment', async () => {
    const scores = await create({ types: ['score.crossed'], segments: ['heat'] });
    const crossed = { type: 'score.crossed', score: { id: 'heat' }, profile: { id: 'prf_1' } };
    for (const id of [1_024, 2_048]) {
      const payload = JSON.stringify({ ...crossed, id: `msg_${id}` });
      await story.sql(`INSERT INTO outbox (bucket, id, site, payload)
        VALUES (0, ${id}, 1, '${payload}'), (0, ${id + 10_240}, 2, '${payload}')`);
    }
    story = await story.restart();
    await enter('a');
    const claimed = await claim();
    expect(claimed.filter((each) => each.webhook === scores).map((each) => each.message)).toEqual([
      1_024,
    ]);
    expect(claimed.filter((each) => each.webhook === webhook)).toHaveLength(1);
  });
});

test('of a test message the id is never given again', async () => {
  const ids = [];
  for (let time = 0; time < 3; time += 1) {
    ids.push(await story.writer.outgoing.sendTest(SITE, webhook));
    story.nowMs -= 3_600_000;
    story = await story.restart();
  }
  expect(new Set(ids).size).toBe(3);
  await enter('a');
  const message = story.delivered.map(({ payload }) => JSON.parse(payload) as OutgoingMessage)[0];
  const id = message && parsePublicId('msg', message.id);
  expect(id).toBeGreaterThan(Math.max(...ids.map(Number)));
});

test('of many that are due no webhook gets more than its share at once', async () => {
  const other = await create();
  for (let person = 0; person < 20; person += 1) await story.send({ anonymousId: `p${person}` });
  await story.send();
  const claimed = await claim();
  for (const id of [webhook, other]) {
    expect(claimed.filter((each) => each.webhook === id)).toHaveLength(8);
  }
  const { outgoing } = story.writer;
  const underWay = new Map([
    [webhook, 8],
    [other, 5],
  ]);
  const more = await outgoing.claim(underWay);
  expect(more.outbound.map((each) => each.webhook)).toEqual([other, other, other]);
});

test('when all have much under way, whoever has least goes first', async () => {
  const others: number[] = [];
  for (let count = 0; count < 8; count += 1) others.push(await create());
  await create({ types: ['score.crossed'] });
  const last = others.at(-1) ?? 0;
  for (let person = 0; person < 8; person += 1) await story.send({ anonymousId: `p${person}` });
  await story.send();
  const busy = [webhook, ...others.slice(0, -1)].map((id) => [id, 7] as const);
  const { outbound } = await story.writer.outgoing.claim(new Map(busy));
  expect(outbound.map((each) => each.webhook)).toEqual(Array.from({ length: 8 }, () => last));
});

test('of a webhook that was off for a month the rest goes, though its first is no longer kept', async () => {
  await enter('a');
  await story.wait(10_000);
  await story.send();
  const change = (enabled: boolean) =>
    story.writer.outgoing.changeWebhook(SITE, webhook, { ...FIELDS, enabled });
  await change(false);
  await story.wait(30 * 86_400_000 - 5_000);
  await story.send();
  expect(await story.sql('SELECT type FROM delivery')).toEqual([['segment.left']]);
  await change(true);
  expect((await claim()).map(wordsOf)).toEqual(['a segment.left']);
});

test('however much is too old, all of it goes at once', async () => {
  await story.sql(`WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < 2500)
    INSERT INTO delivery SELECT n % 1024, ${webhook}, n, '', '', '', 'failed', 1, 1, 0, 0, NULL FROM row`);
  await story.wait(600_000);
  for (let turn = 0; turn < 5; turn += 1) await story.send();
  expect(await story.sql('SELECT count(*) FROM delivery')).toEqual([[0]]);
});

test('whatever receivers answer and whenever we die, each change arrives, in order', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c') },
    { weight: 3, arbitrary: fc.constant('send' as const) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 40_000 }) },
    { weight: 1, arbitrary: fc.constant('die' as const) },
  );
  const outcome = fc.constantFrom(200, 200, 500, 429, 'lost' as const);
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.infiniteStream(outcome),
      async (steps, outcomes) => {
        let played = await startStory();
        await create({}, played);
        await played.define('viewers', { did: 'page', within: '10s' });
        const sent: Outbound[] = [];
        const arrived: Outbound[] = [];
        const sendOut = async () => {
          for (const each of await claim(played)) {
            sent.push(each);
            const answer = outcomes.next().value ?? 200;
            if (answer === 200) arrived.push(each);
            if (answer !== 'lost') await settle(each, answer, played);
          }
        };
        try {
          for (const each of steps) {
            if (each === 'send') await sendOut();
            else if (each === 'die') played = await played.restart();
            else if (typeof each === 'number') await played.wait(each);
            else await played.send({ anonymousId: each });
          }
          // Everybody leaves, and whatever is due is sent until nothing is.
          for (let round = 0; round < 400; round += 1) {
            await played.wait(600_000);
            await played.send();
            await sendOut();
            const [[left] = []] = await played.sql(
              "SELECT count(*) FROM delivery WHERE state = 'waiting'",
            );
            if (left === 0 && round > 2) break;
          }
          expect(played.reported).toEqual([]);
          const rows = await played.sql('SELECT message, state FROM delivery ORDER BY message');
          const changes = await played.sql('SELECT id FROM member_log ORDER BY id');
          expect(rows).toEqual(changes.map(([id]) => [id, 'delivered']));
          for (const person of ['a', 'b', 'c']) {
            const own = arrived.filter((each) => wordsOf(each).startsWith(person));
            const ids = [...new Set(own.map(({ message }) => message))];
            expect(ids).toEqual(ids.toSorted((x, y) => x - y));
            const tried = sent.filter((each) => wordsOf(each).startsWith(person));
            const order = tried.map(({ message }) => message);
            expect(order).toEqual(order.toSorted((x, y) => x - y));
          }
        } finally {
          await played.end();
        }
      },
    ),
    { numRuns: 15 },
  );
}, 120_000);
