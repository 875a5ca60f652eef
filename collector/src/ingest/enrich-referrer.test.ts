import { describe, expect, test } from 'vitest';
import { HOSTS } from './enrich-hosts.ts';
import { referrerOf } from './enrich-referrer.ts';

const OWN = 'https://www.shop.example.com/pricing';

function check(referrer: string, expected: readonly [type: string, name: string] | undefined) {
  const found = referrerOf({ page: { referrer, url: OWN } });
  expect(found && [found.type, found.name]).toEqual(expected);
}

describe('who sent a visitor', () => {
  test.each([
    ['https://www.google.com/', ['search', 'Google']],
    ['https://www.google.co.uk/', ['search', 'Google']],
    ['https://google.de', ['search', 'Google']],
    ['https://news.google.com/x', ['search', 'Google']],
    ['android-app://com.google.android.googlequicksearchbox/', ['search', 'Google']],
    ['https://fr.search.yahoo.com/', ['search', 'Yahoo']],
    ['https://duckduckgo.com/', ['search', 'DuckDuckGo']],
    ['https://yandex.ru/', ['search', 'Yandex']],
    ['https://l.facebook.com/', ['social', 'Facebook']],
    ['https://t.co/abc', ['social', 'X']],
    ['https://www.linkedin.com/feed', ['social', 'LinkedIn']],
    ['https://old.reddit.com/r/x', ['social', 'Reddit']],
    ['https://mail.google.com/', ['mail', 'Gmail']],
    ['android-app://com.google.android.gm/', ['mail', 'Gmail']],
    ['https://outlook.live.com:443/', ['mail', 'Outlook']],
    ['https://chatgpt.com/', ['ai', 'ChatGPT']],
    ['https://gemini.google.com/app', ['ai', 'Gemini']],
    ['https://www.perplexity.ai/', ['ai', 'Perplexity']],
    ['https://copilot.microsoft.com', ['ai', 'Copilot']],
    ['https://docs.google.com/document', ['site', 'Google Docs']],
    ['HTTPS://Blog.Other.example/x', ['site', 'blog.other.example']],
    // Names that only look like one of the list.
    ['https://notgoogle.com/', ['site', 'notgoogle.com']],
    ['https://google.evil.example/', ['site', 'google.evil.example']],
    ['https://x.com.evil.example/', ['site', 'x.com.evil.example']],
    ['https://netflix.com/', ['site', 'netflix.com']],
    ['https://a.test/?q=https://google.com/', ['site', 'a.test']],
    // The site itself, under whichever of its names.
    ['https://www.shop.example.com/', undefined],
    ['https://shop.example.com/', undefined],
    ['https://example.com/', undefined],
    ['https://pay.shop.example.com/', undefined],
    ['', undefined],
    ['/relative', undefined],
    ['google.com', undefined],
  ] as const)('%s → %j', check);

  test.each([
    ['an assistant that names itself', { source: 'chatgpt.com' }, ['ai', 'ChatGPT']],
    ['a newsletter', { source: 'june', medium: 'Email' }, ['mail', 'june']],
    ['an advertisement is none of them', { source: 'ads', medium: 'cpc' }, undefined],
  ] as const)('is told by the campaign where no page is: %s', (_, campaign, expected) => {
    const found = referrerOf({ campaign, page: { url: OWN } });
    expect(found && [found.type, found.name]).toEqual(expected);
  });

  test('is told by the page before the campaign', () => {
    const page = { referrer: 'https://www.bing.com/', url: OWN };
    expect(referrerOf({ page, campaign: { medium: 'email' } })?.name).toBe('Bing');
  });
});

test('a host is in the table once', () => {
  const hosts = Object.values(HOSTS).flatMap((kind) =>
    Object.values(kind).flatMap((list) => list.split(' ')),
  );
  expect(hosts.filter((host, index) => hosts.indexOf(host) !== index)).toEqual([]);
});
