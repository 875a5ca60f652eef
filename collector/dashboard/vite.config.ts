import { defineConfig, type Plugin } from 'vite';

/**
 * Nothing is painted before the script ran, where the browser knows the attribute: the script
 * applies the reader's choice of colours, and the other colours would flash.
 */
const paintAfterScript: Plugin = {
  name: 'paint-after-script',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '$& blocking="render"'),
  },
};

/** JSX is compiled as `tsconfig.json` says, so Preact needs no plugin. */
export default defineConfig({
  plugins: [paintAfterScript],
  build: {
    target: 'es2022',
    // The content security policy allows files of our own origin, but no `data:` addresses.
    assetsInlineLimit: 0,
    // One chunk: there is nothing to preload, and no script for it in the page.
    modulePreload: false,
  },
});
