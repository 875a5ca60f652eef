import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, startApi, view, viewers } from '../../testing/api.ts';
import { type Receiver, startReceiver } from '../../testing/receiver.ts';
import type { ExportAnswer } from '../query/privacy-answers.ts';
import type { PersonalTable } from '../store/personal.ts';

const DAY_MS = 86_400_000;

let api: Api;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  api = await startApi({}, { scored: true });
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
  await receiver.close();
});

const exported = async (id: string) =>
  (await api.ask<ExportAnswer>(`/v1/profiles/${id}/export`)).json;

/** Somebody of whom every table has a row, beside somebody of whom nothing is to be told. */
async function liveLife(): Promise<void> {
  await api.ask('/v1/sites/current', { method: 'PUT', body: { identifyByEmail: true } });
  const hook = { url: `${receiver.url}/hook`, types: ['segment.entered', 'segment.left'] };
  await api.ask('/v1/webhooks', { method: 'POST', body: hook });
  await api.define(viewers('pricing', '/pricing'));
  await api.define({
    ...{ id: 'pro', name: 'Pro companies', kind: 'explicit' },
    if: { account: 'plan', is: 'pro' },
  });
  for (const who of ['ada', 'bob']) {
    await api.send(
      view(`${who}-phone`, '/pricing', { messageId: `${who}-message` }),
      { type: 'group', anonymousId: `${who}-phone`, groupId: `${who}-corp`, traits: { plan: who } },
      {
        ...{ type: 'identify', anonymousId: `${who}-phone`, userId: who },
        traits: { email: `${who}@example.com`, secret: `${who}-trait` },
      },
    );
  }
  await api.sendOut();
}

/** How a row of each table shows in an export. */
const SHOWN: Readonly<Record<PersonalTable, (told: ExportAnswer) => unknown>> = {
  identity: ({ identities }) => identities.map(({ kind, value }) => `${kind} ${value}`),
  profile: ({ profile }) => [profile.userId, ...profile.emails, profile.traits.secret],
  identityLog: ({ identityLog }) => identityLog.map(({ action }) => action),
  accountPerson: ({ companies }) => companies.map(({ id }) => id),
  event: ({ events }) => events.map(({ type, groupId }) => groupId ?? type),
  message: ({ events }) => events.map(({ messageId }) => messageId),
  member: ({ memberships }) => memberships.map(({ segment }) => segment),
  memberLog: ({ membershipLog }) =>
    membershipLog.map(({ segment, direction }) => `${segment} ${direction}`),
  outbox: ({ messages }) => messages.map(({ message }) => message.type),
  delivery: ({ deliveries }) => deliveries.map(({ type, state }) => `${type} ${state}`),
  attempt: ({ deliveries }) =>
    deliveries.flatMap(({ attempts }) => attempts.map(({ status }) => status)),
};

const LIFE: Readonly<Record<PersonalTable, readonly unknown[]>> = {
  identity: ['user ada', 'anonymous ada-phone', 'email ada@example.com'],
  profile: ['ada', 'ada@example.com', 'ada-trait'],
  identityLog: ['merge', 'link'],
  accountPerson: ['ada-corp'],
  event: ['page', 'ada-corp', 'identify'],
  message: ['ada-message'],
  member: ['pricing'],
  memberLog: ['pricing entered'],
  outbox: ['segment.entered'],
  delivery: ['segment.entered delivered'],
  attempt: [200],
};

describe('an export', () => {
  beforeEach(liveLife);

  test.each(Object.keys(LIFE) as PersonalTable[])('has what %s keeps of somebody', async (name) => {
    const told = SHOWN[name](await exported('ada'));
    const expected = LIFE[name];
    expect(told).toEqual(expect.arrayContaining([...expected]));
  });

  test('is the same by any of their ids, and has nothing of anybody else', async () => {
    const response = await api.request('/v1/profiles/ada-phone/export');
    expect(response.headers.get('Content-Disposition')).toMatch(/^attachment; filename="prf_/);
    const text = await response.text();
    expect(JSON.parse(text)).toEqual(await exported('ada'));
    expect(text).not.toContain('bob');
    expect(JSON.parse(text)).toMatchObject({ scores: [{ id: 'lead' }] });
  });

  test('has all events of somebody who did more than one page holds, each once', async () => {
    for (let batch = 0; batch < 3; batch += 1) {
      await api.send(
        ...Array.from({ length: 150 }, () => view('ada-phone', '/', { userId: 'ada' })),
      );
    }
    const { events } = await exported('ada');
    expect(events.length).toBe(453);
    expect(new Set(events.map(({ id }) => id)).size).toBe(453);
  });

  test('has what was rejected and names an id that was theirs alone', async () => {
    const wrong = (who: string) => ({
      ...{ type: 'nonsense', userId: who, anonymousId: 'shared', messageId: `${who}-wrong` },
    });
    await api.send(wrong('ada'), wrong('bob'));
    await api.send(view('shared', '/', { userId: 'ada' }), view('shared', '/', { userId: 'bob' }));
    const { rejected } = await exported('ada');
    expect(rejected).toMatchObject([{ messageId: 'ada-wrong', event: { userId: 'ada' } }]);
    await api.wait(31 * DAY_MS);
    expect((await exported('ada')).rejected).toEqual([]);
  });

  test('has of a shared device only the time that was theirs', async () => {
    await api.wait(1_000);
    await api.send({ type: 'identify', anonymousId: 'ada-phone', userId: 'bob' });
    const [, phone] = (await exported('ada')).identities;
    expect(phone).toMatchObject({ value: 'ada-phone', periods: [{ until: expect.any(String) }] });
    expect(phone?.periods).toHaveLength(1);
  });

  test('is for whoever administers the site alone', async () => {
    const path = '/v1/profiles/ada/export';
    expect(await api.problem(path, { key: FIRST.readKey })).toMatchObject({ code: 'forbidden' });
    expect(await api.problem(path, { key: SECOND.secretKey })).toMatchObject({ code: 'not_found' });
    expect(await api.problem('/v1/profiles/nobody/export')).toMatchObject({ code: 'not_found' });
  });
});
