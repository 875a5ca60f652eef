import inkling from '@inkling/sdk/astro';
import { defineConfig } from 'astro/config';

export default defineConfig({
  integrations: [
    // Where events go, as the shell says when the site is built.
    inkling({
      host: process.env.INKLING_HOST ?? '',
      writeKey: process.env.INKLING_WRITE_KEY ?? '',
    }),
  ],
});
