import terser from '@rollup/plugin-terser';

import { knownNames } from './names.js';
import { ports } from './ports.js';
import { shorter } from './shorter.js';
import { sizes } from './sizes.js';
import { sources } from './sources.js';

/** How a script for a tag is made, from what `tsc` wrote. */
export const output = { format: 'iife', strict: false };

/** `module` is left off in terser: it would not shorten names. */
export function plugins() {
  return [
    sources(),
    shorter(),
    ports(),
    terser({
      ecma: 2020,
      compress: {
        passes: 5,
        inline: 1,
        booleans_as_integers: true,
        pure_getters: true,
        unsafe: true,
        unsafe_comps: true,
        unsafe_math: true,
        unsafe_arrows: true,
      },
      mangle: { toplevel: true, properties: { reserved: knownNames(), keep_quoted: true } },
    }),
    sizes(),
  ];
}
