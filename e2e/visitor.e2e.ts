import type { MemberAnswer } from '../collector/src/query/answers.ts';
import type { Definition } from '../collector/src/segments/definition.ts';
import { eventsOf, expectArrived } from './arrived.ts';
import { expect, test } from './fixtures.ts';
import { behaviourIn, explain, install, membersOf, profileOf } from './questions.ts';
import { listen } from './stream.ts';
import { flush, idsOf } from './visitor.ts';

const DAY_MS = 86_400_000;
const EMAIL = 'mara@leafy-offices.example';

test('a visitor shows an intent, gives an address, signs up, and is the same person all along', async ({
  page,
  collector,
}) => {
  await install(collector, 'pricing-returners');
  await install(collector, 'product-comparers');
  await page.clock.install();
  const only = async (segment: string): Promise<MemberAnswer> => {
    const members = await membersOf(collector, segment);
    expect(members).toHaveLength(1);
    const [member] = members;
    if (member === undefined) throw new Error('unreachable');
    return member;
  };
  const open = async (name: string, path: string) => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
    await page.waitForURL(`**${path}`);
  };

  const anonymousId = await test.step('the first visit reads the prices', async () => {
    await page.goto('/demo/');
    await open('Pricing', '/demo/pricing');
    await flush(page);
    const ids = await idsOf(page);
    expect(ids.userId).toBeUndefined();
    return ids.anonymousId ?? '';
  });

  await test.step('once is not enough, and the collector says what is missing', async () => {
    expect(await membersOf(collector, 'pricing-returners')).toEqual([]);
    const explanation = await explain(collector, anonymousId, 'pricing-returners');
    expect(explanation.member).toBe(false);
    const [pricing] = behaviourIn(explanation.tree);
    expect(pricing).toMatchObject({ true: false, count: 1 });
    expect(pricing?.missing).toBeTruthy();
    expect(pricing?.evidence).toHaveLength(1);
  });

  const returned = await test.step('a second session on the prices makes a returner', async () => {
    await page.clock.fastForward('31:00');
    await page.goto('/demo/');
    await open('Pricing', '/demo/pricing');
    await flush(page);
    const member = await only('pricing-returners');
    expect(member.anonymousIds).toEqual([anonymousId]);
    expect(member.userId).toBeUndefined();
    return member;
  });

  await test.step('the evidence is the two visits, and they tell when it lapses', async () => {
    const explanation = await explain(collector, anonymousId, 'pricing-returners');
    expect(explanation.member).toBe(true);
    const [pricing] = behaviourIn(explanation.tree);
    const evidence = pricing?.evidence ?? [];
    const views = (await eventsOf(collector)).filter(
      (event) => event.properties.path === '/demo/pricing',
    );
    expect(evidence.map(({ event }) => event)).toEqual(views.map(({ id }) => id));
    expect(new Set(views.map(({ context }) => context.sessionId)).size).toBe(2);
    const [newest, oldest] = views.map(({ timestamp }) => timestamp);
    expect(returned.enteredAt).toBe(newest);
    const lapses = new Date(Date.parse(oldest ?? '') + 14 * DAY_MS).toISOString();
    expect(returned.leavesAt).toBe(lapses);
    expect(explanation.changesAt).toBe(lapses);
  });

  await test.step('two products make a comparer, one does not', async () => {
    await page.goto('/demo/products/sprout');
    await flush(page);
    expect(await membersOf(collector, 'product-comparers')).toEqual([]);
    await page.goto('/demo/products/canopy');
    await flush(page);
    expect((await only('product-comparers')).id).toBe(returned.id);
    const { tree } = await explain(collector, anonymousId, 'product-comparers');
    const holding = behaviourIn(tree).find((condition) => condition.true);
    expect(holding?.evidence.map(({ value }) => value)).toEqual(['canopy', 'sprout']);
  });

  await test.step('the lead form gives exactly what its owner asked to see', async () => {
    await open('Free guide', '/demo/guide');
    await page.getByLabel('Name').fill('Mara Quist');
    await page.getByLabel('Work e-mail').fill(EMAIL);
    await page.getByLabel('What are you most curious about?').selectOption('office');
    await page.getByLabel('Your biggest challenge').fill('Nobody waters on Fridays');
    await page.getByRole('button', { name: 'Send me the guide' }).click();
    await expect(page.getByRole('heading', { name: 'It is on its way.' })).toBeVisible();
    await expectArrived(collector, page, { 'Form Submitted': 1, 'page /demo/thanks': 1 });
    const events = await eventsOf(collector);
    expect(events.find(({ name }) => name === 'Form Submitted')?.properties.fields).toEqual({
      email: EMAIL,
      topic: 'office',
      challenge: 'Nobody waters on Fridays',
    });
    // The form was sent by GET, so its answers stand in the address of the next page.
    const elsewhere = events.filter(({ name }) => name !== 'Form Submitted');
    expect(JSON.stringify(elsewhere)).not.toContain('mara');
    expect(JSON.stringify(events)).not.toContain('Quist');
  });

  await test.step('signing up stitches the past to the person', async () => {
    await page.goto('/demo/signup?plan=greenhouse');
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel('Password').fill('not-for-the-collector');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('Your windowsill is ready.')).toBeVisible();
    await flush(page);
    const { userId = '' } = await idsOf(page);
    expect(await page.locator('[data-user-id]').textContent()).toBe(userId);

    const profile = await profileOf(collector, userId);
    expect(profile).toEqual(await profileOf(collector, anonymousId));
    expect(profile.anonymousIds).toContain(anonymousId);
    expect(profile.traits).toMatchObject({ email: EMAIL, plan: 'greenhouse' });
    const segments = profile.segments.map(({ id }) => id);
    expect(segments).toEqual(expect.arrayContaining(['pricing-returners', 'product-comparers']));
    // Nobody enters twice: it is the membership from before, with its instant.
    const member = await only('pricing-returners');
    expect(member).toMatchObject({ userId, enteredAt: returned.enteredAt });
    expect((await explain(collector, userId, 'pricing-returners')).member).toBe(true);
    await expectArrived(collector, page, { 'Signed Up': 1, identify: 1 });
    expect(JSON.stringify(await eventsOf(collector))).not.toContain('not-for-the-collector');
  });
});

test('a visitor leaves by time alone, at the very instant that was foretold', async ({
  page,
  collector,
}) => {
  const windowMs = 3_000;
  const definition: Definition = {
    id: 'reading-now',
    name: 'Reads the docs now',
    kind: 'implicit',
    if: { did: 'page', where: { path: '/demo/docs' }, within: '3s' },
  };
  await collector.api('/v1/segments', { method: 'POST', body: definition });
  const listener = await listen(collector);

  await page.goto('/demo/docs');
  await flush(page);
  const { anonymousId = '' } = await idsOf(page);
  const before = await explain(collector, anonymousId, 'reading-now');
  const view = (await eventsOf(collector)).find(({ type }) => type === 'page');
  const leavesAt = new Date(Date.parse(view?.timestamp ?? '') + windowMs).toISOString();
  expect(before.member).toBe(true);
  expect(before.enteredAt).toBe(view?.timestamp);
  expect(before.changesAt).toBe(leavesAt);

  await expect.poll(() => membersOf(collector, 'reading-now')).toEqual([]);
  expect((await explain(collector, anonymousId, 'reading-now')).member).toBe(false);
  const changes = () =>
    listener
      .heard()
      .flatMap((told) => ('segment' in told ? [`${told.type} ${told.occurredAt}`] : []));
  await expect
    .poll(changes)
    .toEqual([`segment.entered ${view?.timestamp}`, `segment.left ${leavesAt}`]);
  listener.close();
});
