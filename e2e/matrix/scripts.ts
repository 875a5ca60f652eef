import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { runToEnd } from '../scripts/child.ts';

/** A tracking script, as a site would load it. */
export interface Script {
  readonly name: string;
  readonly version: string;
  /** Its npm package, or what of ours. */
  readonly source: string;
  /** What a reader must know of how it was set up. */
  readonly options: string;
  readonly code: string;
}

interface Vendor {
  readonly name: string;
  readonly package: string;
  readonly entry: string;
  readonly options: string;
}

/** Of each, what its vendor's documentation advises for reliability, or its defaults where it is silent. */
const VENDORS: readonly Vendor[] = [
  {
    name: 'Plausible',
    package: '@plausible-analytics/tracker',
    entry: 'plausible',
    options: 'defaults (keepalive is always on); captureOnLocalhost',
  },
  {
    name: 'OpenPanel',
    package: '@openpanel/web',
    entry: 'openpanel',
    options: 'defaults (keepalive and three retries are always on); trackScreenViews',
  },
  {
    name: 'Segment',
    package: '@segment/analytics-next',
    entry: 'segment',
    options: 'retryQueue, persistence on (defaults); standard delivery with keepalive',
  },
  {
    name: 'PostHog',
    package: 'posthog-js',
    entry: 'posthog',
    options:
      'defaults (batching, retry queue, beacon at the end); in pagehide, send_instantly by beacon; loads no more',
  },
];

const INSTALL_MS_MAX = 240_000;

/** Inkling first, then the others; these are installed as their lockfile says. */
export async function loadScripts(): Promise<readonly Script[]> {
  await install();
  return [inkling(), ...(await Promise.all(VENDORS.map(bundle)))];
}

function inkling(): Script {
  const { version } = JSON.parse(read('../../sdk/package.json')) as { readonly version: string };
  const code = `${read('../../sdk/dist/inkling.js')}\nwindow.record = (marker) => inkling.track(marker);`;
  return { name: 'Inkling', version, source: 'inkling.js', options: 'defaults', code };
}

async function bundle(vendor: Vendor): Promise<Script> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root: path('.'),
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      lib: { entry: path(`entries/${vendor.entry}.js`), formats: ['iife'], name: 'vendor' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !('output' in output)) throw new Error('Vite built nothing.');
  const { version } = JSON.parse(read(`node_modules/${vendor.package}/package.json`)) as {
    readonly version: string;
  };
  const { name, package: source, options } = vendor;
  return { name, version, source, options, code: output.output[0].code };
}

async function install(): Promise<void> {
  const npm = process.env.npm_execpath;
  if (npm === undefined) throw new Error('To be run by npm: `npm run bench -- --only delivery`.');
  const { ok, output } = await runToEnd([npm, 'ci'], {
    cwd: path('.'),
    env: process.env,
    timeoutMs: INSTALL_MS_MAX,
  });
  if (!ok) throw new Error(output);
}

function read(file: string): string {
  return readFileSync(path(file), 'utf8');
}

function path(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
