import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf } from './address.ts';

describe('an address', () => {
  test.each<[string, string, string]>([
    [
      'keeps campaigns, click ids, referral',
      'https://a.example/p?utm_source=x&gclid=1&ref=y',
      '/p?utm_source=x&gclid=1&ref=y',
    ],
    [
      'knows click ids of many kinds',
      'https://a.example/?fbclid=1&msclkid=2&irclickid=3&wbraid=4&li_fat_id=5',
      '/?fbclid=1&msclkid=2&irclickid=3&wbraid=4&li_fat_id=5',
    ],
    ['loses everything else', 'https://a.example/p?token=s3cret&q=me&email=a@b.example#frag', '/p'],
    ['loses a query that says nothing', 'https://a.example/p?&', '/p'],
    ['loses its user', 'https://ada:pw@a.example/p', '/p'],
  ])('%s', (_, href, expected) => {
    expect(addressOf(href).url.href).toBe(`https://a.example${expected}`);
  });

  test('names a campaign as the contract does, and tells campaigns apart', () => {
    const of = (query: string) => addressOf(`https://a.example/?${query}`);
    expect(of('utm_campaign=spring&utm_source=mail').utm).toEqual({
      name: 'spring',
      source: 'mail',
    });
    const campaigns = ['', 'utm_source=a', 'utm_source=b', 'utm_medium=a', 'gclid=1', 'gclid=2'];
    expect(new Set(campaigns.map((query) => of(query).campaign)).size).toBe(campaigns.length);
    expect(of('ref=menu').campaign).toBe(0);
    expect(of('utm_source=a&ref=x&token=1').campaign).toBe(of('utm_source=a').campaign);
  });

  test('never tells what a query hides', () => {
    const secrets = fc.dictionary(fc.stringMatching(/^[b-eh-qs-z]{1,8}$/), fc.constant('s3cret'));
    fc.assert(
      fc.property(secrets, fc.webUrl(), (secrets, url) => {
        const { href } = addressOf(`${url}?${new URLSearchParams(secrets)}#s3cret`).url;
        expect(href).not.toContain('s3cret');
      }),
    );
  });
});
