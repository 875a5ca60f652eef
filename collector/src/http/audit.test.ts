import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, SECOND, startApi, view, viewers } from '../../testing/api.ts';
import type { AuditAnswer } from '../query/answers.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const audit = async (body: unknown = {}) =>
  (await api.ask<AuditAnswer>('/v1/audit', { method: 'POST', body })).json;

describe('an audit', () => {
  beforeEach(async () => {
    await api.define(viewers('pricing', '/pricing'));
    await api.define(viewers('docs', '/docs'));
    await api.send(view('a', '/pricing'), view('b', '/docs'), view('c', '/other'));
  });

  test('holds every membership against the log', async () => {
    expect(await audit()).toEqual({
      ...{ checked: 6, people: 3, different: 0, differing: [] },
      sizes: { checked: 2, differing: [] },
    });
    expect(await audit({ segment: 'docs' })).toMatchObject({ checked: 3, sizes: { checked: 1 } });
    expect(await audit({ sample: 2 })).toMatchObject({ checked: 4, people: 2 });
  });

  test('sees everybody once, wherever it begins', async () => {
    for (let step = 0; step < 8; step += 1) {
      api.nowMs += 127;
      expect(await audit()).toMatchObject({ checked: 6, people: 3, different: 0 });
    }
  });

  test('of what has lapsed and is not settled yet finds nothing amiss', async () => {
    api.nowMs += 10 * 60_000;
    expect(await audit()).toMatchObject({ checked: 6, different: 0 });
  });

  test('is right while events flow', async () => {
    const sent = Array.from({ length: 40 }, async (_, index) => {
      const who = `w${index % 20}`;
      await api.send(view(who, '/pricing'), view(who, '/docs'));
      await api.send({ type: 'identify', userId: `u${index % 20}`, anonymousId: who });
    });
    const audits = Array.from({ length: 10 }, () => audit());
    for (const told of await Promise.all(audits)) expect(told.differing).toEqual([]);
    await Promise.all(sent);
    expect(await audit()).toMatchObject({ people: 23, different: 0 });
  });

  test.each([{ sample: 0 }, { sample: 'all' }, { segments: ['docs'] }, []])(
    'asked as %j is refused',
    async (body) => {
      const problem = await api.problem('/v1/audit', { method: 'POST', body });
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    },
  );

  test('of a segment of another site is refused', async () => {
    const question = { method: 'POST', body: { segment: 'docs' }, key: SECOND.secretKey };
    expect((await api.problem('/v1/audit', question)).status).toBe(404);
  });
});
