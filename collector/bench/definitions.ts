/** Segments for the curves: ready-made ones, and as many others as it takes, no two of which read the same events. */
import { catalogue, instantiate } from '../src/segments/catalogue.ts';
import type { Condition, Definition } from '../src/segments/definition.ts';
import { parseDefinition } from '../src/segments/parse-definition.ts';

/** What every site has to begin with: pages, products, a sequence, silence, traits. */
const BASE = [
  'pricing-viewers',
  'pricing-returners',
  'pricing-hesitators',
  'product-comparers',
  'docs-evaluators',
  'returning-visitors',
  'engaged-session',
  'idle-14',
  'trial-ending',
  'won-back',
] as const;

const ARTICLES = ['/blog', '/product', '/solutions', '/help'] as const;

/** All ready-made segments with their defaults. */
export function wholeCatalogue(): readonly Definition[] {
  return catalogue.map(({ id }) => readyMade(id));
}

/** Ten ready-made segments, and others up to `count`. */
export function definitionsOf(count: number): readonly Definition[] {
  const base = BASE.map(readyMade);
  const others = Array.from({ length: Math.max(0, count - base.length) }, (_, index) =>
    parsed({
      id: `interest-${index}`,
      name: `Interest ${index}`,
      kind: 'implicit',
      if: interest(index),
    }),
  );
  return [...base, ...others].slice(0, count);
}

/** The kinds of questions that owners ask of single pages and products, each of a page of its own. */
function interest(index: number): Condition {
  const path = `${ARTICLES[index % ARTICLES.length]}/article-number-${index}`;
  const where = { path };
  switch (index % 6) {
    case 0:
      return { did: 'page', where, times: 2, within: '14d' };
    case 1:
      return { did: 'page', where, distinct: 'session', times: 2, within: '30d' };
    case 2:
      return {
        all: [
          { did: 'page', where, within: '30d' },
          { not: { did: 'page', where: { path: `${path}/order` }, within: '30d' } },
        ],
      };
    case 3:
      return {
        seq: [
          { did: 'page', where },
          { did: 'page', where },
        ],
        within: '7d',
      };
    case 4:
      return { did: 'Product Viewed', where: { product_id: `plan-${index}` }, within: '14d' };
    default:
      return {
        all: [
          { did: 'page', where, within: '7d' },
          { idle: '1d', of: 'Signed Up' },
        ],
      };
  }
}

function readyMade(id: string): Definition {
  const made = instantiate(id);
  if (!made.ok) throw new Error(JSON.stringify(made.errors));
  return made.value;
}

function parsed(written: Definition): Definition {
  const read = parseDefinition(written);
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.value;
}
