import type { Page } from '@playwright/test';
import type { EventAnswer, Page as Listed } from '../collector/src/query/answers.ts';
import type { Collector } from './collector.ts';
import { expect, test } from './fixtures.ts';

/** Each part would leave an element behind if it were taken for markup. */
const MARK = 'attack';
const SCRIPT = `"'><img class=${MARK} src=x onerror="window.hacked=1"><script class=${MARK}>window.hacked=1</script>`;
/** Where less has room. */
const SHORT = `"'><img class=${MARK} src=x onerror=hacked=1>`;
const ADDRESS = `javascript:window.hacked=1//${MARK}`;

async function send(collector: Collector, ...batch: readonly object[]): Promise<void> {
  const body = JSON.stringify({ writeKey: collector.writeKey, batch });
  const response = await fetch(`${collector.url}/v1/batch`, { method: 'POST', body });
  expect(response.status).toBe(200);
}

/** Whatever a page shows is text: no element of an attacker's, and nothing of theirs was run. */
async function expectHarmless(page: Page): Promise<void> {
  expect(await traces(page)).toEqual([]);
}

async function traces(page: Page): Promise<readonly string[]> {
  const found = await page.evaluate((mark) => {
    const elements = [...document.querySelectorAll(`.${mark}, [href^="javascript:"]`)];
    const ran = Reflect.get(window, 'hacked') === undefined ? [] : ['a script of theirs ran'];
    return [...elements.map(({ outerHTML }) => outerHTML), ...ran];
  }, MARK);
  return found;
}

test('the dashboard runs no script that stands in a stored field, and shows it as text', async ({
  page,
  collector,
}) => {
  page.on('dialog', (dialog) => {
    throw new Error(`A script of theirs said: ${dialog.message()}`);
  });
  const body = { id: 'all', name: SCRIPT, description: SCRIPT, tags: [SHORT], kind: 'implicit' };
  const condition = { any: [{ did: 'page' }, { did: SCRIPT, where: { [SCRIPT]: SCRIPT } }] };
  await collector.api('/v1/segments', { method: 'POST', body: { ...body, if: condition } });
  const who = { userId: SCRIPT, anonymousId: SCRIPT };
  const properties = {
    [SCRIPT]: SCRIPT,
    title: SCRIPT,
    url: ADDRESS,
    path: SCRIPT,
    referrer: ADDRESS,
  };
  const context = { page: properties, userAgent: SCRIPT, campaign: { name: SCRIPT } };
  const events = [
    { type: 'page', ...who, name: SCRIPT, properties, context },
    { type: 'track', ...who, event: SCRIPT, properties, context },
    {
      type: 'identify',
      ...who,
      traits: { ...properties, email: SCRIPT, name: SCRIPT, website: ADDRESS },
    },
    { type: 'group', ...who, groupId: SCRIPT, traits: properties },
    { type: SCRIPT, ...who },
  ];
  await send(collector, ...events);
  const { data } = await collector.api<Listed<EventAnswer>>('/v1/events');
  expect(data).toHaveLength(4);

  await page.goto('/');
  await page.getByLabel('Secret key', { exact: true }).fill(collector.secretKey);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Segments', level: 1 })).toBeVisible();
  for (const path of [
    ...['/segments', '/segments/all', '/profiles', `/profiles/${data[0]?.profile}`],
    ...[`/profiles/${encodeURIComponent(SCRIPT)}`, '/live', '/install'],
  ]) {
    await page.goto(path);
    if (path === '/live') await send(collector, ...events);
    if (path !== '/install') await expect(page.getByText(MARK).first()).toBeVisible();
    await expectHarmless(page);
  }
});

test('a page that takes such a field for markup would be found out', async ({ page }) => {
  await page.goto('/');
  await page.evaluate((text) => {
    document.body.insertAdjacentHTML('beforeend', text);
  }, SCRIPT);
  expect(await traces(page)).toHaveLength(2);
});
