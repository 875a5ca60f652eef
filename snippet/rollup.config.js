import terser from '@rollup/plugin-terser';

/** The stub of the snippet, from what `tsc` wrote; `STUB` in `src/index.ts` is held to it. */
export default {
  input: 'dist/stub.js',
  output: { file: 'dist/stub.min.js', format: 'es' },
  plugins: [terser({ ecma: 2020, compress: { passes: 3 }, format: { semicolons: false } })],
};
