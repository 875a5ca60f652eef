import { output, plugins } from './build/script.js';

/** Scripts for a tag, by the entry that each is made from. */
const SCRIPTS = {
  browser: 'inkling',
  'browser-plus': 'inkling.plus',
  'browser-full': 'inkling.full',
};

/** The server names the map in a header, which costs the script no bytes. */
const sourcemap = 'hidden';

export default Object.entries(SCRIPTS).map(([entry, name]) => ({
  input: `dist/${entry}.js`,
  output: { ...output, file: `dist/${name}.js`, sourcemap },
  plugins: plugins(),
}));
