import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { commandOf } from '../collector/scripts/command.ts';

/** What finding a browser needs to know of a machine, and may do to it. */
export interface Machine {
  readonly platform: string;
  readonly isRoot: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where Playwright's own download is, or would be. */
  readonly downloadPath: string;
  /** Is there a browser, with all the libraries that it loads? */
  starts(path: string): boolean;
  /** Fetches Playwright's Chromium; no special rights needed. */
  download(): void;
  /** Installs the distribution's Chromium; root on Debian or Ubuntu. */
  installPackage(): void;
}

/** Downloading a browser takes a minute; a proxy that swallows packets takes for ever. */
const INSTALL_MS_MAX = 300_000;
const START_MS_MAX = 20_000;

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];
const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PROGRAMS = [
  'Google/Chrome/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
];

/**
 * A Chromium that runs here: the one that `INKLING_BROWSER` names, else one that is installed, else
 * Playwright's download, else the distribution's package.
 *
 * @throws If there is none and none can be had; the message says what to do.
 */
export function findBrowser(machine: Machine): string {
  const named = machine.env.INKLING_BROWSER;
  if (named !== undefined) {
    if (machine.starts(named)) return named;
    throw new Error(`INKLING_BROWSER is ${named}, which does not start.`);
  }
  const find = () =>
    [...installedPaths(machine), machine.downloadPath].find((path) => machine.starts(path));

  const installed = find();
  if (installed !== undefined) return installed;
  machine.download();
  const downloaded = find();
  if (downloaded !== undefined) return downloaded;
  if (machine.platform === 'linux' && machine.isRoot) machine.installPackage();
  const packaged = find();
  if (packaged !== undefined) return packaged;
  throw new Error(
    'No Chromium runs here and none could be fetched. Install Chromium or Chrome, ' +
      'or name one: INKLING_BROWSER=/path/to/chromium npm test',
  );
}

/** Quiet: no background traffic, no first-run pages. Root has no sandbox to offer. */
export function browserArgs(machine: Pick<Machine, 'isRoot'>): string[] {
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  return machine.isRoot ? [...quiet, '--no-sandbox'] : quiet;
}

/** Where browsers are usually found, the likeliest first. */
function installedPaths({ platform, env }: Machine): readonly string[] {
  if (platform === 'darwin') {
    return MAC_APPS.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  }
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)']];
    return roots.flatMap((root) =>
      root === undefined ? [] : WINDOWS_PROGRAMS.map((program) => join(root, program)),
    );
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  const root = fileURLToPath(new URL('..', import.meta.url));
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    env: process.env,
    downloadPath: chromium.executablePath(),
    // On Windows asking a browser for its version opens a window.
    starts: (path) => existsSync(path) && (process.platform === 'win32' || run(path, '--version')),
    download: () => {
      console.error('No browser here: fetching Chromium …');
      run(process.execPath, commandOf(root, '@playwright/test'), 'install', 'chromium');
    },
    installPackage: () => {
      console.error('Installing the package "chromium" …');
      run('apt-get', 'update');
      run('apt-get', 'install', '-y', '--no-install-recommends', 'chromium');
    },
  };
}

/** Whether the command ended well. Its output goes to stderr unless it is only a version. */
function run(command: string, ...args: readonly string[]): boolean {
  const asksVersion = args[0] === '--version';
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', asksVersion ? 'ignore' : 2, asksVersion ? 'ignore' : 2],
    timeout: asksVersion ? START_MS_MAX : INSTALL_MS_MAX,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}
