import { activityEntries } from './catalogue-activity.ts';
import { interestEntries } from './catalogue-interest.ts';
import { mailEntries } from './catalogue-mail.ts';
import { pageEntries } from './catalogue-pages.ts';
import { salesEntries } from './catalogue-sales.ts';
import { scoreEntries } from './catalogue-scores.ts';
import type { Definition } from './definition.ts';
import type { Parsed } from './pointer.ts';
import { quoted } from './quote.ts';
import type { CatalogueEntry } from './recipe.ts';
import { nearest } from './suggest.ts';

/** Ready-made segments. Each is parsed like any other definition when it is made. */
export const catalogue: readonly CatalogueEntry[] = [
  ...pageEntries,
  ...interestEntries,
  ...salesEntries,
  ...scoreEntries,
  ...activityEntries,
  ...mailEntries,
];

/**
 * Makes a definition from an entry of {@link catalogue}. Pointers of errors lead into `parameters`.
 *
 * @param parameters - An object; those absent take their defaults.
 */
export function instantiate(id: string, parameters: unknown = {}): Parsed<Definition> {
  const entry = catalogue.find((each) => each.id === id);
  if (entry !== undefined) return entry.instantiate(parameters);
  const ids = catalogue.map((each) => each.id);
  const meant = nearest(id, ids);
  const hint = meant === undefined ? `there are ${ids.join(', ')}` : `did you mean "${meant}"?`;
  return {
    ok: false,
    errors: [{ pointer: '', detail: `no ready-made segment has the id ${quoted(id)}; ${hint}` }],
  };
}
