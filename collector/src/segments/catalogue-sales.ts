import { PURCHASES } from './catalogue-parts.ts';
import { isLonger } from './duration.ts';
import { type CatalogueEntry, entryOf, events, window } from './recipe.ts';

/** Read from what somebody bought, or began and left. */
export const salesEntries: readonly CatalogueEntry[] = [
  entryOf({
    id: 'bought-7d',
    name: 'Bought lately',
    reads: 'Bought lately; made to be left out of messages about things left in the cart.',
    parameters: { purchases: PURCHASES, within: window('7d') },
    variant: ({ within }) => ({ id: `bought-${within}`, name: `Bought within ${within}` }),
    condition: ({ purchases, within }) => ({ did: purchases, within }),
  }),
  entryOf({
    id: 'form-abandoners',
    name: 'Form abandoners',
    reads: 'Began a form and sent none for a while after.',
    parameters: {
      starts: events('Form Started', 'that a form was begun'),
      submits: events('Form Submitted', 'that a form was sent'),
      after: window('30m', 'For how long none was sent'),
      within: window(
        '7d',
        'How far back the form may have been begun; longer than the time before',
      ),
    },
    wrong: ({ after, within }) => tooLong(after, within),
    condition: ({ starts, submits, after, within }) => ({
      seq: [{ did: starts }, { no: submits, for: after }],
      within,
    }),
  }),
  entryOf({
    id: 'cart-abandoners',
    name: 'Cart abandoners',
    reads:
      'Put something into the cart or began to check out, and did not buy for a while after, nor since.',
    parameters: {
      starts: events('Checkout Started, Product Added', 'that somebody is about to buy'),
      purchases: PURCHASES,
      after: window('1h', 'For how long nothing was bought'),
      within: window('7d', 'How far back it looks; longer than the time before'),
    },
    wrong: ({ after, within }) => tooLong(after, within),
    condition: ({ starts, purchases, after, within }) => ({
      all: [
        { seq: [{ did: starts }, { no: purchases, for: after }], within },
        { not: { did: purchases, within } },
      ],
    }),
  }),
];

/** The wait has to end while the window still holds its beginning. */
function tooLong(after: string, within: string) {
  return isLonger(within, after)
    ? undefined
    : {
        name: 'after',
        detail: `"${after}" is not shorter than "${within}", how far back it looks`,
      };
}
