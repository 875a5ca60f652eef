import type { Test, Where } from './definition.ts';
import { isObject, type Reader, text } from './fields.ts';
import { STRING_CHARS_MAX, WHERE_PATHS_MAX } from './limits.ts';
import { readPropertyTest } from './parse-test.ts';
import type { Place } from './pointer.ts';
import { kindOf } from './quote.ts';

/** Reads a `where`. An empty one passes every event, as none does, and is left out. */
export const readWhere: Reader<Where> = (input, place) => {
  const where = readPaths(input, place);
  return where === undefined || Object.keys(where).length === 0 ? undefined : where;
};

/** Reads what an event has to be like; asks for at least one path. */
export const readTests: Reader<Where> = (input, place) => {
  const tests = readPaths(input, place);
  return tests === undefined || Object.keys(tests).length > 0
    ? tests
    : place.refuse('tests nothing; write at least one path, such as {"path":"/"}');
};

/** Reads into an object without a prototype: `__proto__` is a path as any. */
const readPaths: Reader<Where> = (input, place) => {
  if (!isObject(input)) {
    return place.refuse(
      `expected an object from path to test, such as {"path":{"glob":"/pricing*"}}, not ${kindOf(input)}`,
    );
  }
  const paths = Object.keys(input).filter((path) => input[path] !== undefined);
  if (paths.length > WHERE_PATHS_MAX) {
    return place.refuse(`has ${paths.length} paths; at most ${WHERE_PATHS_MAX} are allowed`);
  }
  const where: Record<string, Test> = Object.create(null);
  for (const path of paths) {
    if (readPathOf(path, place) === undefined) continue;
    const test = readPropertyTest(input[path], place.at(path));
    if (test !== undefined) where[path] = test;
  }
  return where;
};

/** Reads a path into an event: `product_id`, `cart.total`, `context.device.type`. */
export const readPathText: Reader<string> = (input, place) => {
  const path = text(1)(input, place);
  return path === undefined ? undefined : readPathOf(path, place);
};

function readPathOf(path: string, place: Place): string | undefined {
  if (path === '') return place.refuse('has an empty path; name a property or "context.…"');
  if (path === 'context.') {
    return place.refuse(
      'has the path "context." with nothing behind the dot; write "context.locale"',
    );
  }
  if (path.length > STRING_CHARS_MAX) {
    return place.refuse(
      `has a path of ${path.length} characters; at most ${STRING_CHARS_MAX} are allowed`,
    );
  }
  return text()(path, place);
}
