import { expect, test } from 'vitest';
import { createInkling } from './index.ts';

interface Order {
  readonly total: number;
  readonly coupon?: string;
}

/** Read by the compiler alone: each line that is to be refused says so, and fails if it is not. */
export function misuse(): void {
  const options = { writeKey: 'wk', host: 'https://in.example' };
  const typed = createInkling<
    { 'Order Completed': Order; 'Menu Opened': { readonly by?: string } },
    { readonly plan: string; readonly seats: number }
  >(options);
  typed.track('Order Completed', { total: 3 });
  typed.track('Order Completed', { total: 3, coupon: 'x' });
  typed.track('Menu Opened');
  typed.identify('ada', { plan: 'pro' });
  typed.identify(42);
  // @ts-expect-error: no event of this site
  typed.track('Order Complete', { total: 3 });
  // @ts-expect-error: a property is missing
  typed.track('Order Completed', {});
  // @ts-expect-error: all properties are missing
  typed.track('Order Completed');
  // @ts-expect-error: of the wrong type
  typed.track('Order Completed', { total: '3' });
  // @ts-expect-error: no property of this event
  typed.track('Order Completed', { total: 3, tax: 1 });
  // @ts-expect-error: no trait of this site
  typed.identify('ada', { plam: 'pro' });
  // @ts-expect-error: a user needs an id
  typed.identify({ plan: 'pro' });
  // @ts-expect-error: properties are an object
  typed.page('Home', 'start');

  const loose = createInkling(options);
  const order: Order = { total: 3 };
  loose.track('Anything', { of: ['any', 'shape'] });
  loose.track('An interface too', order);
  loose.track('Nothing else');
  // @ts-expect-error: an event needs a name
  loose.track();
  // @ts-expect-error: there is no such event type
  createInkling<{ Bought: string }>(options);
  // @ts-expect-error: where to send to must be said
  createInkling({ writeKey: 'wk' });
  // @ts-expect-error: there are two ways
  createInkling({ ...options, consent: 'maybe' });
  // @ts-expect-error: promises of later are none of results
  const count: number = loose.flush();
  void count;
}

test('where there is no page, everything can be called and nothing happens', async () => {
  const inkling = createInkling({ writeKey: 'wk', host: 'https://in.example' });
  inkling.page();
  inkling.track('Bought', { total: 3 });
  inkling.identify('ada');
  inkling.group('acme');
  inkling.alias('ada');
  inkling.reset();
  inkling.optIn();
  inkling.optOut();
  await expect(inkling.flush()).resolves.toBeUndefined();
  expect(inkling.ids()).toEqual({});
  expect(inkling.consent()).toBe('pending');
});
