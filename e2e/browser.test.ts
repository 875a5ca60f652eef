import { describe, expect, test } from 'vitest';
import { browserArgs, findBrowser, type Machine } from './browser.ts';

interface Situation {
  readonly platform?: string;
  readonly isRoot?: boolean;
  readonly named?: string;
  /** Browsers that start. */
  readonly present?: readonly string[];
  /** The machine reaches Playwright's server. */
  readonly downloads?: boolean;
  /** The distribution's server answers. */
  readonly packages?: boolean;
}

const DOWNLOAD = '/home/me/.cache/playwright/chrome';
const CHROME_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Looks for a browser and says what was found and what was done for it. */
function check(situation: Situation, expected: { found?: string; done: readonly string[] }): void {
  const present = new Set(situation.present);
  const done: string[] = [];
  const machine: Machine = {
    platform: situation.platform ?? 'linux',
    isRoot: situation.isRoot ?? false,
    env: { PATH: '/usr/local/bin:/usr/bin', INKLING_BROWSER: situation.named },
    downloadPath: DOWNLOAD,
    starts: (path) => present.has(path),
    download: () => {
      done.push('download');
      if (situation.downloads) present.add(DOWNLOAD);
    },
    installPackage: () => {
      done.push('package');
      if (situation.packages) present.add('/usr/bin/chromium');
    },
  };
  if (expected.found === undefined) expect(() => findBrowser(machine)).toThrow('INKLING_BROWSER');
  else expect(findBrowser(machine)).toBe(expected.found);
  expect(done).toEqual(expected.done);
}

describe('the browser', () => {
  const cases: readonly {
    when: string;
    situation: Situation;
    expected: { found?: string; done: readonly string[] };
  }[] = [
    {
      when: 'one is named',
      situation: { named: '/opt/b', present: ['/opt/b', '/usr/bin/chromium'] },
      expected: { found: '/opt/b', done: [] },
    },
    {
      when: 'the named one does not start, though another would',
      situation: { named: '/opt/b', present: ['/usr/bin/chromium'] },
      expected: { done: [] },
    },
    {
      when: 'Chrome is installed',
      situation: { present: ['/usr/bin/google-chrome', DOWNLOAD] },
      expected: { found: '/usr/bin/google-chrome', done: [] },
    },
    {
      when: 'Chrome is installed on a Mac',
      situation: { platform: 'darwin', present: [CHROME_MAC] },
      expected: { found: CHROME_MAC, done: [] },
    },
    {
      when: 'an earlier run downloaded one',
      situation: { present: [DOWNLOAD] },
      expected: { found: DOWNLOAD, done: [] },
    },
    {
      when: 'there is neither a browser nor root',
      situation: { downloads: true },
      expected: { found: DOWNLOAD, done: ['download'] },
    },
    {
      when: 'only the distribution can be reached',
      situation: { isRoot: true, packages: true },
      expected: { found: '/usr/bin/chromium', done: ['download', 'package'] },
    },
    {
      when: 'only the distribution can be reached, but not as root',
      situation: { packages: true },
      expected: { done: ['download'] },
    },
    {
      when: 'nothing can be reached',
      situation: { isRoot: true },
      expected: { done: ['download', 'package'] },
    },
  ];
  test.each(cases)('is found when $when', ({ situation, expected }) => check(situation, expected));

  test('runs without a sandbox for root alone', () => {
    expect(browserArgs({ isRoot: true })).toContain('--no-sandbox');
    expect(browserArgs({ isRoot: false })).not.toContain('--no-sandbox');
  });
});
