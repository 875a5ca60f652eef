import {
  AGGREGATES,
  type AggregateName,
  type Did,
  type DidAggregate,
  type DidTimes,
  type DidTouch,
} from './definition.ts';
import {
  compact,
  type Fields,
  isObject,
  optional,
  type Reader,
  readObject,
  readTrue,
  required,
  type Shape,
} from './fields.ts';
import { readCompare, readCompareNumber } from './parse-compare.ts';
import { readEventName } from './parse-event.ts';
import { readPathText, readTests, readWhere } from './parse-where.ts';
import { readWindow } from './parse-window.ts';
import type { Place } from './pointer.ts';

const TOUCHES = ['first', 'latest'] as const;

const INSTEAD = new Map([
  ['properties', 'where'],
  ['filter', 'where'],
  ['window', 'within'],
  ['last', 'within'],
  ['count', 'times'],
  ['atleast', 'times'],
  ['unique', 'distinct'],
  ['by', 'distinct'],
  ['total', 'sum'],
  ['average', 'avg'],
  ['mean', 'avg'],
  ['newest', 'latest'],
  ['oldest', 'first'],
]);

const TIMES: Shape = {
  what: 'A `did`',
  keys: ['did', 'where', 'within', 'distinct', 'times'],
  refused: new Map([
    [
      'is',
      '`is` goes with sum, avg, min, max, first or latest; to compare how often, write `times`',
    ],
  ]),
  instead: INSTEAD,
};

/** Reads a `did`: how often, a figure over its values, or what the first or latest was like. */
export const readDid: Reader<Did> = (input, place) => {
  if (!isObject(input)) return readDidTimes(input, place);
  const figures = AGGREGATES.filter((name) => input[name] !== undefined);
  const touches = TOUCHES.filter((name) => input[name] !== undefined);
  const forms = [...figures, ...touches];
  if (forms.length > 1) {
    const names = forms.map((name) => `\`${name}\``).join(' and ');
    return place.refuse(
      `has ${names} side by side; give each its own condition and join them by all`,
    );
  }
  const [figure] = figures;
  const [touch] = touches;
  if (figure !== undefined) return readAggregate(input, place, figure);
  return touch === undefined ? readDidTimes(input, place) : readTouch(input, place, touch);
};

function readDidTimes(input: unknown, place: Place): DidTimes | undefined {
  const did = readCount(input, place, TIMES);
  if (did?.distinct !== 'person') return did;
  return place
    .at('distinct')
    .refuse(
      'counts people, and one person is one; write {"account":{"did":…,"distinct":"person"}}',
    );
}

const OF_ACCOUNT = 'is of one person; the people of an account are counted together by `times`';
const ACCOUNT: Shape = {
  what: 'A `did` of an account',
  keys: TIMES.keys,
  refused: new Map(
    [...AGGREGATES, ...TOUCHES, 'is'].map((key) => [key, `\`${key}\` ${OF_ACCOUNT}`]),
  ),
  instead: INSTEAD,
};

/** Reads what the people of one account did together. */
export const readDidOfAccount: Reader<DidTimes> = (input, place) =>
  readCount(input, place, ACCOUNT);

function readCount(input: unknown, place: Place, shape: Shape): DidTimes | undefined {
  const fields = readObject(input, place, shape);
  if (fields === undefined) return undefined;
  const base = readBase(fields, place);
  const within = optional(fields, 'within', place, readWindow);
  const distinct = optional(fields, 'distinct', place, readPathText);
  const times = optional(fields, 'times', place, readCompare);
  return base && compact({ ...base, within, distinct, times });
}

function readAggregate(
  input: unknown,
  place: Place,
  figure: AggregateName,
): DidAggregate | undefined {
  const fields = readObject(input, place, {
    what: `A \`did\` with \`${figure}\``,
    keys: ['did', 'where', 'within', figure, 'is'],
    refused: new Map([
      ['times', `counts events, and \`${figure}\` reads their values; compare it by \`is\``],
      ['distinct', `counts different values, and \`${figure}\` reads them all; remove one`],
    ]),
    instead: INSTEAD,
  });
  if (fields === undefined) return undefined;
  const base = readBase(fields, place);
  const within = optional(fields, 'within', place, readWindow);
  const path = optional(fields, figure, place, readPathText);
  const is = required(fields, 'is', place, {
    read: readCompareNumber,
    need: `write what the figure has to be, such as {"gte":500}`,
  });
  if (base === undefined || path === undefined || is === undefined) return undefined;
  const read = compact({ ...base, within, is });
  switch (figure) {
    case 'sum':
      return { ...read, sum: path };
    case 'avg':
      return { ...read, avg: path };
    case 'min':
      return { ...read, min: path };
    default:
      return { ...read, max: path };
  }
}

function readTouch(
  input: unknown,
  place: Place,
  touch: (typeof TOUCHES)[number],
): DidTouch | undefined {
  const ever = `looks at the ${touch} one ever`;
  const fields = readObject(input, place, {
    what: `A \`did\` with \`${touch}\``,
    keys: ['did', 'where', touch, 'is'],
    refused: new Map([
      ['within', `\`${touch}\` ${ever}; it has no window`],
      ['times', `\`${touch}\` ${ever}; that is always one`],
      ['distinct', `\`${touch}\` ${ever}; that is always one`],
    ]),
    instead: INSTEAD,
  });
  if (fields === undefined) return undefined;
  const base = readBase(fields, place);
  const mark = optional(fields, touch, place, readTrue);
  const is = required(fields, 'is', place, {
    read: readTests,
    need: 'write what it has to be like, such as {"context.campaign.source":"google"}',
  });
  if (base === undefined || mark === undefined || is === undefined) return undefined;
  return touch === 'first' ? { ...base, first: true, is } : { ...base, latest: true, is };
}

function readBase(fields: Fields, place: Place) {
  const did = required(fields, 'did', place, { read: readEventName, need: 'name an event' });
  const where = optional(fields, 'where', place, readWhere);
  return did === undefined ? undefined : compact({ did, where });
}
