import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Deed, did as didOn, isIn, page as pageOn, readyMade } from '../../testing/deeds.ts';
import { catalogue, instantiate } from './catalogue.ts';
import { warnings } from './warnings.ts';
import { definitionWords } from './words.ts';

/** The story ends on this day; what is told of it happened so many days before. */
const TODAY = 500;

const page = (path: string, ago = 1, session = 's'): Deed => pageOn(path, TODAY - ago, session);
const did = (name: string, properties = {}, ago = 1): Deed => didOn(name, TODAY - ago, properties);

function check(id: string, parameters: unknown, deeds: readonly Deed[], expected: boolean) {
  expect(isIn(readyMade(id, parameters), deeds, TODAY)).toBe(expected);
}

describe('every ready-made segment', () => {
  test.each(catalogue.map((entry) => [entry.id, entry] as const))(
    '%s is a sound definition by default and says what it is',
    (id, entry) => {
      const made = entry.instantiate({});
      expect(made).toMatchObject({ ok: true, value: { kind: entry.kind, tags: ['ready-made'] } });
      if (!made.ok) return;
      expect(made.value.id.startsWith(id)).toBe(true);
      expect(warnings(made.value)).toEqual([]);
      expect(entry.description).toMatch(/conventions to tune/);
      expect(isIn(made.value, [], TODAY)).toBe(false);
    },
  );

  test('ids are unique', () => {
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
  });

  test.each([
    ['pricing-viewers', 'Viewed */pricing* within 30 days'],
    ['pricing-returners', 'Viewed */pricing* in at least 2 sessions within 14 days'],
    [
      'docs-evaluators',
      'Viewed */docs*, */integrations* or */security* with at least 3 different path within 7 days',
    ],
    [
      'product-comparers',
      'Viewed */compare* within 7 days, or Product Viewed with at least 2 different product_id within 7 days',
    ],
    ['form-abandoners', 'Form Started and then no Form Submitted for 30 minutes, within 7 days'],
    [
      'cart-abandoners',
      '(Checkout Started or Product Added and then no Order Completed for 1 hour, within 7 days), and never Order Completed within 7 days',
    ],
    ['idle-30', 'Idle for 30 days'],
    ['idle-trials', 'Idle for 30 days, and stripe.status is trial or trialing'],
    ['trial-ending', 'trial_ends_at lies in the next 1 day'],
    [
      'not-activated',
      'Signed Up or Trial Started between 30 days and 3 days ago, and never Activated or Onboarding Completed or Integration Connected',
    ],
    [
      'email-mute',
      'Email Sent at least 5 times within 60 days, and never Email Link Clicked within 60 days',
    ],
    [
      'buying-team',
      'At least 3 people of the same account viewed */pricing*, */compare*, */demo*, */security* or */integrations* within 14 days',
    ],
  ])('%s reads "%s"', (id, words) => {
    const made = instantiate(id);
    expect(made.ok && definitionWords(made.value)).toBe(words);
  });
});

describe('means what it says', () => {
  test.each<[string, string, readonly Deed[], boolean]>([
    ['pricing-viewers', 'a plain path', [page('/pricing')], true],
    ['pricing-viewers', 'a path with language and slash', [page('/en/pricing/')], true],
    ['pricing-viewers', 'a site below a folder', [page('/demo/pricing')], true],
    ['pricing-viewers', 'a file', [page('/pricing.html')], true],
    ['pricing-viewers', 'another page', [page('/price')], false],
    ['pricing-viewers', 'too long ago', [page('/pricing', 30)], false],
    ['pricing-returners', 'one visit', [page('/pricing'), page('/pricing')], false],
    ['pricing-returners', 'two visits', [page('/pricing', 1, 'a'), page('/pricing', 9, 'b')], true],
    ['pricing-hesitators', 'two views', [page('/pricing'), page('/pricing')], false],
    ['pricing-hesitators', 'three views', Array(3).fill(page('/pricing')), true],
    [
      'pricing-hesitators',
      'who signed up',
      [...Array(3).fill(page('/pricing')), did('Signed Up', {}, 13)],
      false,
    ],
    [
      'pricing-hesitators',
      'who signed up long ago',
      [...Array(3).fill(page('/pricing')), did('Signed Up', {}, 14)],
      true,
    ],
    [
      'pricing-hesitators',
      'who bought',
      [...Array(3).fill(page('/pricing')), did('Order Completed')],
      false,
    ],
    [
      'pricing-hesitators',
      'who asked for a demo by a form',
      [...Array(3).fill(page('/pricing')), did('Form Submitted', { id: 'Demo-form' })],
      false,
    ],
    [
      'pricing-hesitators',
      'who sent another form of the demo site',
      [...Array(3).fill(page('/pricing')), did('Form Submitted', { action: '/demo/thanks' })],
      true,
    ],
    ['product-comparers', 'a compare page', [page('/demo/compare/a-vs-b')], true],
    [
      'product-comparers',
      'the same product twice',
      [did('Product Viewed', { product_id: 'a' }), did('Product Viewed', { product_id: 'a' })],
      false,
    ],
    [
      'product-comparers',
      'two products',
      [did('Product Viewed', { product_id: 'a' }), did('Product Viewed', { product_id: 'b' })],
      true,
    ],
    ['competitor-comparers', 'an alternatives page', [page('/alternatives-to-x')], true],
    ['competitor-comparers', 'a versus page', [page('/vs/x')], true],
    ['competitor-comparers', 'a search', [did('Site Searched', { query: 'Acme VS you' })], true],
    [
      'competitor-comparers',
      'a search in the shop',
      [did('Products Searched', { query: 'vs acme' })],
      true,
    ],
    ['competitor-comparers', 'a canvas', [did('Site Searched', { query: 'canvas' })], false],
    [
      'docs-evaluators',
      'three pages over the sections',
      [page('/docs/a'), page('/security'), page('/integrations/b')],
      true,
    ],
    ['docs-evaluators', 'one page three times', Array(3).fill(page('/docs/a')), false],
    ['proof-seekers', 'two stories', [page('/case-studies/a'), page('/customers/b')], true],
    ['proof-seekers', 'one story', [page('/case-studies/a')], false],
    ['returning-visitors', 'two visits', [page('/', 1, 'a'), page('/', 2, 'b')], true],
    ['returning-visitors', 'one visit', [page('/', 1, 'a'), page('/b', 2, 'a')], false],
    ['bought-7d', 'a purchase', [did('Order Completed')], true],
    ['bought-7d', 'a purchase a week ago', [did('Order Completed', {}, 7)], false],
    ['lead-magnet-no-demo', 'a download', [did('File Downloaded')], true],
    ['lead-magnet-no-demo', 'a form', [did('Form Submitted', { name: 'lead-magnet' })], true],
    ['lead-magnet-no-demo', 'another form', [did('Form Submitted', { name: 'contact' })], false],
    [
      'lead-magnet-no-demo',
      'a download and a demo',
      [did('File Downloaded'), did('Demo Requested')],
      false,
    ],
    ['email-clickers', 'a click', [did('Email Link Clicked')], true],
    ['email-clickers', 'an open', [did('Email Opened')], false],
    ['topic-interest', 'one page', [page('/blog/security')], false],
    ['topic-interest', 'two pages', [page('/blog/security'), page('/docs/Security-faq')], true],
    ['topic-interest', 'a search', [did('Site Searched', { query: 'Data security' })], true],
    [
      'topic-interest',
      'an e-mail click',
      [did('Email Link Clicked', { link_url: 'https://x/security' })],
      true,
    ],
    [
      'topic-interest',
      'an answer',
      [did('Form Submitted', { fields: { topic: 'Security' } })],
      true,
    ],
    ['product-interest', 'one view', [did('Product Viewed', { product_id: 'sku-1' })], false],
    [
      'product-interest',
      'two views',
      Array(2).fill(did('Product Viewed', { product_id: 'sku-1' })),
      true,
    ],
    ['product-interest', 'in the cart', [did('Product Added', { product_id: 'sku-1' })], true],
    ['product-interest', 'compared', [page('/demo/compare/SKU-1-vs-b')], true],
    ['product-interest', 'its page', [page('/products/sku-1')], false],
    ['email-mute', 'four mails', Array(4).fill(did('Email Sent')), false],
    ['email-mute', 'five mails', Array(5).fill(did('Email Sent')), true],
    [
      'email-mute',
      'five mails and opens',
      [...Array(5).fill(did('Email Sent')), did('Email Opened')],
      true,
    ],
    [
      'email-mute',
      'five mails and a click',
      [...Array(5).fill(did('Email Sent')), did('Email Link Clicked', {}, 59)],
      false,
    ],
    ['bad-address', 'a hard bounce long ago', [did('Email Bounced', { kind: 'hard' }, 300)], true],
    [
      'bad-address',
      'three soft ones',
      Array(3).fill(did('Email Bounced', { kind: 'soft' })),
      false,
    ],
    ['bad-address', 'four soft ones', Array(4).fill(did('Email Bounced', { kind: 'soft' })), true],
  ])('%s: %s', (id, _, deeds, expected) => check(id, {}, deeds, expected));

  test('a topic of two words is found however they are joined', () => {
    const search = did('Site Searched', { query: 'lead scoring' });
    check('topic-interest', { topic: 'lead-scoring' }, [search], true);
    check('topic-interest', { topic: 'lead-scoring', pages: 1 }, [page('/lead_scoring')], true);
  });

  test('parameters replace defaults', () => {
    check('pricing-viewers', { paths: '/plans, /tarife*' }, [page('/tarife/a')], true);
    check('pricing-viewers', { paths: '/plans, /tarife*' }, [page('/pricing')], false);
    check('pricing-viewers', { within: '40d' }, [page('/pricing', 30)], true);
  });
});

describe('parameters', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['pricing-viewers', { paths: '*a*b*c*d*e*' }, '/paths/0', /6 stars/],
    ['pricing-viewers', { paths: ' , ' }, '/paths', /empty list/],
    ['pricing-viewers', { paths: ['/a'] }, '/paths', /expected text, not a list/],
    ['pricing-viewers', { within: '500d' }, '/within', /longer than 400 d/],
    ['pricing-viewers', { within: 30 }, '/within', /such as "14d"/],
    ['pricing-viewers', { withn: '1d' }, '/withn', /did you mean `within`/],
    ['pricing-viewers', 'x', '', /is an object/],
    ['pricing-returners', { sessions: 0 }, '/sessions', /1 to 1000/],
    ['pricing-returners', { sessions: '2' }, '/sessions', /not the text "2"/],
    ['topic-interest', { topic: 'B2B Sales' }, '/topic', /a-z, 0-9 and hyphen/],
    ['topic-interest', { topic: 'x'.repeat(41) }, '/topic', /1 to 40/],
    ['product-interest', { product: '***' }, '/product', /at least one of/],
    ['engaged-session', { pages: 11 }, '/pages', /from 2 to 10/],
    ['form-abandoners', { after: '7d' }, '/after', /not shorter than "7d"/],
    ['cart-abandoners', { after: '2d', within: '1d' }, '/after', /not shorter than "1d"/],
    ['idle-30', { idle: 30 }, '/idle', /such as "14d"/],
    ['idle-trials', { trial: '' }, '/trial', /empty list/],
    ['not-activated', { after: 181 }, '/after', /from 1 to 180/],
    ['surging-now', { times: 0.5 }, '/times', /from 1 to 100/],
    ['pricing-viewer', {}, '', /did you mean "pricing-viewers"/],
    ['nothing-like-it', {}, '', /there are pricing-viewers, /],
  ])('%s refuses %j at %s', (id, parameters, pointer, detail) => {
    expect(instantiate(id, parameters)).toEqual({
      ok: false,
      errors: [{ pointer, detail: expect.stringMatching(detail) }],
    });
  });

  test.each([
    ['topic-interest', { topic: 'b2b' }, 'topic-interest:b2b'],
    ['product-interest', { product: 'SKU 42/a' }, 'product-interest:sku-42-a'],
    ['bought-7d', { within: '30d' }, 'bought-30d'],
    ['idle-30', {}, 'idle-30'],
    ['idle-30', { idle: '45d' }, 'idle-45'],
    ['idle-180', { idle: '6mo' }, 'idle-6mo'],
  ])('%s with %j becomes %s', (id, parameters, made) => {
    expect(instantiate(id, parameters)).toMatchObject({ ok: true, value: { id: made } });
  });

  test('whatever they are, the answer is a definition or reasons that lie in them', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.constantFrom('7d', 'a, b', 'A,A', '/x*', 3, 1_000, 'sku'),
    );
    const filled = fc.constantFrom(...catalogue).chain((entry) =>
      fc.tuple(
        fc.constant(entry),
        fc.record(Object.fromEntries(entry.parameters.map(({ name }) => [name, value])), {
          requiredKeys: [],
        }),
      ),
    );
    fc.assert(
      fc.property(filled, ([entry, parameters]) => {
        const made = entry.instantiate(parameters);
        for (const { pointer } of made.ok ? [] : made.errors) {
          expect(Object.keys(parameters)).toContain(pointer.split('/')[1]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
