import { describe, test } from 'vitest';
import { check, dateOf, did, identified, page, readyMade } from '../../testing/deeds.ts';

const MINUTE = 1 / 1_440;
const MS = 1 / 86_400_000;

describe('engaged-session', () => {
  const views = (count: number, session: string) =>
    Array.from({ length: count }, (_, n) => page(`/${n}`, 1 + n * MINUTE, session));

  test('takes eight pages of one visit, from the last of them on and for a week', () =>
    check(readyMade('engaged-session'), {
      deeds: views(8, 'a'),
      days: { [1 + 6 * MINUTE]: false, [1 + 7 * MINUTE]: true, [8 - MS]: true, 8: false },
    }));

  test('does not add up visits', () =>
    check(readyMade('engaged-session'), {
      deeds: [...views(7, 'a'), ...views(7, 'b')],
      days: { 2: false },
    }));
});

describe('form-abandoners', () => {
  const segment = readyMade('form-abandoners');

  test('enter half an hour after they began a form, and leave after a week', () =>
    check(segment, {
      deeds: [did('Form Started', 1)],
      days: {
        1: false,
        [1 + 30 * MINUTE - MS]: false,
        [1 + 30 * MINUTE]: true,
        [8 - MS]: true,
        8: false,
      },
    }));

  test('are none who sent it in time', () =>
    check(segment, {
      deeds: [did('Form Started', 1), did('Form Submitted', 1 + 29 * MINUTE)],
      days: { 1.1: false, 2: false },
    }));

  test('have another half hour when they begin again', () =>
    check(segment, {
      deeds: [did('Form Started', 1), did('Form Started', 2)],
      days: { [2 - MS]: true, 2: false, [2 + 30 * MINUTE]: true },
    }));
});

describe('cart-abandoners', () => {
  const segment = readyMade('cart-abandoners');

  test('enter an hour after the cart', () =>
    check(segment, {
      deeds: [did('Product Added', 1)],
      days: { [1 + 60 * MINUTE - MS]: false, [1 + 60 * MINUTE]: true, 8: false },
    }));

  test('leave when they buy after all', () =>
    check(segment, {
      deeds: [did('Checkout Started', 1), did('Order Completed', 3)],
      days: { [3 - MS]: true, 3: false, 7: false },
    }));
});

describe('hot-leads', () => {
  // By the default rules: 40 for the demo, 20 for the sign-up, 30 for pricing in three visits.
  const deeds = [
    page('/pricing', 1, 'a'),
    page('/pricing', 1.1, 'b'),
    page('/pricing', 1.2, 'c'),
    did('Signed Up', 1.3),
    did('Demo Requested', 1.4),
  ];

  test('enter above 80 and stay until the score is below 70', () =>
    check(readyMade('hot-leads'), {
      deeds,
      days: { 1.3: false, 1.4: true, 8: true, 31: false },
    }));

  test('are cooling two months later, and no longer when the peak is out of sight', () =>
    check(readyMade('cooling-leads'), { deeds, days: { 10: false, 62: true, 120: false } }));

  test('are not unscored', () =>
    check(readyMade('unscored'), {
      deeds: [identified({ plan: 'x' }, 0), ...deeds],
      days: { 0: true, 0.9: true, 1: false, 200: false },
    }));
});

test.each([7, 14, 30, 60, 90, 180])('idle-%d takes whoever was silent for so long', (days) =>
  check(readyMade(`idle-${days}`), {
    deeds: [page('/', 1), did('Anything', 2), page('/', 200)],
    days: { [2 + days - MS]: false, [2 + days]: true, [200 - MS]: true, 200: false },
  }),
);

describe('idle-trials', () => {
  test('are silent and on trial', () =>
    check(readyMade('idle-trials'), {
      deeds: [identified({ stripe: { status: 'trialing' } }, 1), page('/', 2)],
      days: { [32 - MS]: false, 32: true },
    }));

  test('are none who pay', () =>
    check(readyMade('idle-trials'), {
      deeds: [
        identified({ stripe: { status: 'trial' } }, 1),
        identified({ stripe: { status: 'active' } }, 2),
      ],
      days: { 40: false },
    }));
});

test('trial-ending takes people on the day before the end and lets them go at the end', () =>
  check(readyMade('trial-ending'), {
    deeds: [identified({ trial_ends_at: dateOf(14) }, 0)],
    days: { [13 - MS]: false, 13: true, [14 - MS]: true, 14: false },
  }));

describe('not-activated', () => {
  test('takes people from the third to the thirtieth day', () =>
    check(readyMade('not-activated'), {
      deeds: [did('Signed Up', 1)],
      days: { [4 - MS]: false, 4: true, [31 - MS]: true, 31: false },
    }));

  test('lets them go with the key step, also one before the sign-up', () => {
    const definition = readyMade('not-activated');
    check(definition, {
      deeds: [did('Signed Up', 1), did('Activated', 10)],
      days: { [10 - MS]: true, 10: false },
    });
    check(definition, { deeds: [did('Activated', 0), did('Signed Up', 1)], days: { 5: false } });
  });
});

describe('won-back', () => {
  const segment = readyMade('won-back');

  test('takes people who come back after a month of silence, for a week', () =>
    check(segment, {
      deeds: [page('/', 1), page('/', 40)],
      days: { 39: false, 40: true, 44: true, 47: false },
    }));

  test('takes nobody who was away for less, or never before', () => {
    check(segment, { deeds: [page('/', 1), page('/', 25)], days: { 25: false, 27: false } });
    check(segment, { deeds: [page('/', 40)], days: { 40: false, 42: false } });
  });
});

describe('surging-now', () => {
  const segment = readyMade('surging-now');
  /** So many visits, one an hour from some day on. */
  const visits = (count: number, day: number) =>
    Array.from({ length: count }, (_, n) => page('/', day + n / 24, `${day}-${n}`));

  test.each([
    ['three visits out of the blue', 0, 3, true],
    ['two are too few', 0, 2, false],
    ['three against four of three weeks', 4, 3, true],
    ['three against five', 5, 3, false],
    ['four against six', 6, 4, true],
    ['ten against fifteen', 15, 10, true],
    ['ten against sixteen', 16, 10, false],
    ['eighteen against twenty-seven', 27, 18, true],
    ['eighteen against twenty-eight', 28, 18, false],
    ['seventeen against twenty-six', 26, 17, false],
  ])('%s', (_, before, now, expected) =>
    check(segment, {
      deeds: [...visits(before, 10), ...visits(now, 30)],
      days: { 32: expected, 60: false },
    }),
  );

  test('reads whole weeks: what is four weeks old counts no more', () =>
    check(segment, {
      deeds: [...visits(1, 4.5), ...visits(4, 10), ...visits(3, 30)],
      days: { [32.5 - MS]: false, 32.5: true },
    }));
});
