// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import type { Options } from '../api.ts';
import { hear } from '../testing/heard.ts';
import { clicks } from './clicks.ts';

function check(html: string, expected: readonly unknown[], options: Partial<Options> = {}): void {
  const { events } = hear(clicks, options);
  document.body.innerHTML = html;
  const elements = document.body.querySelectorAll('*');
  const target = elements.item(elements.length - 1);
  target.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
  expect(events).toEqual(expected);
}

const BUTTON =
  '<button data-ink-event="Plan Chosen" data-ink-plan-name="Pro" class="x">Pro</button>';

test.each<[string, string, readonly unknown[]]>([
  ['tells what the element says', BUTTON, [['Plan Chosen', { plan_name: 'Pro' }]]],
  [
    'on what is in it too',
    '<div data-ink-event="Card Opened"><b>Card</b></div>',
    [['Card Opened', {}]],
  ],
  [
    'counts for the innermost alone',
    '<div data-ink-event="Card Opened"><b data-ink-event="Star Given">*</b></div>',
    [['Star Given', {}]],
  ],
  ['elsewhere tells nothing', '<button data-ink-plan="Pro">Pro</button>', []],
])('a click %s', (_, html, expected) => check(html, expected));

test('clicks are not listened to where the owner says so', () => {
  check(BUTTON, [], { clicks: false });
});
