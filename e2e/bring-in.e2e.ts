import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

const FILE = [
  'type,event,userId,timestamp,traits.plan',
  'identify,,u1,,pro',
  `track,Bought,u1,${new Date(Date.now() - 86_400_000).toISOString()},`,
  'track,Bought,u2,yesterday,',
].join('\n');

test('an empty dashboard leads to a file, which is tried first and then brought in', async ({
  page,
  collector,
}) => {
  await page.goto('/');
  await page.getByLabel('Secret key', { exact: true }).fill(collector.secretKey);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'begin with a past' }).click();
  await expect(page.getByText('npm run demo')).toBeVisible();
  const file = { name: 'past.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) };
  await page.getByLabel('File to bring in').setInputFiles(file);
  await expect(page.getByText('2 rows would be stored')).toBeVisible();
  await expect(page.getByText('Line 4 timestamp must be an ISO 8601 time')).toBeVisible();
  const events = async () =>
    (await collector.api<{ data: readonly unknown[] }>('/v1/events')).data.length;
  expect(await events()).toBe(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole('button', { name: 'Bring in 2 rows' }).click();
  await expect(page.getByText('2 rows stored')).toBeVisible();
  expect(await events()).toBe(2);
});
