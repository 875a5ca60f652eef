import type { Condition, Leaf } from './definition.ts';
import {
  isObject,
  listOf,
  optional,
  type Reader,
  readObject,
  type Shape,
  suggestion,
  unknownKey,
} from './fields.ts';
import { CONDITION_DEPTH_MAX, CONDITIONS_MAX } from './limits.ts';
import { readDid } from './parse-did.ts';
import { readIdle } from './parse-idle.ts';
import { readBucket, readOnList, readSegment } from './parse-membership.ts';
import { readScore } from './parse-score.ts';
import { readSeq } from './parse-seq.ts';
import { readAccount, readTrait } from './parse-trait.ts';
import type { Place } from './pointer.ts';
import { kindOf } from './quote.ts';

/** What reading one condition needs to know of those around it. */
interface Scope {
  readonly place: Place;
  /** 1 for the outermost. */
  readonly depth: number;
  /** Shared by all conditions of a definition. */
  readonly budget: { used: number };
}

/** Reads one kind of condition, told apart by the member that all of this kind have. */
type KindReader = (input: unknown, scope: Scope) => Condition | undefined;

/** A new kind of condition is a reader and a line here. */
const KINDS: ReadonlyMap<string, KindReader> = new Map<string, KindReader>([
  ['all', readAll],
  ['any', readAny],
  ['not', readNot],
  ['did', leaf(readDid)],
  ['seq', leaf(readSeq)],
  ['idle', leaf(readIdle)],
  ['trait', leaf(readTrait)],
  ['account', leaf(readAccount)],
  ['score', leaf(readScore)],
  ['segment', leaf(readSegment)],
  ['list', leaf(readOnList)],
  ['bucket', leaf(readBucket)],
]);

const CONDITION: Shape = {
  what: 'A condition',
  keys: [...KINDS.keys()],
  instead: new Map([
    ['and', 'all'],
    ['or', 'any'],
    ['none', 'not'],
    ['event', 'did'],
    ['events', 'did'],
    ['didnot', 'not'],
    ['sequence', 'seq'],
    ['then', 'seq'],
    ['inactive', 'idle'],
    ['property', 'trait'],
    ['attribute', 'trait'],
    ['company', 'account'],
    ['member', 'segment'],
    ['split', 'bucket'],
  ]),
};

/**
 * Makes a reader of conditions with everything below them. The limit on how many there may be applies
 * to all that one such reader reads.
 */
export function conditionReader(): Reader<Condition> {
  const budget = { used: 0 };
  return (input, place) => readCondition(input, { place, depth: 1, budget });
}

/** A kind that holds no other conditions. */
function leaf(read: Reader<Leaf>): KindReader {
  return (input, { place }) => read(input, place);
}

function readCondition(input: unknown, scope: Scope): Condition | undefined {
  const { place, depth, budget } = scope;
  budget.used += 1;
  if (budget.used > CONDITIONS_MAX) {
    return budget.used === CONDITIONS_MAX + 1
      ? place.refuse(`is one condition too many; a segment has at most ${CONDITIONS_MAX}`)
      : undefined;
  }
  if (depth > CONDITION_DEPTH_MAX) {
    return place.refuse(
      `is nested too deep; conditions nest at most ${CONDITION_DEPTH_MAX} levels`,
    );
  }
  if (!isObject(input)) {
    return place.refuse(`a condition is an object such as {"did":"page"}, not ${kindOf(input)}`);
  }
  const keys = Object.keys(input).filter((key) => input[key] !== undefined);
  const kinds = keys.filter((key) => KINDS.has(key));
  const [kind] = kinds;
  if (kind === undefined) return refuseKind(keys, place);
  if (kinds.length > 1) {
    const names = kinds.map((name) => `\`${name}\``).join(' and ');
    return place.refuse(
      `has ${names} side by side; give each its own condition and join them by all`,
    );
  }
  return KINDS.get(kind)?.(input, scope);
}

function refuseKind(keys: readonly string[], place: Place): undefined {
  const misspelt = keys.find((key) => suggestion(key, CONDITION) !== undefined);
  if (misspelt !== undefined) return place.at(misspelt).refuse(unknownKey(misspelt, CONDITION));
  return place.refuse(`says nothing to judge; a condition has one of ${CONDITION.keys.join(', ')}`);
}

function readAll(input: unknown, scope: Scope): Condition | undefined {
  const all = readList(input, scope, 'all');
  return all === undefined ? undefined : { all };
}

function readAny(input: unknown, scope: Scope): Condition | undefined {
  const any = readList(input, scope, 'any');
  return any === undefined ? undefined : { any };
}

function readList(
  input: unknown,
  { place, depth, budget }: Scope,
  kind: 'all' | 'any',
): readonly Condition[] | undefined {
  const fields = readObject(input, place, { what: `An \`${kind}\``, keys: [kind] });
  if (fields === undefined) return undefined;
  const read: Reader<Condition> = (each, at) =>
    readCondition(each, { place: at, depth: depth + 1, budget });
  // The budget bounds the list; its own message says which condition is one too many.
  return optional(fields, kind, place, listOf(read, { what: 'conditions', max: Infinity }));
}

function readNot(input: unknown, { place, depth, budget }: Scope): Condition | undefined {
  const fields = readObject(input, place, { what: 'A `not`', keys: ['not'] });
  if (fields === undefined) return undefined;
  const not = optional(fields, 'not', place, (each, at) =>
    readCondition(each, { place: at, depth: depth + 1, budget }),
  );
  return not === undefined ? undefined : { not };
}
