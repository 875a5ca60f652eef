import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, FIRST, START_MS, startApi, view } from '../../testing/api.ts';
import { type Served, serveApp } from '../../testing/serve-app.ts';
import type {
  ExplainAnswer,
  MemberAnswer,
  NearAnswer,
  Page,
  SiteAnswer,
} from '../query/answers.ts';
import { DEMO_PEOPLE, DEMO_SITE, type Filled, fillDemo, removeDemo } from './fill.ts';
import { demoStory } from './story.ts';

let api: Api;
let served: Served;
beforeEach(async () => {
  api = await startApi();
  served = await serveApp(api.app.fetch);
});
afterEach(async () => {
  expect(api.reported).toEqual([]);
  await served.close();
  await api.end();
});

const owner = () => ({ host: served.url, secretKey: FIRST.secretKey });

function sizes({ segments }: Filled): Readonly<Record<string, number>> {
  return Object.fromEntries(segments.map(({ name, size }) => [name, size]));
}

test('the story is the same for the same moment, ordered, and all of it is past', () => {
  const story = demoStory(START_MS, DEMO_PEOPLE);
  expect(demoStory(START_MS, DEMO_PEOPLE)).toEqual(story);
  const times = story.map(({ timestamp }) => Date.parse(timestamp));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBeLessThan(START_MS);
  expect(times[0]).toBeGreaterThan(START_MS - 31 * 86_400_000);
});

test('segments are filled with who, since when and why, and with who is one step away', async () => {
  const filled = await fillDemo(owner(), START_MS);
  for (const [name, size] of Object.entries(sizes(filled))) {
    expect(size, name).toBeGreaterThan(3);
    expect(size, name).toBeLessThan(DEMO_PEOPLE);
  }
  const { secretKey: key } = filled;
  const of = '/v1/segments/pricing-returners';
  const { data } = (await api.ask<Page<MemberAnswer>>(`${of}/members`, { key })).json;
  const days = new Set(data.map(({ enteredAt }) => enteredAt.slice(0, 10)));
  expect(days.size).toBeGreaterThan(3);
  const [member] = data;
  const why = `/v1/profiles/${member?.id}/explain/pricing-returners`;
  expect((await api.ask<ExplainAnswer>(why, { key })).json).toMatchObject({ member: true });
  const near = (await api.ask<Page<NearAnswer>>(`${of}/near`, { key })).json.data;
  expect(near.length).toBeGreaterThan(10);
});

test('it touches no other site, is not filled twice, and goes without a trace', async () => {
  await api.send(view('real', '/pricing'));
  const filled = await fillDemo(owner(), START_MS);
  await expect(fillDemo(owner(), START_MS)).rejects.toThrow('npm run demo -- --remove');
  const own = (await api.ask<Page<unknown>>('/v1/profiles')).json.data;
  expect(own).toHaveLength(1);

  expect(await removeDemo(owner())).toBe(true);
  const { data } = (await api.ask<Page<SiteAnswer>>('/v1/sites')).json;
  expect(data.map(({ name }) => name)).not.toContain(DEMO_SITE);
  const gone = await api.problem('/v1/profiles', { key: filled.secretKey });
  expect(gone.code).toBe('unknown_key');
  expect((await api.ask<Page<unknown>>('/v1/profiles')).json.data).toEqual(own);
  // Its rows go in steps.
  const left = async () => {
    await api.wait(1_000);
    const { rows } = await api.database.$client.execute(
      'SELECT count(*) FROM event WHERE site > 2 UNION ALL SELECT count(*) FROM profile WHERE site > 2',
    );
    return rows.map((row) => Number(row[0]));
  };
  await expect.poll(left, { timeout: 20_000 }).toEqual([0, 0]);
  expect(await removeDemo(owner())).toBe(false);
});

test('who has no admin key of the default site learns why it does not go', async () => {
  const other = { ...owner(), secretKey: FIRST.readKey };
  await expect(fillDemo(other, START_MS)).rejects.toThrow('admin');
  const nobody = { ...owner(), host: 'http://127.0.0.1:9' };
  await expect(fillDemo(nobody, START_MS)).rejects.toThrow('npm start');
});
