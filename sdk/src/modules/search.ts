import type { Plugin } from '../api.ts';
import { isOn } from '../attribute.ts';
import { onNavigation } from '../capture/navigation.ts';
import type { ModuleEvents } from './events.ts';
import { entriesOf } from './list.ts';

const PARAMETERS = 'q,query,s,search,term,keyword';
const QUERY_CHARS_MAX = 200;

/**
 * Reports "Site Searched" when the address of a page holds what was searched for: with the first of the
 * parameters that is not empty, once for each search. What looks like an e-mail address is not told.
 */
export const search: Plugin = (inkling, options) => {
  if (!isOn(options.search)) return undefined;
  const names = entriesOf(options.search || PARAMETERS);
  let known = '';
  const look = () => {
    const parameters = new URLSearchParams(location.search);
    const query = names.map((name) => parameters.get(name)?.trim()).find(Boolean) ?? '';
    if (query && query !== known && !/\S@\S/.test(query)) {
      const said: ModuleEvents['Site Searched'] = { query: query.slice(0, QUERY_CHARS_MAX) };
      inkling.track('Site Searched', said);
    }
    known = query;
  };
  look();
  onNavigation(() => setTimeout(look));
  return undefined;
};
