import type { Definition } from './definition.ts';
import { type Problem, pointerTo } from './pointer.ts';
import { quoted } from './quote.ts';
import { nearest } from './suggest.ts';
import { leavesOf } from './walk.ts';

/** Something that a definition names and that lives outside of it. */
export interface Reference {
  readonly kind: 'segment' | 'score' | 'list';
  readonly id: string;
  /** JSON pointer to the id. */
  readonly pointer: string;
}

/** What a definition may refer to. */
export interface Site {
  /** All definitions; one with the id of the one that is checked is taken as replaced by it. */
  readonly segments: readonly Definition[];
  /** Ids of the scores. */
  readonly scores: readonly string[];
}

/** The part of a definition that can refer to others. */
type Referring = Pick<Definition, 'if' | 'leaveIf' | 'top'>;

/** Everything that a definition refers to, in the order in which it is written. */
export function referencesOf(definition: Referring): readonly Reference[] {
  const references = leavesOf(definition).flatMap(({ leaf, pointer }): readonly Reference[] => {
    if ('segment' in leaf) {
      return [{ kind: 'segment', id: leaf.segment, pointer: pointerTo(pointer, 'segment') }];
    }
    if ('score' in leaf) {
      return [{ kind: 'score', id: leaf.score, pointer: pointerTo(pointer, 'score') }];
    }
    return 'list' in leaf
      ? [{ kind: 'list', id: leaf.list, pointer: pointerTo(pointer, 'list') }]
      : [];
  });
  const { top } = definition;
  return top === undefined
    ? references
    : [...references, { kind: 'score', id: top.by.score, pointer: '/top/by/score' }];
}

/**
 * What is wrong with the references of a valid definition: segments and scores that the site does not
 * have, and segments that in the end ask about themselves. Lists are made by the events that put people
 * on them, so that an unknown one is merely empty.
 */
export function checkReferences(definition: Definition, site: Site): readonly Problem[] {
  const segments = new Map(site.segments.map((each) => [each.id, each]));
  segments.set(definition.id, definition);
  return referencesOf(definition).flatMap(({ kind, id, pointer }) => {
    const detail =
      kind === 'segment'
        ? (unknown(id, 'segment', [...segments.keys()]) ?? cycle(definition.id, id, segments))
        : kind === 'score'
          ? unknown(id, 'score', site.scores)
          : undefined;
    return detail === undefined ? [] : [{ pointer, detail }];
  });
}

/** The definitions that refer to something directly, which therefore cannot be deleted. */
export function dependentsOf(
  { kind, id }: Pick<Reference, 'kind' | 'id'>,
  segments: readonly Definition[],
): readonly Definition[] {
  return segments.filter(
    (each) =>
      (kind !== 'segment' || each.id !== id) &&
      referencesOf(each).some((reference) => reference.kind === kind && reference.id === id),
  );
}

function unknown(
  id: string,
  kind: 'segment' | 'score',
  known: readonly string[],
): string | undefined {
  if (known.includes(id)) return undefined;
  const meant = nearest(id, known);
  const hint =
    meant === undefined ? `make the ${kind} first or name another` : `did you mean "${meant}"?`;
  return `there is no ${kind} ${quoted(id)}; ${hint}`;
}

/** Why a segment must not refer to another one: it would depend on its own answer. */
function cycle(
  from: string,
  to: string,
  segments: ReadonlyMap<string, Definition>,
): string | undefined {
  const path = pathBetween(to, from, segments);
  return path === undefined
    ? undefined
    : `a segment cannot depend on itself: ${[from, ...path].map((id) => `"${id}"`).join(' asks ')}`;
}

/** The shortest chain of references from one segment to another, both included. */
function pathBetween(
  from: string,
  to: string,
  segments: ReadonlyMap<string, Definition>,
): readonly string[] | undefined {
  const seen = new Set([from]);
  let paths: readonly (readonly string[])[] = [[from]];
  while (paths.length > 0) {
    const found = paths.find((path) => path.at(-1) === to);
    if (found !== undefined) return found;
    paths = paths.flatMap((path) => {
      const last = segments.get(path.at(-1) ?? '');
      const next = last === undefined ? [] : segmentsNamedBy(last).filter((id) => !seen.has(id));
      for (const id of next) seen.add(id);
      return next.map((id) => [...path, id]);
    });
  }
  return undefined;
}

function segmentsNamedBy(definition: Definition): readonly string[] {
  const named = referencesOf(definition).filter(({ kind }) => kind === 'segment');
  return [...new Set(named.map(({ id }) => id))];
}
