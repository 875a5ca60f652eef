import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { START_MS, type Story, startStory, type Told } from '../../testing/story.ts';
import { BUCKETS, bucketOf } from '../identity/bucket.ts';
import type { Profile } from '../identity/profile.ts';
import type { Condition } from '../segments/definition.ts';
import { memberLog } from '../store/schema.ts';

const PAGES: Condition = { did: 'page' };
const TWICE: Condition = { did: 'page', times: 2 };
const SITE = 1;

let story: Story;
beforeEach(async () => {
  story = await startStory();
});
afterEach(async () => {
  expect(await story.audit()).toMatchObject({ differing: [] });
  expect(story.reported).toEqual([]);
  await story.end();
});

const view = (anonymousId: string, rest: Told = {}): Told => ({ anonymousId, ...rest });
const identify = (userId: string, anonymousId?: string, rest: Told = {}): Told => ({
  ...{ type: 'identify', userId, ...rest },
  ...(anonymousId !== undefined && { anonymousId }),
});
const person = async (id: string): Promise<Profile> => {
  const found = await story.person(id);
  if (found === undefined) throw new Error(`Nobody is ${id}`);
  return found;
};
const merge = async (into: string, from: string) =>
  await story.writer.mergePeople(SITE, (await person(into)).id, (await person(from)).id);
const unmerge = async (id: string, value: string) =>
  await story.writer.unmergeIdentity(SITE, (await person(id)).id, value);
/** What others were told since they were last asked. The second turn comes after the delivery. */
const told = async () => {
  await story.wait(1_000);
  await story.wait(0);
  return story.delivered.splice(0).map(({ payload }) => JSON.parse(payload));
};
/** Who did it, by user id or the first anonymous id. */
const whose = async (...ids: readonly string[]) => {
  const people = await Promise.all(ids.map((id) => story.person(id)));
  return people.map((found) => found && (found.userId ?? found.anonymousIds[0]));
};

describe('a merge that an event tells', () => {
  test('of two who are members leaves one, who does not enter again', async () => {
    await story.define('pages', PAGES);
    await story.send(view('a'), { userId: 'u' });
    await story.wait(1_000);
    await story.send(identify('u', 'a'));
    expect(await story.members('pages')).toEqual(['u']);
    expect(await story.log()).toEqual(['+0 event', '+0 event', '-1000 merge']);
    expect(await told(), 'nobody is told of the bookkeeping').toHaveLength(2);
  });

  test('told again, in any form, changes nothing more', async () => {
    await story.define('pages', PAGES);
    await story.send(view('a'), identify('u', 'a'));
    const [log, before] = [await story.log(), await person('u')];
    await story.send(identify('u', 'a'), { type: 'alias', userId: 'u', previousId: 'a' });
    await story.send({ type: 'alias', userId: 'u', previousId: 'u' });
    expect(await story.log()).toEqual(log);
    const { parts, anonymousIds } = await person('u');
    expect({ parts, anonymousIds }).toEqual({
      ...{ parts: before.parts, anonymousIds: before.anonymousIds },
    });
  });

  test('stops at the limit of ids, to the very one, and the event says so', async () => {
    await story.end();
    story = await startStory(undefined, START_MS, { idsMax: 3 });
    await story.send(view('a'), view('b'), view('c'), { userId: 'u' });
    await story.send(identify('u', 'a'), identify('u', 'b'));
    expect(await whose('a', 'b')).toEqual(['u', 'u']);
    await story.send(identify('u', 'c'));
    expect(await whose('c')).toEqual(['c']);
    expect(story.committed.at(-1)?.event.flags).toEqual(['merge_limit']);
    expect(story.committed.at(-2)?.event.flags).toEqual([]);
    expect(await merge('u', 'c')).toEqual({ kind: 'merge_limit', limit: 3 });
    expect(await whose('c')).toEqual(['c']);
  });
});

describe('an e-mail', () => {
  const mail = (who: Told, email: string): Told => ({
    type: 'identify',
    ...who,
    traits: { email },
  });

  test('names nobody unless the site wants it', async () => {
    await story.send(mail({ userId: 'u' }, 'e@x.org'), mail({ anonymousId: 'a' }, 'e@x.org'));
    expect(await whose('a', 'e@x.org')).toEqual(['a', undefined]);
    await story.writer.saveSite(SITE, { identifyByEmail: true });
    await story.send(mail({ userId: 'u' }, 'e@x.org'), mail({ anonymousId: 'a' }, 'e@x.org'));
    expect(await whose('a', 'e@x.org')).toEqual(['u', 'u']);
    await story.wait(1);
    story = await story.restart();
    await story.send(mail({ anonymousId: 'b' }, 'e@x.org'));
    expect(await whose('b')).toEqual(['u']);
    await story.writer.saveSite(SITE, { identifyByEmail: false });
    await story.send(mail({ anonymousId: 'c' }, 'e@x.org'));
    expect(await whose('c')).toEqual(['c']);
  });

  test.each([' E@X.org ', 'e@X.ORG', '\te@x.org\n'])('is the same as %j', async (written) => {
    await story.writer.saveSite(SITE, { identifyByEmail: true });
    await story.send(mail({ userId: 'u' }, 'e@x.org'), mail({ anonymousId: 'a' }, written));
    expect(await whose('a')).toEqual(['u']);
  });

  test.each([
    '',
    ' ',
    'null',
    'e',
    'e@',
    '@x.org',
    'e@x@y',
    'e f@x.org',
    `${'e'.repeat(250)}@x.org`,
  ])('that is none, %j, names nobody', async (written) => {
    await story.writer.saveSite(SITE, { identifyByEmail: true });
    await story.send(mail({ userId: 'u' }, written), mail({ anonymousId: 'a' }, written));
    expect(await whose('a')).toEqual(['a']);
  });

  test('joins strangers with all of their devices into the user who has it', async () => {
    await story.writer.saveSite(SITE, { identifyByEmail: true });
    await story.define('twice', TWICE);
    await story.send(view('a'), mail({ anonymousId: 'a' }, 'e@x.org'));
    await story.send(view('b'), mail({ anonymousId: 'b' }, 'e@x.org'));
    expect(await story.members('twice')).toEqual(['a']);
    // The database is asked anew for all that the stranger is known by.
    await story.send(identify('u', 'b'));
    expect(await whose('a', 'b', 'e@x.org')).toEqual(['u', 'u', 'u']);
    expect(await story.members('twice')).toEqual(['u']);
    await story.send(view('a'));
    expect(story.committed.at(-1)?.profile).toBe((await person('u')).id);
  });

  test('of two known users joins them never', async () => {
    await story.writer.saveSite(SITE, { identifyByEmail: true });
    await story.send(mail({ userId: 'u', anonymousId: 'a' }, 'e@x.org'));
    await story.send(mail({ userId: 'v', anonymousId: 'b' }, 'e@x.org'));
    await story.send(mail({ anonymousId: 'b' }, 'e@x.org'), view('b'));
    expect(await whose('u', 'v', 'e@x.org', 'b')).toEqual(['u', 'v', 'u', 'u']);
    expect((await person('u')).id).not.toBe((await person('v')).id);
  });
});

describe('a merge at the owner’s word', () => {
  test('makes one of two known users; all ids lead to one person', async () => {
    await story.define('twice', TWICE);
    await story.send(view('a'), identify('u', 'a'), view('b'), identify('v', 'b'));
    await story.wait(1_000);
    expect(await merge('u', 'v')).toEqual({ kind: 'merged', profile: (await person('u')).id });
    const { userId, otherUserIds, anonymousIds } = await person('v');
    expect({ userId, otherUserIds, anonymousIds }).toEqual({
      ...{ userId: 'u', otherUserIds: ['v'], anonymousIds: ['a', 'b'] },
    });
    expect(await story.members('twice')).toEqual(['u']);
    expect(await story.log()).toEqual(['+1000 merge']);
    const rows = await story.database.select({ event: memberLog.event }).from(memberLog);
    expect(rows, 'no event stands behind it').toEqual([{ event: null }]);
    await story.send({ userId: 'v' }, view('b'), { userId: 'v', anonymousId: 'c' });
    const owner = (await person('u')).id;
    expect(story.committed.slice(-3).map(({ profile }) => profile)).toEqual([owner, owner, owner]);
    expect(await story.audit()).toMatchObject({ checked: 1, differing: [] });
  });

  test('keeps the known one, whichever is named first', async () => {
    await story.send(view('a'), { userId: 'u' });
    expect(await merge('a', 'u')).toMatchObject({ kind: 'merged' });
    expect(await whose('a')).toEqual(['u']);
  });

  test('of one person with themselves is nothing, of nobody neither', async () => {
    await story.send(identify('u', 'a'));
    const { id } = await person('u');
    expect(await merge('u', 'a')).toEqual({ kind: 'merged', profile: id });
    expect(await story.writer.mergePeople(SITE, id, 12_345)).toEqual({ kind: 'gone' });
    expect(await story.writer.mergePeople(2, id, id)).toEqual({ kind: 'gone' });
    expect((await person('u')).parts).toHaveLength(2);
  });

  test('may be done over and over', async () => {
    for (const user of ['u', 'v', 'w'])
      await story.send(view(`of-${user}`), identify(user, `of-${user}`));
    await merge('v', 'w');
    await merge('u', 'v');
    const { otherUserIds, anonymousIds } = await person('of-w');
    expect(otherUserIds).toEqual(['v', 'w']);
    expect(anonymousIds).toEqual(['of-u', 'of-v', 'of-w']);
  });
});

describe('taking an id out of a person', () => {
  test('gives each their own history, memberships and traits back', async () => {
    await story.define('twice', TWICE);
    await story.define('pages', PAGES);
    await story.send(view('a', { path: '/one' }), { userId: 'u', path: '/two' });
    await story.send(identify('u', 'a', { traits: { plan: 'pro' } }));
    expect(await story.members('twice')).toEqual(['u']);
    await story.wait(1_000);
    const logged = (await story.log()).length;
    const outcome = await unmerge('u', 'a');
    const stranger = await person('a');
    expect(outcome).toEqual({
      ...{ kind: 'unmerged', profile: (await person('u')).id, split: stranger.id },
    });
    expect(stranger).toMatchObject({ anonymousIds: ['a'], parts: [stranger.id] });
    expect(stranger.userId).toBeUndefined();
    expect(stranger.state).toMatchObject({ known: false, traits: {}, firstSeenMs: START_MS });
    const user = await person('u');
    expect(user).toMatchObject({ userId: 'u', anonymousIds: [], parts: [user.id] });
    expect(user.state).toMatchObject({ known: true, traits: { plan: { value: 'pro' } } });
    expect(await story.members('twice')).toEqual([]);
    expect(await story.members('pages')).toEqual(['a', 'u']);
    // The user never left the pages, whoever is told apart enters them; two views are nobody's now.
    expect((await story.log()).slice(logged)).toEqual(['-1000 unmerge', '+1000 unmerge']);
    for (const id of ['u', 'a']) {
      expect((await story.why(id, 'pages')).enteredAt).toBe(new Date(START_MS).toISOString());
    }
  });

  test('tells others what is news, and nothing that was so anyway', async () => {
    await story.define('twice', TWICE);
    await story.define('pages', PAGES);
    await story.define('one-page', { did: 'page', times: { eq: 1 } });
    await story.send(view('a'), { userId: 'u' }, identify('u', 'a'));
    await told();
    await unmerge('u', 'a');
    const news = await told();
    expect(
      news.map(({ type, cause, segment, profile }) => [
        ...[type, cause, segment.id, profile.userId ?? profile.anonymousIds[0]],
      ]),
    ).toEqual([
      ['segment.left', 'unmerge', 'twice', 'u'],
      ['segment.entered', 'unmerge', 'one-page', 'u'],
      ['segment.entered', 'unmerge', 'one-page', 'a'],
    ]);
  });

  test('lasts: what the device does is its own until it identifies again', async () => {
    await story.send(view('a'), identify('u', 'a'));
    await story.wait(1_000);
    await unmerge('u', 'a');
    const stranger = (await person('a')).id;
    const user = (await person('u')).id;
    await story.wait(1_000);
    await story.send(view('a'), view('a', { atMs: START_MS }));
    // Told late, from before: it is the user's, as it says, but does not bind the device again.
    await story.send({ userId: 'u', anonymousId: 'a', atMs: START_MS + 500 }, view('a'));
    expect(story.committed.slice(-4).map(({ profile }) => profile)).toEqual([
      ...[stranger, stranger, user, stranger],
    ]);
    await story.wait(1_000);
    await story.send(identify('u', 'a'), view('a'), view('a', { atMs: START_MS + 2_500 }));
    expect(story.committed.slice(-3).map(({ profile }) => profile)).toEqual([user, user, stranger]);
    expect(await person(`prf_${stranger.toString(36)}`), 'the past stays apart').toMatchObject({
      ...{ id: stranger, anonymousIds: ['a'] },
    });
  });

  test('lasts over a restart, and another device of the user stays theirs', async () => {
    await story.send(view('a'), identify('u', 'a'), view('b'), identify('u', 'b'));
    await unmerge('u', 'a');
    await story.wait(1_000);
    story = await story.restart();
    await story.send(view('a'), view('b'));
    const owners = [(await person('a')).id, (await person('u')).id];
    expect(story.committed.map(({ profile }) => profile)).toEqual(owners);
    expect(await whose('a', 'b')).toEqual(['a', 'u']);
    expect((await person('u')).anonymousIds).toEqual(['b']);
  });

  test('under which nothing is filed leaves nobody until it acts', async () => {
    await story.define('no-docs', { not: { did: 'page', where: { path: '/docs' } } });
    await story.send(identify('u', 'a'));
    expect(await unmerge('u', 'a')).toEqual({ kind: 'unmerged', profile: (await person('u')).id });
    expect(await story.person('a')).toBeUndefined();
    await story.define('later', { not: { did: 'page', where: { path: '/later' } } });
    await story.built('later');
    await story.wait(1_000);
    expect(await story.members('no-docs')).toEqual(['u']);
    await story.send(identify('u', undefined), view('a', { path: '/' }));
    expect(await whose('a')).toEqual(['a']);
    expect(await story.members('no-docs')).toEqual(['a', 'u']);
    expect(await story.members('later')).toEqual(['a', 'u']);
  });

  test('is for the time it was theirs, on a device that others use too', async () => {
    await story.send(view('a'), identify('u', 'a'));
    await story.wait(1_000);
    await story.send(identify('v', 'a'), view('a'));
    await story.wait(1_000);
    await story.send(identify('u', 'a'), view('a'));
    await unmerge('u', 'a');
    const [stranger, v] = [await person('a'), await person('v')];
    expect(v.anonymousIds).toEqual(['a']);
    expect(stranger.parts).toHaveLength(1);
    for (const atMs of [START_MS, START_MS + 1_500, START_MS + 2_500]) {
      await story.send(view('a', { atMs }));
    }
    expect(story.committed.slice(-3).map(({ profile }) => profile)).toEqual([
      ...[stranger.id, v.id, stranger.id],
    ]);
  });

  test('undoes a merge of two known users', async () => {
    await story.define('twice', TWICE);
    await story.send({ userId: 'u' }, { userId: 'v' }, view('b'), identify('v', 'b'));
    const before = await person('v');
    await merge('u', 'v');
    // What is sent as either stays theirs to take along.
    await story.send({ userId: 'v' });
    await unmerge('u', 'v');
    expect(await story.members('twice')).toEqual(['u', 'v']);
    const after = await person('v');
    expect(after).toMatchObject({ id: before.id, userId: 'v', state: { known: true } });
    expect(await person('u')).toMatchObject({ anonymousIds: ['b'] });
    expect((await person('u')).otherUserIds).toBeUndefined();
    await story.send({ userId: 'v' });
    expect(story.committed.at(-1)?.profile).toBe(before.id);
  });

  test('that is not theirs, or that they began with, is refused and changes nothing', async () => {
    await story.send(view('a'), identify('u', 'a'), view('b'));
    const { id } = await person('u');
    for (const other of ['b', 'nobody', 'e@x.org']) {
      expect(await unmerge('u', other)).toEqual({ kind: 'not_theirs' });
    }
    expect(await unmerge('u', 'u')).toEqual({ kind: 'own' });
    expect(await unmerge('b', 'b')).toEqual({ kind: 'own' });
    expect(await story.writer.unmergeIdentity(SITE, 12_345, 'a')).toEqual({ kind: 'gone' });
    expect(await story.writer.unmergeIdentity(2, id, 'a')).toEqual({ kind: 'gone' });
    await unmerge('u', 'a');
    expect(await unmerge('u', 'a'), 'it is theirs no more').toEqual({ kind: 'not_theirs' });
  });

  test('of a person whom a new definition has not reached yet brings both up to it', async () => {
    // More people than the back-fill looks at in one step, all of them before this one.
    const numbers = Array.from({ length: 20_000 }, (_, index) => `${index}`);
    const last = numbers.find((id) => bucketOf(SITE, id) === BUCKETS - 1) ?? '';
    const before = numbers.filter((id) => bucketOf(SITE, id) < BUCKETS / 2).slice(0, 250);
    await story.send(...before.map((id) => view(id)));
    await story.send(view('a'), { userId: last }, identify(last, 'a'));
    const { id } = await person(last);
    const [, outcome] = await Promise.all([
      story.define('pages', PAGES),
      story.writer.unmergeIdentity(SITE, id, 'a'),
    ]);
    expect(outcome).toMatchObject({ kind: 'unmerged' });
    expect((await story.log()).at(-1)).toBe('+0 unmerge');
    await story.built('pages');
    expect(await story.members('pages')).toEqual([...before, last, 'a'].sort());
    const causes = await story.log();
    expect(
      causes.filter((cause) => cause === '+0 unmerge'),
      'but for the one who is new',
    ).toHaveLength(1);
  });
});
