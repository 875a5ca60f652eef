import type { Event } from '../event.ts';
import { countRange } from './compare.ts';
import type { DidTimes, Leaf } from './definition.ts';
import { TIMES_DEFAULT } from './leaves/did-times.ts';

/** An event in a few words: "Viewed /pricing". */
export function eventWords({ type, name, properties }: Event): string {
  const { path, form_id: formId, form_name: formName } = properties;
  switch (type) {
    case 'page':
      return `Viewed ${typeof path === 'string' ? path : (name ?? 'a page')}`;
    case 'screen':
      return `Viewed screen ${name ?? ''}`.trim();
    case 'identify':
      return 'Was identified';
    case 'group':
      return 'Joined a group';
    case 'alias':
      return 'Took over an earlier id';
    default: {
      const form = typeof formId === 'string' ? formId : formName;
      return typeof form === 'string' ? `${name ?? ''} ${form}`.trim() : (name ?? '');
    }
  }
}

/** What keeps a condition from holding, in words; `counted` is what counts now. `undefined` where its own words say it. */
export function missingWords(leaf: Leaf, counted: number): string | undefined {
  if (!('did' in leaf) || 'is' in leaf) return undefined;
  const { least, most } = countRange(leaf.times ?? TIMES_DEFAULT);
  const unit = unitOf(leaf);
  if (counted < least) return `${least - counted} more ${plural(unit, least - counted)}`;
  if (counted > most) return `${counted - most} ${plural(unit, counted - most)} too many`;
  return `any other number of ${plural(unit, 2)} than ${counted}`;
}

function unitOf({ distinct }: DidTimes): string {
  if (distinct === undefined) return 'time';
  return distinct === 'session' || distinct === 'day' ? distinct : `different ${distinct}`;
}

function plural(unit: string, count: number): string {
  return count === 1 || unit.startsWith('different ') ? unit : `${unit}s`;
}
