import { type CatalogueEntry, entryOf, id, percent, points, window } from './recipe.ts';

const LEAD = id('lead', 'The score');

/** Read from a lead score, which itself reads behaviour by rules that can be tuned. */
export const scoreEntries: readonly CatalogueEntry[] = [
  entryOf({
    id: 'hot-leads',
    name: 'Hot leads',
    reads:
      'Scores high. Whoever came in stays until the score is clearly lower, so that nobody flickers.',
    parameters: {
      score: LEAD,
      above: points(80, 'Enters above'),
      below: points(70, 'Leaves below'),
    },
    wrong: ({ above, below }) =>
      below > above
        ? { name: 'below', detail: `${below} is above ${above}, at which people enter` }
        : undefined,
    condition: ({ score, above }) => ({ score, is: { gt: above } }),
    frame: ({ score, below }) => ({ leaveIf: { score, is: { lt: below } } }),
  }),
  entryOf({
    id: 'rising-leads',
    name: 'Rising leads',
    reads: 'Gained much in score lately, more than most of the others who gained.',
    parameters: {
      score: LEAD,
      points: points(10, 'Points gained, at least'),
      within: window('30d'),
      share: percent(10, 'How many of a hundred such people are kept, those who gained most'),
    },
    condition: ({ score, points, within }) => ({ score, rose: points, within }),
    frame: ({ score, within, share }) => ({
      top: { by: { score, what: 'rise', within }, percent: share },
    }),
  }),
  entryOf({
    id: 'cooling-leads',
    name: 'Cooling leads',
    reads: 'Was of interest and lost much in score lately.',
    parameters: {
      score: LEAD,
      points: points(20, 'Points lost, at least'),
      peak: points(50, 'What the score once was in that time, at least'),
      within: window('60d'),
    },
    condition: ({ score, points, peak, within }) => ({
      all: [
        { score, fell: points, within },
        { score, peak, within },
      ],
    }),
  }),
  entryOf({
    id: 'peaked-leads',
    name: 'Peaked leads',
    reads:
      'Reached a high score in a time, higher than most of the others who did, whatever it is now.',
    parameters: {
      score: LEAD,
      peak: points(50, 'The highest score in that time, at least'),
      within: window('90d'),
      share: percent(10, 'How many of a hundred such people are kept, those with the highest'),
    },
    condition: ({ score, peak, within }) => ({ score, peak, within }),
    frame: ({ score, within, share }) => ({
      top: { by: { score, what: 'peak', within }, percent: share },
    }),
  }),
  entryOf({
    id: 'unscored',
    name: 'Unscored',
    reads: 'Never did anything that a score gives points for.',
    parameters: { score: LEAD },
    condition: ({ score }) => ({ score, none: true }),
  }),
];
