import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
import { commandOf } from '../collector/scripts/command.ts';
import type { Collector } from './collector.ts';
import { expect, test } from './fixtures.ts';
import { runToEnd } from './scripts/child.ts';
import { expectVisitTold, visit } from './shop.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILD_MS_MAX = 40_000;

/** Strict mode renders twice in development alone. */
const BUILDS = [
  { example: 'react', environment: 'development' },
  { example: 'react', environment: 'production' },
  { example: 'vue', environment: 'development' },
  { example: 'vue', environment: 'production' },
] as const;

/** Builds an example for the collector, as its reader would, into a folder of the test. */
async function build(
  { example, environment }: (typeof BUILDS)[number],
  collector: Collector,
  folder: string,
): Promise<void> {
  const { ok, output } = await runToEnd(
    [commandOf(ROOT, 'vite'), 'build', '--outDir', folder, '--emptyOutDir'],
    {
      cwd: `${ROOT}examples/${example}`,
      env: {
        ...process.env,
        NODE_ENV: environment,
        VITE_INKLING_HOST: collector.url,
        VITE_INKLING_WRITE_KEY: collector.writeKey,
      },
      timeoutMs: BUILD_MS_MAX,
    },
  );
  expect(ok, output).toBe(true);
}

for (const each of BUILDS) {
  test(`an app made with ${each.example}, built for ${each.environment}, reports each thing once`, async ({
    page,
    collector,
  }, testInfo) => {
    test.slow();
    const folder = testInfo.outputPath('site');
    await build(each, collector, folder);
    const site = await preview({
      root: `${ROOT}examples/${each.example}`,
      logLevel: 'silent',
      build: { outDir: folder },
      preview: { host: '127.0.0.1', port: 0 },
    });
    try {
      await visit(page, site.resolvedUrls?.local[0] ?? '', collector);
    } finally {
      await site.close();
    }
    await expectVisitTold(collector);
  });
}
