import {
  COMPARE,
  DEMO_FORMS,
  DEMOS,
  noDemo,
  PRICING,
  PURCHASES,
  SEARCHES,
  SIGN_UPS,
  viewed,
} from './catalogue-parts.ts';
import { type CatalogueEntry, count, entryOf, globs, steps, window } from './recipe.ts';

/** Read from the pages that somebody saw. */
export const pageEntries: readonly CatalogueEntry[] = [
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
    id: 'engaged-session',
    name: 'Engaged session',
    reads:
      'Saw many pages in one visit. It takes a view as such: a tab left open counts no more than one.',
    parameters: {
      pages: steps(8, 'Pages seen in the one visit'),
      within: window('7d', 'How far back the visit may have begun'),
    },
    condition: ({ pages, within }) => ({
      seq: Array.from({ length: pages }, () => ({ did: 'page' })),
      same: ['session'],
      within,
    }),
  }),
  entryOf({
    id: 'buying-team',
    name: 'Buying team',
    reads:
      'Several people of one company saw pages that people see before they buy. Companies are known by group calls.',
    parameters: {
      paths: globs(
        '*/pricing*, */compare*, */demo*, */security*, */integrations*',
        'Paths of such pages',
      ),
      people: count(3, 'People of the company'),
      within: window('14d'),
    },
    condition: ({ paths, people, within }) => ({
      account: viewed(paths, { distinct: 'person', times: people, within }),
    }),
  }),
];
