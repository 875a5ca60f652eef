/** `npm run size`: prints how many bytes each script has, and what each of its parts costs. */
import { builtSizes } from './sizes.js';

for (const name of ['inkling', 'inkling.plus', 'inkling.full']) {
  const { raw, gzip, brotli, parts } = builtSizes(name);
  console.log(`${name}.js  ${raw} raw  ${gzip} gzip  ${brotli} brotli`);
  for (const [part, bytes] of Object.entries(parts)) {
    console.log(`  ${String(bytes).padStart(5)}  ${part}`);
  }
}
