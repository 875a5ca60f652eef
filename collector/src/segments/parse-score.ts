import type { Score } from './definition.ts';
import {
  type Fields,
  isObject,
  optional,
  type Reader,
  readObject,
  readTrue,
  required,
  type Shape,
} from './fields.ts';
import { readCompareNumber } from './parse-compare.ts';
import { readId } from './parse-id.ts';
import { readDurationText } from './parse-window.ts';
import type { Place } from './pointer.ts';

const MOVES = ['rose', 'fell', 'peak'] as const;
const FORMS = ['is', ...MOVES, 'none'] as const;
type Form = (typeof FORMS)[number];

const INSTEAD = new Map([
  ['rise', 'rose'],
  ['risen', 'rose'],
  ['fall', 'fell'],
  ['fallen', 'fell'],
  ['dropped', 'fell'],
  ['max', 'peak'],
  ['highest', 'peak'],
  ['value', 'is'],
  ['exists', 'none'],
]);
const SCORE: Shape = { what: 'A `score`', keys: ['score', ...FORMS, 'within'], instead: INSTEAD };

/** Reads a condition on a score: its value now, how it moved, or that there is none. */
export const readScore: Reader<Score> = (input, place) => {
  const forms = isObject(input) ? FORMS.filter((form) => input[form] !== undefined) : [];
  const [form] = forms;
  if (forms.length > 1) {
    const names = forms.map((name) => `\`${name}\``).join(' and ');
    return place.refuse(
      `has ${names} side by side; give each its own condition and join them by all`,
    );
  }
  const fields = readObject(input, place, form === undefined ? SCORE : shapeOf(form));
  if (fields === undefined) return undefined;
  const score = optional(fields, 'score', place, readId);
  switch (form) {
    case undefined:
      return place.refuse('says nothing of the score; write one of is, rose, fell, peak or none');
    case 'is': {
      const is = optional(fields, 'is', place, readCompareNumber);
      return score === undefined || is === undefined ? undefined : { score, is };
    }
    case 'none': {
      const none = optional(fields, 'none', place, readTrue);
      return score === undefined || none === undefined ? undefined : { score, none };
    }
    default:
      return readMove(fields, place, { score, form });
  }
};

function readMove(
  fields: Fields,
  place: Place,
  { score, form }: { readonly score: string | undefined; readonly form: (typeof MOVES)[number] },
): Score | undefined {
  const compare = optional(fields, form, place, readCompareNumber);
  const within = required(fields, 'within', place, {
    read: readDurationText,
    need: 'write over how long, such as "30d"',
  });
  if (score === undefined || compare === undefined || within === undefined) return undefined;
  switch (form) {
    case 'rose':
      return { score, rose: compare, within };
    case 'fell':
      return { score, fell: compare, within };
    default:
      return { score, peak: compare, within };
  }
}

function shapeOf(form: Form): Shape {
  const hasWindow = form !== 'is' && form !== 'none';
  return {
    what: `A \`score\` with \`${form}\``,
    keys: hasWindow ? ['score', form, 'within'] : ['score', form],
    ...(!hasWindow && {
      refused: new Map([
        ['within', `\`${form}\` is of now; a window goes with rose, fell or peak`],
      ]),
    }),
    instead: INSTEAD,
  };
}
