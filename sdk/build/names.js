import { readFileSync } from 'node:fs';

/** Where the names stand that others know: what a page may call and say, and what goes over the wire. */
const KNOWN = ['api', 'protocol', 'capture/fields', 'modules/events', 'modules/options'];
/** Names of the browser, and of others on the page, that terser's own list lacks. */
const OF_OTHERS = [
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
