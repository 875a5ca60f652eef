import type { Event } from '../event.ts';
import { countRange } from './compare.ts';
import type { Compare, DidTimes, Leaf } from './definition.ts';
import { figureWords } from './words-test.ts';

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

/**
 * What keeps a condition from holding, in words: "1 more session", "is 45, has to be above 80".
 * `undefined` where no figure is compared, so that the condition's own words say it.
 *
 * @param figure - The count, the sum, the score that is compared; absent where there is none.
 */
export function missingWords(leaf: Leaf, figure: number | undefined): string | undefined {
  const did = 'account' in leaf && !('is' in leaf) ? leaf.account : leaf;
  if ('did' in did && !('is' in did)) return missingTimes(did, figure ?? 0);
  const compare = comparedBy(leaf);
  if (compare === undefined) return undefined;
  const now = figure === undefined ? 'there is no figure' : `is ${figure}`;
  return `${now}, has to be ${figureWords(compare)}`;
}

/** What a leaf compares a figure with. */
function comparedBy(leaf: Leaf): Compare | undefined {
  if ('did' in leaf)
    return 'sum' in leaf || 'avg' in leaf || 'min' in leaf || 'max' in leaf ? leaf.is : undefined;
  if (!('score' in leaf) || 'none' in leaf) return undefined;
  if ('is' in leaf) return leaf.is;
  if ('rose' in leaf) return leaf.rose;
  return 'fell' in leaf ? leaf.fell : leaf.peak;
}

function missingTimes(did: DidTimes, counted: number): string {
  const { least, most } = countRange(did.times ?? 1);
  const unit = unitOf(did);
  if (counted < least) return `${least - counted} more ${plural(unit, least - counted)}`;
  if (counted > most) return `${counted - most} ${plural(unit, counted - most)} too many`;
  return `any other number of ${plural(unit, 2)} than ${counted}`;
}

function unitOf({ distinct }: DidTimes): string {
  switch (distinct) {
    case undefined:
      return 'time';
    case 'session':
    case 'day':
    case 'person':
      return distinct;
    default:
      return `different ${distinct}`;
  }
}

function plural(unit: string, count: number): string {
  if (count === 1 || unit.startsWith('different ')) return unit;
  return unit === 'person' ? 'people' : `${unit}s`;
}
