import terser from '@rollup/plugin-terser';

/** The script for a tag, from what `tsc` wrote. `module` is left off: terser would not shorten names. */
export default {
  input: 'dist/browser.js',
  output: { file: 'dist/inkling.js', format: 'iife', sourcemap: true, strict: false },
  plugins: [
    terser({
      ecma: 2020,
      compress: { passes: 5, unsafe_arrows: true, pure_getters: true, unsafe: true },
      mangle: { toplevel: true },
    }),
  ],
};
