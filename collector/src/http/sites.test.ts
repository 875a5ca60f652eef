import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, FIRST, SECOND, SITES, startApi, view, viewers } from '../../testing/api.ts';
import type {
  EventAnswer,
  MemberAnswer,
  NewSiteAnswer,
  Page,
  ProfileAnswer,
  SegmentAnswer,
  SiteAnswer,
} from '../query/answers.ts';
import { SITES_MAX } from '../store/sites.ts';

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await api.end();
});

const SECONDS = { key: SECOND.secretKey };

/** The first site has people, events and a segment; the second has nothing. */
async function fillFirst(): Promise<{ readonly profile: string; readonly next: string | null }> {
  await api.define(viewers('pricing', '/pricing'));
  await api.send(view('a', '/pricing'), { type: 'identify', anonymousId: 'a', userId: 'ada' });
  await api.send(view('b', '/pricing'));
  const { json: ada } = await api.ask<ProfileAnswer>('/v1/profiles/ada');
  const { json } = await api.ask<Page<unknown>>('/v1/segments/pricing/members?limit=1');
  return { profile: ada.id, next: json.next };
}

describe('the key of another site', () => {
  test('lists nothing', async () => {
    await fillFirst();
    for (const path of ['/v1/segments', '/v1/profiles', '/v1/profiles?q=a', '/v1/events']) {
      const { json } = await api.ask<Page<unknown>>(path, SECONDS);
      expect(json, path).toEqual({ data: [], next: null });
    }
    const { json } = await api.ask<Page<{ installed: boolean }>>('/v1/catalogue', SECONDS);
    expect(json.data.some(({ installed }) => installed)).toBe(false);
  });

  test('finds nothing, by whatever id', async () => {
    const { profile, next } = await fillFirst();
    const paths = [
      ...['', '/count', '/members', `/members?cursor=${next}`].map(
        (of) => `/segments/pricing${of}`,
      ),
      ...['a', 'ada', profile].flatMap((id) =>
        ['', '/events', '/segments', '/explain/pricing'].map((of) => `/profiles/${id}${of}`),
      ),
    ];
    for (const path of paths) {
      expect(await api.problem(`/v1${path}`, SECONDS), path).toMatchObject({ code: 'not_found' });
    }
  });

  test('changes nothing', async () => {
    await fillFirst();
    const body = viewers('pricing', '/other');
    for (const method of ['PUT', 'DELETE']) {
      const asked = { ...SECONDS, method, body };
      expect(await api.problem('/v1/segments/pricing', asked)).toMatchObject({ status: 404 });
    }
    expect((await api.ask('/v1/segments/pricing')).json).toMatchObject({ version: 1, size: 2 });
  });
});

describe('sites may use the same names', () => {
  test('for segments, and each counts its own', async () => {
    await fillFirst();
    const saved = await api.ask('/v1/segments', {
      ...{ ...SECONDS, method: 'POST' },
      body: viewers('pricing', '/preise'),
    });
    expect(saved.status).toBe(201);
    await api.sendTo(SECOND.writeKey, view('z', '/preise'), view('y', '/pricing'));
    const members = async (key: string) => {
      const path = '/v1/segments/pricing/members';
      const { json } = await api.ask<Page<MemberAnswer>>(path, { key });
      return json.data.map(({ userId, anonymousIds }) => userId ?? anonymousIds[0]).sort();
    };
    expect(await members(FIRST.secretKey)).toEqual(['ada', 'b']);
    expect(await members(SECOND.secretKey)).toEqual(['z']);
    await api.request('/v1/segments/pricing', { ...SECONDS, method: 'DELETE' });
    expect(await members(FIRST.secretKey)).toEqual(['ada', 'b']);
  });

  test('for people, who are not one', async () => {
    const { profile } = await fillFirst();
    await api.sendTo(SECOND.writeKey, { type: 'identify', anonymousId: 'a', userId: 'ada' });
    const { json } = await api.ask<ProfileAnswer>('/v1/profiles/ada', SECONDS);
    expect(json).toMatchObject({ userId: 'ada', segments: [] });
    expect(json.id).not.toBe(profile);
  });

  test('for messages, each of which counts', async () => {
    const event = view('a', '/pricing', { messageId: 'same' });
    expect(await api.send(event)).toMatchObject({ accepted: 1 });
    expect(await api.sendTo(SECOND.writeKey, event)).toMatchObject({ accepted: 1, duplicate: 0 });
    expect(await api.sendTo(SECOND.writeKey, event)).toMatchObject({ accepted: 0, duplicate: 1 });
    for (const key of [FIRST.secretKey, SECOND.secretKey]) {
      const { json } = await api.ask<Page<EventAnswer>>('/v1/events', { key });
      expect(json.data.map(({ messageId }) => messageId)).toEqual(['same']);
    }
  });

  test('even of both in one transaction', async () => {
    const event = view('a', '/pricing', { messageId: 'same' });
    const [one, two] = await Promise.all([api.send(event), api.sendTo(SECOND.writeKey, event)]);
    expect([one.accepted, two.accepted]).toEqual([1, 1]);
  });
});

describe('several sites', () => {
  const make = <T>(body: unknown, key: string = FIRST.secretKey) =>
    api.ask<T>('/v1/sites', { method: 'POST', key, body });

  test('a new one has keys, a score and ready-made segments of its own', async () => {
    await fillFirst();
    const made = await make<NewSiteAnswer>({ name: ' Shop ', timeZone: 'Asia/Tokyo' });
    expect(made).toMatchObject({ status: 201, json: { name: 'Shop', timeZone: 'Asia/Tokyo' } });
    const { writeKey, secretKey: key, id } = made.json;
    expect(await api.sendTo(writeKey, view('a', '/pricing'))).toMatchObject({ accepted: 1 });
    const { json: people } = await api.ask<Page<ProfileAnswer>>('/v1/profiles', { key });
    expect(people.data).toMatchObject([{ anonymousIds: ['a'] }]);
    const { json: segments } = await api.ask<Page<SegmentAnswer>>('/v1/segments', { key });
    expect(segments.data.map((each) => each.id).sort()).toEqual([
      'pricing-returners',
      'product-comparers',
    ]);
    expect(await api.ask('/v1/scores/lead', { key })).toMatchObject({ status: 200 });
    expect(await api.ask('/v1/sites/current', { key })).toMatchObject({ json: { id } });
    const { json: first } = await api.ask<Page<ProfileAnswer>>('/v1/profiles');
    expect(first.data).toHaveLength(2);
  });

  test('its days are those of UTC unless it says otherwise', async () => {
    const { json } = await make<NewSiteAnswer>({ name: 'Shop' });
    expect(json.timeZone).toBe('UTC');
  });

  test('the default site’s keys see all of them, others their own', async () => {
    await make({ name: 'Shop' });
    const names = async (key: string) => {
      const { json } = await api.ask<Page<SiteAnswer>>('/v1/sites', { key });
      return json.data.map(({ name }) => name);
    };
    expect(await names(FIRST.readKey)).toEqual(['Site 1', 'Site 2', 'Shop']);
    expect(await names(SECOND.secretKey)).toEqual(['Site 2']);
  });

  test('only the default site’s admin keys make one', async () => {
    const asked = { method: 'POST', body: { name: 'Shop' } };
    for (const key of [SECOND.secretKey, FIRST.readKey]) {
      expect(await api.problem('/v1/sites', { ...asked, key })).toMatchObject({
        ...{ status: 403, code: 'forbidden' },
      });
    }
    expect((await api.ask<Page<SiteAnswer>>('/v1/sites')).json.data).toHaveLength(2);
  });

  test.each([
    ['no name', {}, '/name'],
    ['an empty name', { name: ' ' }, '/name'],
    ['an offset for a zone', { name: 'Shop', timeZone: '+01:00' }, '/timeZone'],
    ['a zone that is none', { name: 'Shop', timeZone: 'Mars/Base' }, '/timeZone'],
    ['what nobody knows', { name: 'Shop', domain: 'shop.example' }, ''],
  ])('with %s it is refused', async (_, body, pointer) => {
    expect(await api.problem('/v1/sites', { method: 'POST', body })).toMatchObject({
      ...{ status: 400, code: 'invalid_request', errors: [{ pointer }] },
    });
    expect((await api.ask<Page<SiteAnswer>>('/v1/sites')).json.data).toHaveLength(2);
  });

  test(`there are at most ${SITES_MAX}`, async () => {
    for (let count = SITES.length; count < SITES_MAX; count += 1) await make({ name: 'Shop' });
    const asked = { method: 'POST', body: { name: 'One too many' } };
    expect(await api.problem('/v1/sites', asked)).toMatchObject({
      ...{ status: 409, code: 'conflict', limit: SITES_MAX },
    });
  });
});

test('a day is the day of the site’s own time zone', async () => {
  const body = viewers('two-days', '', { if: { did: 'page', distinct: 'day', times: 2 } });
  // Half an hour before and after midnight in Tokyo.
  const views = ['2027-01-14T14:30:00Z', '2027-01-14T15:30:00Z'].map((timestamp) =>
    view('a', '/', { timestamp }),
  );
  for (const { secretKey, writeKey } of [FIRST, SECOND]) {
    await api.request('/v1/segments', { method: 'POST', key: secretKey, body });
    await api.sendTo(writeKey, ...views);
  }
  const memberOf = async (key: string) => {
    const answer = await api.ask<{ member: boolean }>('/v1/profiles/a/explain/two-days', { key });
    return answer.json.member;
  };
  expect(await memberOf(FIRST.secretKey)).toBe(false);
  expect(await memberOf(SECOND.secretKey)).toBe(true);
});
