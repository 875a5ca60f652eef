import { readFile } from 'node:fs/promises';

/**
 * Reads what `tsc` wrote with the map that stands beside it, so that the map of a script leads to the
 * sources and not to what became of them.
 *
 * @returns {import('rollup').Plugin}
 */
export function sources() {
  return {
    name: 'sources',
    async load(id) {
      const [code, map] = await Promise.all([readFile(id, 'utf8'), readFile(`${id}.map`, 'utf8')]);
      return { code, map };
    },
  };
}
