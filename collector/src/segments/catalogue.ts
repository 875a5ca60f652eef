import type { Condition, Definition, Did } from './definition.ts';
import type { Parsed } from './pointer.ts';
import { quoted } from './quote.ts';
import {
  type CatalogueEntry,
  count,
  entryOf,
  events,
  globs,
  slug,
  text,
  window,
} from './recipe.ts';
import { nearest } from './suggest.ts';

/**
 * A star in front, so that one default serves `/pricing`, `/en/pricing/` and a site that lives below
 * a folder. The price of it: `/blog/pricing-tips` matches too, until the owner narrows the glob.
 */
const PRICING = globs('*/pricing*', 'Paths of pricing pages');
const COMPARE = globs('*/compare*', 'Paths of pages that compare your products');
const SIGN_UPS = events('Signed Up, Trial Started', 'a sign-up');
const DEMOS = events('Demo Requested, Demo Booked', 'that a demo was asked for');
const DEMO_FORMS = globs('*demo*', 'Names or ids of forms that ask for a demo, in any case');
const PURCHASES = events('Order Completed', 'a purchase');
const SEARCHES = ['Site Searched', 'Products Searched'];

/** Ready-made segments. Each is parsed like any other definition when it is made. */
export const catalogue: readonly CatalogueEntry[] = [
  entryOf({
    id: 'pricing-viewers',
    name: 'Pricing viewers',
    reads: 'Saw a pricing page lately.',
    parameters: { paths: PRICING, within: window('30d') },
    condition: ({ paths, within }) => viewed(paths, { within }),
  }),
  entryOf({
    id: 'pricing-returners',
    name: 'Pricing returners',
    reads: 'Came back to pricing: saw such a page in several visits.',
    parameters: { paths: PRICING, sessions: count(2, 'Visits'), within: window('14d') },
    condition: ({ paths, sessions, within }) =>
      viewed(paths, { distinct: 'session', times: sessions, within }),
  }),
  entryOf({
    id: 'pricing-hesitators',
    name: 'Pricing hesitators',
    reads: 'Looked at pricing again and again, but did not sign up, ask for a demo or buy.',
    parameters: {
      paths: PRICING,
      views: count(3, 'Views of pricing pages'),
      within: window('7d', 'How far back it looks for views'),
      signUps: SIGN_UPS,
      demos: DEMOS,
      demoForms: DEMO_FORMS,
      purchases: PURCHASES,
      without: window('14d', 'For how long none of the others may have happened'),
    },
    condition: ({ paths, views, within, signUps, demos, demoForms, purchases, without }) => ({
      all: [
        viewed(paths, { times: views, within }),
        { not: { did: signUps, within: without } },
        ...noDemo(demos, demoForms, without),
        { not: { did: purchases, within: without } },
      ],
    }),
  }),
  entryOf({
    id: 'product-comparers',
    name: 'Product comparers',
    reads: 'Weighed products against each other: read a page that compares them, or saw several.',
    parameters: {
      paths: COMPARE,
      products: count(2, 'Different products seen'),
      within: window('7d'),
    },
    condition: ({ paths, products, within }) => ({
      any: [
        viewed(paths, { within }),
        { did: 'Product Viewed', distinct: 'product_id', times: products, within },
      ],
    }),
  }),
  entryOf({
    id: 'competitor-comparers',
    name: 'Competitor comparers',
    reads:
      'Weighed you against others: read a page about alternatives, or searched for one thing "vs" another.',
    parameters: {
      paths: globs('*/vs/*, */alternatives*', 'Paths of pages about competitors'),
      // With spaces around it, so that "canvas" is not a comparison.
      searches: globs(
        'vs *, * vs *, * vs. *, * versus *',
        'Search texts that compare, in any case',
      ),
      within: window('14d'),
    },
    condition: ({ paths, searches, within }) => ({
      any: [
        viewed(paths, { within }),
        { did: SEARCHES, where: { query: { glob: searches, ignoreCase: true } }, within },
      ],
    }),
  }),
  entryOf({
    id: 'docs-evaluators',
    name: 'Docs evaluators',
    reads: 'Examines how it works: read several different docs, integration or security pages.',
    parameters: {
      paths: globs('*/docs*, */integrations*, */security*', 'Paths of such pages'),
      pages: count(3, 'Different pages'),
      within: window('7d'),
    },
    condition: ({ paths, pages, within }) =>
      viewed(paths, { distinct: 'path', times: pages, within }),
  }),
  entryOf({
    id: 'proof-seekers',
    name: 'Proof seekers',
    reads: 'Looks for proof: read several different case studies or customer stories.',
    parameters: {
      paths: globs('*/case-stud*, */customers/*, */success-stor*', 'Paths of such pages'),
      pages: count(2, 'Different pages'),
      within: window('30d'),
    },
    condition: ({ paths, pages, within }) =>
      viewed(paths, { distinct: 'path', times: pages, within }),
  }),
  entryOf({
    id: 'returning-visitors',
    name: 'Returning visitors',
    reads: 'Came back within a short time, to any page.',
    parameters: { sessions: count(2, 'Visits'), within: window('7d') },
    condition: ({ sessions, within }) => ({
      did: 'page',
      distinct: 'session',
      times: sessions,
      within,
    }),
  }),
  entryOf({
    id: 'bought-7d',
    name: 'Bought lately',
    reads: 'Bought lately; made to be left out of messages about things left in the cart.',
    parameters: { purchases: PURCHASES, within: window('7d') },
    variant: ({ within }) => ({ id: `bought-${within}`, name: `Bought within ${within}` }),
    condition: ({ purchases, within }) => ({ did: purchases, within }),
  }),
  entryOf({
    id: 'lead-magnet-no-demo',
    name: 'Lead magnet, no demo',
    reads: 'Took a download or filled in the form for one, but did not ask for a demo.',
    parameters: {
      downloads: events('File Downloaded', 'that a lead magnet was taken'),
      forms: globs(
        '*lead*magnet*, *guide*, *ebook*, *whitepaper*, *download*',
        'Names or ids of forms that give a lead magnet, in any case',
      ),
      demos: DEMOS,
      demoForms: DEMO_FORMS,
      within: window('90d'),
    },
    condition: ({ downloads, forms, demos, demoForms, within }) => ({
      all: [
        { any: [{ did: downloads, within }, ...submitted(forms, within)] },
        ...noDemo(demos, demoForms, within),
      ],
    }),
  }),
  entryOf({
    id: 'email-clickers',
    name: 'E-mail clickers',
    reads: 'Clicked a link in an e-mail. Opens are left out: mail programs open by themselves.',
    parameters: { clicks: count(1, 'Clicks'), within: window('30d') },
    condition: ({ clicks, within }) => ({ did: 'Email Link Clicked', times: clicks, within }),
  }),
  entryOf({
    id: 'topic-interest',
    name: 'Interest in a topic',
    reads:
      'Follows one topic by any of several routes: pages with it in their path, searches, links clicked in e-mails, downloads, forms that name it. Short topics also match within longer words.',
    parameters: {
      topic: slug('security', 'The topic; a hyphen also stands for a space or underscore'),
      pages: count(2, 'Different pages, where pages are the only sign'),
      within: window('90d'),
    },
    variant: ({ topic }) => ({ id: `topic-interest:${topic}`, name: `Interest in ${topic}` }),
    condition: topicCondition,
  }),
  entryOf({
    id: 'product-interest',
    name: 'Interest in a product',
    reads:
      'Wants one product, by any of several routes: seen more than once, put in the cart or on a list, compared, searched for, clicked in an e-mail.',
    parameters: {
      product: text('sku-1', 'The product_id, exactly as events carry it'),
      comparePaths: COMPARE,
      views: count(2, 'Views, where views are the only sign'),
      within: window('14d'),
    },
    variant: ({ product }) => ({
      id: `product-interest:${slugOf(product)}`,
      name: `Interest in ${product}`,
    }),
    condition: productCondition,
  }),
];

/**
 * Makes a definition from an entry of {@link catalogue}. Pointers of errors lead into `parameters`.
 *
 * @param parameters - An object; those absent take their defaults.
 */
export function instantiate(id: string, parameters: unknown = {}): Parsed<Definition> {
  const entry = catalogue.find((each) => each.id === id);
  if (entry !== undefined) return entry.instantiate(parameters);
  const ids = catalogue.map((each) => each.id);
  const meant = nearest(id, ids);
  const hint = meant === undefined ? `there are ${ids.join(', ')}` : `did you mean "${meant}"?`;
  return {
    ok: false,
    errors: [{ pointer: '', detail: `no ready-made segment has the id ${quoted(id)}; ${hint}` }],
  };
}

function topicCondition({
  topic,
  pages,
  within,
}: {
  readonly topic: string;
  readonly pages: number;
  readonly within: string;
}): Condition {
  const glob = `*${topic.replaceAll('-', '?')}*`;
  const named = { glob, ignoreCase: true };
  return {
    any: [
      { did: 'page', where: { path: named }, distinct: 'path', times: pages, within },
      { did: SEARCHES, where: { query: named }, within },
      { did: 'Email Link Clicked', where: { link_url: named }, within },
      { did: 'File Downloaded', where: { url: named }, within },
      { did: 'Form Submitted', where: { 'fields.topic': named }, within },
    ],
  };
}

function productCondition({
  product,
  comparePaths,
  views,
  within,
}: {
  readonly product: string;
  readonly comparePaths: readonly string[];
  readonly views: number;
  readonly within: string;
}): Condition {
  const where = { product_id: product };
  const named = { contains: product, ignoreCase: true };
  return {
    any: [
      { did: 'Product Viewed', where, times: views, within },
      { did: ['Product Added', 'Product Added to Wishlist'], where, within },
      { did: 'page', where: { path: { glob: comparePaths, ...named } }, within },
      { did: SEARCHES, where: { query: named }, within },
      { did: 'Email Link Clicked', where: { link_url: named }, within },
    ],
  };
}

function viewed(paths: readonly string[], rest: Omit<Did, 'did' | 'where'>): Did {
  const [only] = paths;
  const glob = only !== undefined && paths.length === 1 ? only : paths;
  return { did: 'page', where: { path: { glob } }, ...rest };
}

/** Forms are known by their name or their id; sites rarely give both. */
function submitted(forms: readonly string[], within: string): readonly Did[] {
  const named = { glob: forms, ignoreCase: true };
  return [
    { did: 'Form Submitted', where: { name: named }, within },
    { did: 'Form Submitted', where: { id: named }, within },
  ];
}

function noDemo(
  demos: readonly string[],
  forms: readonly string[],
  within: string,
): readonly Condition[] {
  return [{ did: demos, within }, ...submitted(forms, within)].map((did) => ({ not: did }));
}

/** What remains of a product's id when it becomes part of a segment's. */
function slugOf(product: string): string {
  return product
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
