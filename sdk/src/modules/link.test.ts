// @vitest-environment happy-dom
import { afterEach, describe, expect, test } from 'vitest';
import type { Options } from '../api.ts';
import { hear, silence } from '../testing/heard.ts';
import { crossDomain } from './cross-domain.ts';
import { downloads } from './downloads.ts';
import { links } from './links.ts';

afterEach(silence);

/** Clicks on what `html` shows last, and returns it. */
function click(html: string, type = 'click', button = 0): Element | null {
  // The click before may have gone somewhere.
  Reflect.get(window, 'happyDOM').setURL('https://a.example/');
  document.body.innerHTML = html;
  const elements = document.body.querySelectorAll('*');
  const target = elements.item(elements.length - 1);
  const how = { bubbles: true, composed: true, cancelable: true, button };
  target.dispatchEvent(new MouseEvent(type, how));
  return document.body.querySelector('a');
}

function check(html: string, expected: readonly string[], options: Partial<Options> = {}): void {
  const heard = [hear(links, options), hear(downloads, options)];
  click(html);
  expect(heard.flatMap(({ events }) => events.map(([name]) => name))).toEqual(expected);
}

describe('a click', () => {
  test.each<[string, string, readonly string[]]>([
    ['on a link to another site', '<a href="https://b.example/x">B</a>', ['Link Clicked']],
    ['on what is in it', '<a href="https://b.example/x"><b>B</b></a>', ['Link Clicked']],
    ['on a link to this site', '<a href="/x">Here</a>', []],
    ['on a link to no place', '<a href="mailto:a@b.example">Mail</a>', []],
    ['on no link', '<a>None</a>', []],
    ['on a file of this site', '<a href="/guide.PDF?v=2">Guide</a>', ['File Downloaded']],
    ['on a file of another', '<a href="https://b.example/a.zip">Zip</a>', ['File Downloaded']],
    ['on what the page says is a file', '<a href="/report" download>R</a>', ['File Downloaded']],
    ['on a page whose name has a dot', '<a href="/v1.html">V1</a>', []],
  ])('%s', (_, html, expected) => check(html, expected));

  test('tells where a link goes, without what is private, and what it says', () => {
    const heard = hear(links);
    click('<a href="https://u:p@b.example/x?utm_source=a&token=s3cret#f"> Read <i>more</i> </a>');
    expect(heard.events).toEqual([
      ['Link Clicked', { url: 'https://b.example/x?utm_source=a', text: 'Read more' }],
    ]);
  });

  test('tells which file it was', () => {
    const heard = hear(downloads);
    click('<a href="https://b.example/files/guide.pdf?token=s3cret">Guide</a>');
    expect(heard.events).toEqual([
      [
        'File Downloaded',
        { url: 'https://b.example/files/guide.pdf', filename: 'guide.pdf', extension: 'pdf' },
      ],
    ]);
  });

  test('of the middle button counts, of the right one does not', () => {
    const heard = hear(links);
    click('<a href="https://b.example/">B</a>', 'auxclick', 1);
    click('<a href="https://b.example/">B</a>', 'auxclick', 2);
    expect(heard.events).toHaveLength(1);
  });

  test('is what the owner says', () => {
    const outside = '<a href="https://b.example/a.zip">Zip</a>';
    check(outside, ['Link Clicked'], { downloads: 'pdf, csv' });
    check(outside, ['Link Clicked'], { downloads: false });
    check(outside, [], { downloads: 'pdf', links: false });
  });
});

describe('on another domain of the site', () => {
  const ours = '<a href="https://shop.b.example/x?a=1#f">Shop</a>';
  const carried = (html: string, consent: 'granted' | 'pending' = 'granted') => {
    const heard = hear(crossDomain, { domains: 'c.example, b.example' });
    heard.consent = consent;
    return click(html)?.getAttribute('href') ?? '';
  };
  /** Arrives with a link that was made so long ago. */
  const arrive = (id: string, ageMs: number) => {
    const made = (Date.now() - ageMs).toString(36);
    history.replaceState(null, '', `/?_ink=${id}.${made}`);
    const { adopted } = hear(crossDomain, { domains: 'b.example' });
    history.replaceState(null, '', '/');
    return adopted;
  };

  test('a link takes the visitor along, and nothing else changes', () => {
    const url = new URL(carried(ours));
    expect(url.searchParams.get('_ink')).toMatch(/^70000000001\.[a-z\d]+$/);
    url.searchParams.delete('_ink');
    expect(url.href).toBe('https://shop.b.example/x?a=1#f');
  });

  test.each([
    ['a link to somebody else', '<a href="https://evil-b.example/">E</a>'],
    ['a link to this domain', '<a href="/x">X</a>'],
  ])('%s takes nobody along', (_, html) => expect(carried(html)).not.toContain('_ink'));

  test('nobody is taken along before they agree', () => {
    expect(carried(ours, 'pending')).not.toContain('_ink');
  });

  test('the visitor is the same within two minutes, and not after', () => {
    expect(arrive('70000000001', 1_000)).toEqual(['70000000001']);
    expect(arrive('70000000001', 119_000)).toEqual(['70000000001']);
    expect(arrive('70000000001', 121_000)).toEqual([]);
    expect(arrive('70000000001', -60_000)).toEqual([]);
  });

  test.each(['', 'a', '<script>', '7', '7'.repeat(41)])('%s is no id', (id) => {
    expect(arrive(id, 0)).toEqual([]);
  });
});
