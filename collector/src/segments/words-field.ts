/** What intake finds out about every visit, as people call it. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['context.location.country', 'country'],
  ['context.location.region', 'region'],
  ['context.location.city', 'city'],
  ['context.device.type', 'device'],
  ['context.browser.name', 'browser'],
  ['context.os.name', 'operating system'],
  ['context.referrer.type', 'referrer kind'],
  ['context.referrer.name', 'referrer'],
]);

/** The name of a path of events: what is known by a word is called so, others are themselves. */
export function fieldWords(path: string): string {
  return FIELDS.get(path) ?? path;
}
