import type { Page } from '@playwright/test';
import { eventsOf, expectArrived } from './arrived.ts';
import type { Collector } from './collector.ts';
import { expect, test } from './fixtures.ts';
import { serveSite } from './site.ts';

const FIELDS = `
  <label>Mail <input name="email" type="email" required></label>
  <label>Secret <input name="phrase" type="password"></label>
  <button>Send</button>`;

/** Opens a page with this body, fills in an address and sends it. */
async function send(page: Page, collector: Collector, body: string): Promise<void> {
  await serveSite(page.context(), collector, { '/site': { body }, '/there': {} });
  await page.goto('/site');
  await page.getByLabel('Mail').fill('ada@example.com');
  await page.getByRole('button', { name: 'Send' }).click();
}

async function submissions(collector: Collector) {
  const events = await eventsOf(collector);
  return events.filter(({ name }) => name === 'Form Submitted').map(({ properties }) => properties);
}

test('a form that the page sends itself is reported, though it is cleared at once', async ({
  page,
  collector,
}) => {
  await send(
    page,
    collector,
    `<form id="lead" data-ink-fields="email">${FIELDS}</form><script>
      document.querySelector('form').addEventListener('submit', (event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        event.target.reset();
      });
    </script>`,
  );
  await expectArrived(collector, page, { 'Form Started': 1, 'Form Submitted': 1 });
  expect(await submissions(collector)).toEqual([
    {
      id: 'lead',
      action: '/site',
      types: { email: 'email', phrase: 'password' },
      filled: ['email'],
      fields: { email: 'ada@example.com' },
    },
  ]);
});

test('one submission is one, however often it is sent; another answer is another one', async ({
  page,
  collector,
}) => {
  await send(
    page,
    collector,
    `<form name="lead">${FIELDS}</form><script>
      document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
    </script>`,
  );
  await page.getByRole('button', { name: 'Send' }).dblclick();
  await expectArrived(collector, page, { 'Form Started': 1, 'Form Submitted': 1 });
  await page.getByLabel('Mail').fill('eve@example.com');
  await page.getByRole('button', { name: 'Send' }).click();
  await expectArrived(collector, page, { 'Form Started': 1, 'Form Submitted': 2 });
});

test('a form that is checked by script and then sent by it is reported once', async ({
  page,
  collector,
}) => {
  await send(
    page,
    collector,
    `<form action="/there">${FIELDS}</form><script>
      const form = document.querySelector('form');
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        setTimeout(() => form.submit(), 50);
      });
    </script>`,
  );
  await page.waitForURL('**/there?*');
  await expectArrived(collector, page, { 'Form Submitted': 1, 'page /there': 1 });
});

test('a form that is sent by nothing but script is reported', async ({ page, collector }) => {
  await send(
    page,
    collector,
    `<form action="/there"><label>Mail <input name="email"></label></form><button>Send</button>
    <script>
      document.querySelector('button').onclick = () => document.querySelector('form').submit();
    </script>`,
  );
  await page.waitForURL('**/there?*');
  await expectArrived(collector, page, { 'Form Submitted': 1 });
});

test('a form that the page itself finds wrong is not reported as submitted', async ({
  page,
  collector,
}) => {
  await serveSite(page.context(), collector, {
    '/site': {
      body: `<form novalidate>${FIELDS}</form><script>
        document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
      </script>`,
    },
  });
  await page.goto('/site');
  await page.getByLabel('Mail').fill('not an address');
  await page.getByRole('button', { name: 'Send' }).click();
  await expectArrived(collector, page, { 'Form Started': 1, 'Form Submitted': 0 });
});

test('fields may have the names of what a form has itself', async ({ page, collector }) => {
  const names = ['id', 'name', 'action', 'elements', 'submit', 'matches'];
  const inputs = names.map((name) => `<input type="text" name="${name}" value="x">`).join('');
  await send(
    page,
    collector,
    `<form id="odd" action="/there" method="post" data-ink-fields="id">${inputs}${FIELDS}</form>`,
  );
  await page.waitForURL('**/there');
  await expectArrived(collector, page, { 'Form Started': 1, 'Form Submitted': 1 });
  expect(await submissions(collector)).toMatchObject([
    { id: 'odd', action: '/there', fields: { id: 'x' }, filled: [...names, 'email'] },
  ]);
});

test('a form that the page does not check is reported, whatever is in it', async ({
  page,
  collector,
}) => {
  await serveSite(page.context(), collector, {
    '/site': { body: `<form novalidate action="/there">${FIELDS}</form>` },
    '/there': {},
  });
  await page.goto('/site');
  await page.getByLabel('Mail').fill('not an address');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForURL('**/there?*');
  await expectArrived(collector, page, { 'Form Submitted': 1 });
});

test('of lists and boxes all answers are told, and a field may have any name', async ({
  page,
  collector,
}) => {
  const several = `<select name="topics" multiple>
      <option selected>soil</option><option>pots</option><option selected>light</option>
    </select>
    <select name="none" multiple><option>x</option></select>
    <select name="one"><option value="">-</option><option selected>two</option></select>
    <input type="checkbox" name="days" value="mon" checked>
    <input type="checkbox" name="days" value="tue">
    <input type="checkbox" name="days" value="wed" checked>
    <input name="__proto__" value="odd">`;
  await send(
    page,
    collector,
    `<form method="post" action="/there" data-ink-fields="topics none one days __proto__">
      ${several}${FIELDS}</form>`,
  );
  await page.waitForURL('**/there');
  await expectArrived(collector, page, { 'Form Submitted': 1 });
  const [properties] = await submissions(collector);
  expect(properties?.fields).toEqual({
    topics: ['soil', 'light'],
    one: 'two',
    days: ['mon', 'wed'],
  });
  expect(properties?.filled).toEqual(['topics', 'one', 'days', '__proto__', 'email']);
});

test('secrets are not read, not even where their owner names them', async ({ page, collector }) => {
  const secrets = [
    '<input name="a" type="password" value="s3cret">',
    '<input name="b" type="hidden" value="s3cret">',
    '<input name="c" autocomplete="cc-number" value="s3cret">',
    '<input name="d" autocomplete="one-time-code" value="s3cret">',
    '<input name="e" autocomplete="section-x new-password" value="s3cret">',
    '<input name="cvc" value="s3cret">',
    '<input name="otp" value="s3cret">',
    '<input name="f" autocomplete="billing cc-csc" value="s3cret">',
    '<input name="user_password" value="s3cret">',
    '<input name="card-number" value="s3cret">',
    '<input name="upload" type="file" multiple>',
  ].join('');
  const chosen = `<label><input type="radio" name="r" value="one">1</label>
    <label><input type="radio" name="r" value="two" checked>2</label>
    <input type="checkbox" name="k" value="yes"><input name="unnamed" value="s3cret">`;
  await send(
    page,
    collector,
    `<form method="post" action="/there" data-ink-fields="a,b,c,d,e,f,cvc,otp,user_password,card-number,upload,email,r,k">
      ${secrets}${chosen}${FIELDS}</form><script>
        const files = new DataTransfer();
        files.items.add(new File(['s3cret'], 's3cret.txt'));
        document.querySelector('[type=file]').files = files.files;
      </script>`,
  );
  await page.waitForURL('**/there');
  await expectArrived(collector, page, { 'Form Submitted': 1 });
  const [properties] = await submissions(collector);
  expect(properties?.fields).toEqual({ email: 'ada@example.com', r: 'two' });
  expect(properties?.types).not.toHaveProperty('b');
  expect(JSON.stringify(await eventsOf(collector))).not.toContain('s3cret');
});

test('a form in a shadow tree is a form', async ({ page, collector }) => {
  await send(
    page,
    collector,
    `<x-form></x-form><script>
      const root = document.querySelector('x-form').attachShadow({ mode: 'open' });
      root.innerHTML = \`<form>${FIELDS}</form>\`;
      root.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
    </script>`,
  );
  await expectArrived(collector, page, { 'Form Started': 1, 'Form Submitted': 1 });
});
