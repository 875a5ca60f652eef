import { STUB } from '../snippet/src/index.ts';
import { eventsOf, expectArrived } from './arrived.ts';
import { expect, test } from './fixtures.ts';
import { serveSite } from './site.ts';
import { flush, idsOf, track } from './visitor.ts';

test('in a frame that may store nothing, the visitor is still recorded', async ({
  page,
  collector,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto('/demo/');
  const framed = page.waitForEvent('framenavigated', (frame) => frame.url().endsWith('/thanks'));
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.src = '/demo/thanks';
    document.body.append(frame);
  });
  const frame = await framed;
  await frame.waitForFunction(() => !Array.isArray(window.inkling));
  await frame.evaluate(() => {
    window.inkling.track('Inside');
    return window.inkling.flush();
  });
  await expectArrived(collector, page, { Inside: 1, 'page /demo/': 1, 'page /demo/thanks': 1 });
  expect(errors).toEqual([]);
});

test('a page may put its own in place of what the script needs', async ({
  page,
  context,
  collector,
}) => {
  await serveSite(context, collector, { '/site': {} });
  await page.goto('/site');
  await idsOf(page);
  await page.evaluate(() => {
    const broken = () => {
      throw new Error('theirs');
    };
    window.fetch = broken;
    JSON.stringify = broken;
    JSON.parse = broken;
    window.inkling.track('Bought');
  });
  await page.evaluate(() => window.inkling.flush());
  await expect
    .poll(async () => (await eventsOf(collector)).map(({ name }) => name))
    .toContain('Bought');
});

/** The script asks what is quick to answer, where the browser has it. */
const MISSING = ['Temporal', 'Intl'] as const;

for (const missing of MISSING) {
  test.describe(`without ${missing}`, () => {
    test.use({ timezoneId: 'Europe/Berlin' });
    test('it is known where the visitor is', async ({ page, context, collector }) => {
      await serveSite(context, collector, { '/site': {} });
      await page.addInitScript((name) => {
        Object.defineProperty(window, name, { value: undefined });
      }, missing);
      await page.goto('/site');
      await flush(page);
      await expect
        .poll(async () => (await eventsOf(collector)).map(({ context: { timezone } }) => timezone))
        .toEqual(['Europe/Berlin']);
    });
  });
}

test('what the page’s own listeners throw is none of ours, and ours none of the page’s', async ({
  page,
  context,
  collector,
}) => {
  await serveSite(context, collector, {
    '/site': {
      head: `<script>
        addEventListener('input', () => { throw new Error('theirs') }, true);
        addEventListener('pagehide', () => { throw new Error('theirs') }, true);
      </script>`,
      body: '<form><label>Mail <input name="email"></label></form>',
    },
    '/next': {},
  });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto('/site');
  await idsOf(page);
  await page.getByLabel('Mail').fill('a');
  await page.evaluate(() => {
    const notJson: { self?: object; big?: bigint } = { big: 1n };
    notJson.self = notJson;
    for (const odd of [undefined, null, {}, '', Symbol('x'), notJson]) {
      for (const call of Object.values(window.inkling)) {
        if (call !== window.inkling.optOut) call(odd as never, odd as never);
      }
    }
  });
  await page.goto('/next');
  await expectArrived(collector, page, { 'Form Started': 1, 'page /next': 1 });
  expect(errors.filter((message) => message !== 'theirs')).toEqual([]);
});

for (const second of ['inkling', 'inkling.full'] as const) {
  test(`lines that were pasted twice count nothing twice, with ${second}.js`, async ({
    page,
    context,
    collector,
  }) => {
    const { url: host, writeKey } = collector;
    await serveSite(context, collector, {
      '/site': {
        body: '<form><label>Mail <input name="email"></label><button>Send</button></form>',
      },
      '/next': {},
    });
    await page.goto('/site');
    await idsOf(page);
    // As a tag manager does it, once the first copy is at work: with a stub, which is called.
    await page.evaluate(
      ([stub, src, key]) => {
        const inline = document.createElement('script');
        inline.text = `${stub}; inkling.track('Late')`;
        const script = document.createElement('script');
        script.src = src;
        script.dataset.writeKey = key;
        document.head.append(inline, script);
      },
      [STUB, `${host}/${second}.js`, writeKey] as const,
    );
    await page.waitForFunction(() => !Array.isArray(window.inkling));
    await track(page, 'Later');
    await page.getByLabel('Mail').fill('ada@example.com');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL('**/site?*');
    await page.goto('/next');
    await expectArrived(collector, page, {
      'page /site': 2,
      'page /next': 1,
      'Form Started': 1,
      'Form Submitted': 1,
      Late: 1,
      Later: 1,
    });
  });
}

test('what the page sends as it goes away outlives it', async ({ page, context, collector }) => {
  // Taken by the script as it loads.
  const head = `<script>
    const post = fetch;
    fetch = (url, how) => {
      const kept = JSON.parse(localStorage.sent ?? '[]');
      localStorage.sent = JSON.stringify([...kept, [document.visibilityState, how.keepalive]]);
      return post(url, how);
    };
  </script>`;
  await serveSite(context, collector, { '/site': { head }, '/next': {} });
  await page.goto('/site');
  await flush(page);
  await page.evaluate(() => {
    localStorage.removeItem('sent');
    addEventListener('pagehide', () => window.inkling.track('Went away'));
  });
  await page.goto('/next');
  const sent = await page.evaluate(() => JSON.parse(localStorage.getItem('sent') ?? '[]'));
  expect(sent.length).toBeGreaterThan(0);
  for (const [, keepalive] of sent) expect(Boolean(keepalive)).toBe(true);
  await expectArrived(collector, page, { 'Went away': 1 });
});

test('where no other event tells of the end, that of the page’s end is enough', async ({
  page,
  context,
  collector,
}) => {
  const head = `<script>
    for (const type of ['visibilitychange', 'freeze', 'pageshow']) {
      addEventListener(type, (event) => event.stopImmediatePropagation(), true);
    }
    addEventListener('pagehide', () => inkling.track('Before the script heard'), true);
  </script>`;
  await serveSite(context, collector, { '/site': { head } });
  await context.route('http://other.test/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '' }),
  );
  await page.goto('/site');
  await flush(page);
  await page.evaluate(() => {
    addEventListener('pagehide', () => window.inkling.track('After the script heard'));
  });
  await page.goto('http://other.test/');
  // Nobody comes back: what was stored would stay where it is.
  const names = async () => (await eventsOf(collector)).map(({ name }) => name);
  await expect.poll(names).toContain('Before the script heard');
  await expect.poll(names).toContain('After the script heard');
});

test('an element called inkling is no copy of the script', async ({ page, context, collector }) => {
  await serveSite(context, collector, {
    '/site': { stub: false, head: '<meta id="inkling">' },
  });
  await page.goto('/site');
  await page.waitForFunction(() => typeof window.inkling.track === 'function');
  await expectArrived(collector, page, { 'page /site': 1 });
});

test('a stub that was put into a variable goes on working', async ({
  page,
  context,
  collector,
}) => {
  await serveSite(context, collector, {
    '/site': { body: '<script>window.kept = inkling; kept.track("Early")</script>' },
  });
  await page.goto('/site');
  await idsOf(page);
  await page.evaluate(() => {
    Reflect.get(window, 'kept').track('Late', { total: 3 });
  });
  await expectArrived(collector, page, { Early: 1, Late: 1 });
  const late = (await eventsOf(collector)).find(({ name }) => name === 'Late');
  expect(late?.properties).toEqual({ total: 3 });
});

test('a body that is too large is sent in pieces', async ({ page, collector }) => {
  const sizes: number[] = [];
  await page.route('**/v1/batch', async (route) => {
    const { batch } = route.request().postDataJSON();
    sizes.push(batch.length);
    await (batch.length > 3 ? route.fulfill({ status: 413 }) : route.continue());
  });
  await page.goto('/demo/');
  await flush(page);
  const names = Array.from({ length: 12 }, (_, index) => `Piece ${index}`);
  await page.evaluate((names) => {
    for (const name of names) window.inkling.track(name);
  }, names);
  await flush(page);
  await expectArrived(collector, page, Object.fromEntries(names.map((name) => [name, 1])));
  expect(Math.max(...sizes)).toBeGreaterThan(3);
});

test('events arrive by themselves, without being asked for', async ({ page, collector }) => {
  await page.goto('/demo/');
  await idsOf(page);
  await track(page, 'Unasked');
  await expect
    .poll(async () => (await eventsOf(collector)).map(({ name }) => name))
    .toContain('Unasked');
});

test('all pages of a domain know the visitor by one cookie', async ({ page, context }) => {
  await page.goto('/demo/');
  const { anonymousId } = await idsOf(page);
  const cookies = (await context.cookies()).filter(({ name }) => name.startsWith('ink_'));
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ name: 'ink_id', sameSite: 'Lax', path: '/' });
  expect(cookies[0]?.value).toContain(anonymousId);
});
