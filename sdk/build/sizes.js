import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { eachMapping, TraceMap } from '@jridgewell/trace-mapping';

/**
 * Says of each script how many bytes it has, and of each of its parts how many it would have less
 * without: compressed together, parts cost less than each alone.
 *
 * @returns {import('rollup').Plugin}
 */
export function sizes() {
  return {
    name: 'sizes',
    generateBundle(_, bundle) {
      for (const { type, code, map, fileName } of Object.values(bundle)) {
        if (type !== 'chunk') continue;
        const source = JSON.stringify({ ...sizeOf(code), parts: partsOf(code, map) }, null, 2);
        this.emitFile({ type: 'asset', fileName: fileName.replace(/js$/, 'sizes.json'), source });
      }
    },
  };
}

/** Both compress as hard as they can. */
function sizeOf(code) {
  return {
    raw: Buffer.byteLength(code),
    gzip: gzipSync(code, { level: 9 }).length,
    brotli: brotliCompressSync(code).length,
  };
}

/** Brotli bytes of each source file, the dearest first. */
function partsOf(code, map) {
  const starts = [];
  eachMapping(new TraceMap(map.toString()), ({ generatedLine, generatedColumn, source }) => {
    if (generatedLine === 1 && source) starts.push([generatedColumn, source]);
  });
  const whole = sizeOf(code).brotli;
  const names = [...new Set(starts.map(([, source]) => source))];
  const priced = names.map((name) => {
    const rest = starts.map(([column, source], index) =>
      source === name ? '' : code.slice(column, starts[index + 1]?.[0]),
    );
    const head = code.slice(0, starts[0]?.[0]);
    return [partName(name), whole - sizeOf(head + rest.join('')).brotli];
  });
  return Object.fromEntries(priced.toSorted(([, a], [, b]) => b - a));
}

function partName(source) {
  return source.replace(/^.*?src\//, '').replace(/\.ts$/, '');
}

/** The sizes that the last build found for a script. */
export function builtSizes(name) {
  return JSON.parse(readFileSync(new URL(`../dist/${name}.sizes.json`, import.meta.url), 'utf8'));
}
