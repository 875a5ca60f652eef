import type { JsonObject } from '@inkling/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue, instantiate } from './catalogue.ts';
import { compileCompare } from './compare.ts';
import type { Condition, DidTimes } from './definition.ts';
import { durationMs } from './duration.ts';
import { warnings } from './warnings.ts';
import { compileWhere, readPath } from './where.ts';
import { conditionWords } from './words.ts';

const DAY_MS = 86_400_000;

/** Something that somebody did, `ago` days before now. */
interface Deed {
  readonly did: string;
  readonly ago: number;
  readonly session?: string;
  readonly properties?: JsonObject;
}

const page = (path: string, ago = 1, session = 's'): Deed => ({
  did: 'page',
  ago,
  session,
  properties: { path },
});
const did = (name: string, properties: JsonObject = {}, ago = 1): Deed => ({
  did: name,
  ago,
  properties,
});

/** What the language means, by counting everything. */
function isTrue(condition: Condition, deeds: readonly Deed[]): boolean {
  if ('all' in condition) return condition.all.every((each) => isTrue(each, deeds));
  if ('any' in condition) return condition.any.some((each) => isTrue(each, deeds));
  if ('not' in condition) return !isTrue(condition.not, deeds);
  // These ready-made segments count, and ask nothing else.
  const did = condition as DidTimes;
  return compileCompare(did.times ?? 1)(countOf(did, deeds));
}

function countOf({ did, where = {}, within, distinct }: DidTimes, deeds: readonly Deed[]): number {
  const windowMs = typeof within === 'string' ? (durationMs(within) ?? Number.NaN) : Infinity;
  const keys = deeds.flatMap((deed, index) => {
    const event = { properties: deed.properties ?? {}, context: {} };
    const counts =
      [did].flat().includes(deed.did) && deed.ago * DAY_MS < windowMs && compileWhere(where)(event);
    if (!counts) return [];
    if (distinct === undefined) return [index];
    if (distinct === 'session') return [deed.session];
    return [readPath(event, distinct) ?? []].flat();
  });
  return new Set(keys).size;
}

function check(id: string, parameters: unknown, deeds: readonly Deed[], expected: boolean) {
  const made = instantiate(id, parameters);
  if (!made.ok) throw new Error(JSON.stringify(made.errors));
  expect(isTrue(made.value.if, deeds)).toBe(expected);
}

describe('every ready-made segment', () => {
  test.each(catalogue.map((entry) => [entry.id, entry] as const))(
    '%s is a sound definition by default and says what it is',
    (id, entry) => {
      const made = entry.instantiate({});
      expect(made).toMatchObject({ ok: true, value: { kind: 'implicit', tags: ['ready-made'] } });
      if (!made.ok) return;
      expect(made.value.id.startsWith(id)).toBe(true);
      expect(warnings(made.value)).toEqual([]);
      expect(entry.description).toMatch(/conventions to tune/);
      expect(isTrue(made.value.if, [])).toBe(false);
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
  ])('%s reads "%s"', (id, words) => {
    const made = instantiate(id);
    expect(made.ok && conditionWords(made.value.if)).toBe(words);
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
