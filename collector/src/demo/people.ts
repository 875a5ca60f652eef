import type { Chance } from './chance.ts';

/** What somebody did in one visit, in order: paths of pages, and what happened besides. */
export type Step = string | { readonly event: string; readonly properties?: object };

/** One visit of somebody. */
export interface Visit {
  readonly daysAgo: number;
  readonly steps: readonly Step[];
}

/** A kind of visitor of a shop for plant sensors, with a subscription beside. */
export interface Persona {
  /** How many of a hundred visitors are of this kind. */
  readonly share: number;
  readonly visits: (chance: Chance) => readonly Visit[];
  /** Signs up at the first step `Signed Up`; of others only their browser is known. */
  readonly signsUp?: true;
  /** What the billing system says of who signed up. */
  readonly billing?: { readonly status: string; readonly plan: string; readonly mrr: number };
  /** Comes from one of the companies. */
  readonly company?: true;
}

const PRODUCTS = ['sprout', 'canopy', 'meadow', 'orchid'] as const;
const DOCS = ['/docs', '/docs/api', '/docs/alerts', '/integrations/home', '/security'] as const;

const product = (chance: Chance): Step => {
  const id = chance.of(PRODUCTS);
  return { event: 'Product Viewed', properties: { product_id: id, price: 39 + 10 * id.length } };
};
const bought = (total: number): Step => ({ event: 'Order Completed', properties: { total } });
const SIGNED_UP: Step = { event: 'Signed Up', properties: { plan: 'trial' } };
const ACTIVATED: Step = { event: 'Activated' };
const COMPARISON = '/compare/sprout-vs-canopy';

/** Who visits such a shop. The shares add up to 100. */
export const PERSONAS: readonly Persona[] = [
  {
    share: 30,
    visits: (chance) => [
      { daysAgo: chance.next() * 30, steps: ['/', chance.of(['/guide', '/docs', '/blog/light'])] },
    ],
  },
  {
    // One visit short of coming back.
    share: 14,
    visits: (chance) => [{ daysAgo: chance.next() * 12, steps: ['/', '/pricing'] }],
  },
  {
    share: 12,
    visits: (chance) => [
      { daysAgo: 9 + chance.next() * 4, steps: ['/', '/pricing'] },
      { daysAgo: 2 + chance.next() * 7, steps: ['/pricing', '/guide'] },
      { daysAgo: chance.next() * 2, steps: ['/pricing', '/guide', '/pricing'] },
    ],
  },
  {
    share: 12,
    visits: (chance) => [
      { daysAgo: 2 + chance.next() * 4, steps: ['/', product(chance), product(chance)] },
      { daysAgo: chance.next() * 2, steps: [COMPARISON, product(chance)] },
    ],
  },
  {
    share: 6,
    visits: (chance) => [
      { daysAgo: chance.next() * 6, steps: ['/', ...DOCS.slice(0, chance.whole(2, 5))] },
    ],
  },
  {
    share: 6,
    visits: (chance) => [
      {
        daysAgo: 0.2 + chance.next() * 5,
        steps: [
          '/',
          product(chance),
          { event: 'Product Added', properties: { product_id: 'sprout' } },
        ],
      },
    ],
  },
  {
    share: 8,
    signsUp: true,
    billing: { status: 'active', plan: 'home', mrr: 9 },
    visits: (chance) => [
      { daysAgo: 20 + chance.next() * 9, steps: ['/', '/pricing', '/signup', SIGNED_UP] },
      {
        daysAgo: 8 + chance.next() * 9,
        steps: ['/', ACTIVATED, product(chance), bought(chance.whole(39, 180))],
      },
      { daysAgo: chance.next() * 14, steps: ['/', product(chance), bought(chance.whole(39, 180))] },
    ],
  },
  {
    // Tried it and fell silent.
    share: 4,
    signsUp: true,
    billing: { status: 'trialing', plan: 'trial', mrr: 0 },
    visits: (chance) => [
      { daysAgo: 22 + chance.next() * 7, steps: ['/', '/pricing', '/signup', SIGNED_UP, '/docs'] },
    ],
  },
  {
    share: 8,
    signsUp: true,
    company: true,
    billing: { status: 'trialing', plan: 'team', mrr: 0 },
    visits: (chance) => [
      { daysAgo: 8 + chance.next() * 5, steps: ['/', '/signup', SIGNED_UP, '/docs'] },
      { daysAgo: chance.next() * 7, steps: ['/security', COMPARISON, '/pricing'] },
    ],
  },
];

export const COMPANIES = [
  { id: 'demo-botanica', traits: { name: 'Botanica', industry: 'Garden centres', employees: 85 } },
  { id: 'demo-greenwall', traits: { name: 'Greenwall', industry: 'Offices', employees: 240 } },
  { id: 'demo-orangerie', traits: { name: 'Orangerie', industry: 'Hotels', employees: 1_200 } },
  { id: 'demo-fernhouse', traits: { name: 'Fernhouse', industry: 'Cafés', employees: 30 } },
] as const;

export const FIRST_NAMES = [
  ...(['Ada', 'Ben', 'Chiara', 'Dmitri', 'Elif', 'Femi', 'Grace', 'Hugo', 'Ines', 'Jun'] as const),
  ...(['Kofi', 'Lena', 'Mateo', 'Nora', 'Omar', 'Priya', 'Quinn', 'Rosa', 'Sven', 'Tala'] as const),
] as const;
export const LAST_NAMES = [
  ...(['Abbott', 'Berg', 'Costa', 'Dahl', 'Eriksen', 'Ferrari', 'Garcia', 'Haddad'] as const),
  ...(['Ito', 'Jansen', 'Kaya', 'Lopez', 'Mensah', 'Novak', 'Okafor', 'Park'] as const),
] as const;
