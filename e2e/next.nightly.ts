import { expect, test } from './fixtures.ts';
import { build, type OwnExample, serve } from './own-example.ts';
import { expectVisitTold, visit } from './shop.ts';

const NEXT: OwnExample = {
  name: 'next',
  tool: 'next',
  serveArgs: ['start', '--hostname', '127.0.0.1', '--port', '0'],
};

test('an app made with Next reports each thing once, and nothing of what it only prefetches', async ({
  page,
  collector,
}) => {
  await build(NEXT, collector);
  const site = await serve(NEXT);
  try {
    const prefetch = page.waitForRequest(
      (request) => request.headers()['next-router-prefetch'] !== undefined,
    );
    await visit(page, site.url, collector);
    expect((await prefetch).url()).toContain('/sign-up');
  } finally {
    await site.stop();
  }
  await expectVisitTold(collector);
});
