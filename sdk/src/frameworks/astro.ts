import type { PlainOptions } from './plain.ts';

/** As much of an integration of Astro as this is. */
export interface InklingIntegration {
  readonly name: string;
  readonly hooks: {
    readonly 'astro:config:setup': (setup: {
      readonly injectScript: (stage: 'before-hydration' | 'page', code: string) => void;
    }) => void;
  };
}

/**
 * For `integrations` of an Astro config: records every page of the site, also under its client router.
 * Scripts and islands get the means to report from `useInkling` of `@inkling/sdk/astro/page`.
 */
export default function inkling(options: PlainOptions): InklingIntegration {
  const code = `import { recordPage } from '@inkling/sdk/astro/page'; recordPage(${JSON.stringify(options)});`;
  return {
    name: '@inkling/sdk',
    hooks: {
      'astro:config:setup': ({ injectScript }) => {
        injectScript('page', code);
        // An island may come to life before the scripts of its page run.
        injectScript('before-hydration', code);
      },
    },
  };
}
