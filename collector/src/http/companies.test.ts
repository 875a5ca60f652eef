import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, FIRST, startApi, view, type Wire } from '../../testing/api.ts';
import type {
  ExplainAnswer,
  MemberAnswer,
  MembershipAnswer,
  Page,
  SegmentAnswer,
} from '../query/answers.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const PRO: Wire = {
  ...{ id: 'pro', name: 'Pro companies', kind: 'explicit' },
  if: { account: 'plan', is: 'pro' },
};
const TEAM: Wire = {
  ...{ id: 'team', name: 'Buying team', kind: 'implicit' },
  if: {
    account: {
      did: 'page',
      where: { path: '/pricing' },
      distinct: 'person',
      times: 2,
      within: '1h',
    },
  },
};

function grouped(anonymousId: string, groupId: string, traits: Wire = {}): Wire {
  return { type: 'group', anonymousId, groupId, traits };
}

async function members(id: string): Promise<readonly string[]> {
  const { json } = await api.ask<Page<MemberAnswer>>(`/v1/segments/${id}/members`);
  return json.data.flatMap(({ anonymousIds }) => anonymousIds).sort();
}

test('a trait of a company makes members of all of its people', async () => {
  await api.define(PRO);
  await api.send(grouped('a', 'acme'), grouped('b', 'acme'), grouped('c', 'other'));
  expect(await members('pro')).toEqual([]);
  await api.send(grouped('a', 'acme', { plan: 'pro' }));
  expect(await members('pro')).toEqual(['a', 'b']);
  await api.send(grouped('b', 'acme', { plan: 'free' }));
  expect(await members('pro')).toEqual([]);
});

test('what two people of a company did makes members of both, until it lapses', async () => {
  await api.define(TEAM);
  await api.send(grouped('a', 'acme'), grouped('b', 'acme'), view('a', '/pricing'));
  expect(await members('team')).toEqual([]);
  await api.send(view('b', '/pricing'));
  expect(await members('team')).toEqual(['a', 'b']);
  const { json } = await api.ask<Page<MembershipAnswer>>('/v1/profiles/a/segments');
  expect(json.data).toMatchObject([{ id: 'team' }]);
  await api.wait(3_600_000);
  expect(await members('team')).toEqual([]);
});

test('somebody who changes the company leaves what the old one brought', async () => {
  await api.define(PRO);
  await api.send(grouped('a', 'acme', { plan: 'pro' }));
  expect(await members('pro')).toEqual(['a']);
  await api.wait(1_000);
  await api.send(grouped('a', 'other'));
  expect(await members('pro')).toEqual([]);
});

test('why somebody is in it is told', async () => {
  await api.define(PRO);
  await api.send(grouped('a', 'acme', { plan: 'pro' }), grouped('b', 'other', { plan: 'free' }));
  const explain = async (id: string) =>
    (await api.ask<ExplainAnswer>(`/v1/profiles/${id}/explain/pro`)).json;
  const own = { op: 'account', true: true, value: 'pro' };
  expect(await explain('a')).toMatchObject({ member: true, tree: own });
  expect(await explain('b')).toMatchObject({ member: false, tree: { op: 'account', true: false } });
});

test('it is saved, listed and said in words like any other', async () => {
  await api.define(TEAM);
  const { json } = await api.ask<SegmentAnswer>('/v1/segments/team', { key: FIRST.readKey });
  expect(json).toMatchObject({ if: TEAM.if, status: 'live', size: 0 });
  expect(json.words).toMatch(/compan|account/i);
});
