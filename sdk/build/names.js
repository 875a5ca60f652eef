import { readFileSync } from 'node:fs';

/** Where the names stand that others know: what a page may call and say, and what goes over the wire. */
const KNOWN = ['api', 'protocol', 'capture/fields', 'modules/events', 'modules/options'];
/** Names on the page: of the browser, as far as terser's own list lacks them, of others, of our other scripts. */
const OF_OTHERS = [
  'ink_',
  'prerendering',
  'globalPrivacyControl',
  'ifAvailable',
  'inkFields',
  '__tcfapi',
  'dataLayer',
  'eventStatus',
  'gdprApplies',
  'purpose',
  'consents',
];

/** All property names that must stay as they are; every other one is ours alone, and is shortened. */
export function knownNames() {
  const declarations = KNOWN.map((file) =>
    readFileSync(new URL(`../dist/${file}.d.ts`, import.meta.url), 'utf8'),
  );
  const names = declarations.flatMap((text) => text.match(/\w+(?=\??[:(<])|(?<=')\w+(?=')/g) ?? []);
  return [...OF_OTHERS, ...new Set(names)];
}
