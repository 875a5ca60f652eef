import type { EventName, Test, Where } from './definition.ts';
import { listed, whereWords } from './words-test.ts';

/** Some event, and what it has to be like. */
export interface Described {
  readonly event: EventName;
  readonly where?: Where | undefined;
}

/** What was done, as a verb: "viewed /pricing*", "Signed Up or Trial Started where plan is "pro"". */
export function deedWords({ event, where = {} }: Described): string {
  const { pages, rest } = pagesOf(event, where);
  const deed = pages === undefined ? namesOf(event).map(verbOf).reduce(either) : `viewed ${pages}`;
  return deed + whereWords(rest);
}

/** One such event as a thing: "view of /pricing*", "Order Completed". */
export function thingWords({ event, where = {} }: Described): string {
  const { pages, rest } = pagesOf(event, where);
  const thing =
    pages === undefined ? namesOf(event).map(nounOf).reduce(either) : `view of ${pages}`;
  return thing + whereWords(rest);
}

/** All such events as things: "views of /pricing*", "page views or Order Completed". */
export function thingsWords({ event, where = {} }: Described): string {
  const { pages, rest } = pagesOf(event, where);
  const things =
    pages === undefined ? namesOf(event).map(pluralOf).reduce(either) : `views of ${pages}`;
  return things + whereWords(rest);
}

/** The kind of event alone, with its tests said after it: "page where path is "/"". */
export function kindWords({ event, where = {} }: Described): string {
  return namesOf(event).map(kindOf).reduce(either) + whereWords(where);
}

function namesOf(event: EventName): readonly string[] {
  return typeof event === 'string' ? [event] : event;
}

/** The path of a page belongs to the view, so that it is not said again among the tests. */
function pagesOf(
  event: EventName,
  where: Where,
): { readonly pages?: string | undefined; readonly rest: Where } {
  const [name, another] = namesOf(event);
  if (name === 'page' && another === undefined) {
    const { path, ...rest } = where;
    const pages = path === undefined ? undefined : pathWords(path);
    if (pages !== undefined) return { pages, rest };
  }
  return { rest: where };
}

/** The pages that a test of `path` admits, where these few words say all of it. */
function pathWords(test: Test): string | undefined {
  if (typeof test === 'string') return test;
  if (typeof test !== 'object' || test === null || Object.keys(test).length > 1) return undefined;
  if (typeof test.eq === 'string') return test.eq;
  if (test.startsWith !== undefined) return `${test.startsWith}…`;
  if (test.glob !== undefined) {
    return listed(typeof test.glob === 'string' ? [test.glob] : test.glob);
  }
  if (test.in?.every((value) => typeof value === 'string')) return listed(test.in.map(String));
  return undefined;
}

function verbOf(name: string): string {
  switch (name) {
    case 'page':
      return 'viewed a page';
    case 'screen':
      return 'viewed a screen';
    case 'group':
      return 'joined a group';
    default:
      return nameOf(name);
  }
}

function nounOf(name: string): string {
  switch (name) {
    case 'page':
      return 'page view';
    case 'screen':
      return 'screen view';
    case 'group':
      return 'group joined';
    default:
      return nameOf(name);
  }
}

function pluralOf(name: string): string {
  switch (name) {
    case 'page':
      return 'page views';
    case 'screen':
      return 'screen views';
    case 'group':
      return 'groups joined';
    default:
      return nameOf(name);
  }
}

function kindOf(name: string): string {
  return name === 'page' || name === 'screen' || name === 'group' ? name : nameOf(name);
}

/** "Signed Up" can begin a sentence; "signup" in quotes keeps its small letter there. */
function nameOf(name: string): string {
  return /^\p{Lu}/u.test(name) ? name : JSON.stringify(name);
}

function either(left: string, right: string): string {
  return `${left} or ${right}`;
}
