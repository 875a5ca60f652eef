import { COMPARE, DEMO_FORMS, DEMOS, noDemo, SEARCHES, submitted } from './catalogue-parts.ts';
import type { Condition } from './definition.ts';
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

/** Read from what somebody turns to, by any of several routes. */
export const interestEntries: readonly CatalogueEntry[] = [
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

/** What remains of a product's id when it becomes part of a segment's. */
function slugOf(product: string): string {
  return product
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
