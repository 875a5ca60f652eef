import { test } from './fixtures.ts';
import { build, type OwnExample, serve } from './own-example.ts';
import { expectVisitTold, visit } from './shop.ts';

const ASTRO: OwnExample = {
  name: 'astro',
  tool: 'astro',
  serveArgs: ['preview', '--host', '127.0.0.1', '--port', '0'],
};

// The client router takes hold of history before the script can listen in.
for (const browser of ['with the Navigation API', 'without the Navigation API']) {
  test(`a site made with Astro and its client router reports each thing once, ${browser}`, async ({
    page,
    collector,
  }) => {
    if (browser.startsWith('without')) {
      await page.addInitScript(() => {
        Object.defineProperty(window, 'navigation', { value: undefined });
      });
    }
    await build(ASTRO, collector);
    const site = await serve(ASTRO);
    try {
      await visit(page, site.url, collector);
    } finally {
      await site.stop();
    }
    await expectVisitTold(collector);
  });
}
