import { createHmac } from 'node:crypto';
import type { NewKeyAnswer } from '../collector/src/query/answers.ts';
import { expect, test } from './fixtures.ts';
import { profileOf } from './questions.ts';
import { serveSite } from './site.ts';
import { flush, idsOf } from './visitor.ts';

test('a user is known where the page has the proof of the site’s server, and nowhere else', async ({
  page,
  context,
  collector,
}) => {
  const wish = { method: 'POST', body: { name: 'Proofs', role: 'identity' } };
  const { value } = await collector.api<NewKeyAnswer>('/v1/keys', wish);
  await collector.api('/v1/sites/current', { method: 'PUT', body: { verifyIdentity: true } });
  const proof = createHmac('sha256', value).update('ada').digest('hex');
  await serveSite(context, collector, {
    '/account': { attributes: `data-identity-token="${proof}"` },
    '/forged': {},
  });

  await page.goto('/forged');
  await page.evaluate(() => window.inkling.identify('ada', { plan: 'forged' }));
  await flush(page);
  const { anonymousId = '' } = await idsOf(page);
  await page.goto('/account');
  await page.evaluate(() => window.inkling.identify('ada', { plan: 'pro' }));
  await flush(page);

  const profile = await profileOf(collector, 'ada');
  expect(profile.traits).toEqual({ plan: 'pro' });
  expect(profile.anonymousIds).toContain(anonymousId);
});
