import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import { describe, expect, test } from 'vitest';

const built = (path: string) => fileURLToPath(new URL(`../dist/${path}.js`, import.meta.url));

/** Bundles code as an app does; the built modules of which something is left. */
async function keptOf(code: string): Promise<readonly string[]> {
  const bundle = await rollup({
    input: 'app',
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === 'app' ? id : null),
        load: (id) => (id === 'app' ? code : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'es' });
  return output.flatMap((chunk) =>
    chunk.type === 'chunk'
      ? Object.entries(chunk.modules)
          .filter(([, { renderedLength }]) => renderedLength > 0)
          .map(([id]) => id.replace(/^.*\/dist\//, ''))
      : [],
  );
}

describe('an app', () => {
  test('that wants the core gets no optional module', async () => {
    const kept = await keptOf(
      `import { createInkling } from '${built('index')}'; createInkling({ writeKey: 'wk', host: '' });`,
    );
    expect(kept).toContain('tracker.js');
    expect(kept.filter((id) => id.startsWith('modules/'))).toEqual([]);
    expect(kept).not.toContain('tag.js');
  });

  test('that wants a module gets that one', async () => {
    const kept = await keptOf(
      `import { engagement } from '${built('modules/engagement')}'; console.log(engagement);`,
    );
    expect(kept.filter((id) => id.startsWith('modules/'))).toEqual(['modules/engagement.js']);
    expect(kept).not.toContain('tracker.js');
  });

  test.each(['next', 'react'])(
    'that renders on a server is told that %s is for the browser',
    (name) => {
      const code = readFileSync(built(`frameworks/${name}`), 'utf8');
      expect(code).toMatch(/^'use client';/);
    },
  );

  test('that uses nothing of it keeps nothing of it', async () => {
    expect(
      await keptOf(`import '${built('modules/links')}'; import {} from '${built('index')}';`),
    ).toEqual([]);
  });
});
