import { admitsAll, constantOf, neverPasses } from './constant.ts';
import type { Condition, Definition, Did } from './definition.ts';
import { type Problem, pointerTo } from './pointer.ts';
import { quoted } from './quote.ts';

/** Spellings under which other trackers send views, letters alone. None of them is a page here. */
const PAGE_VIEW = /^(pageviews?|pageviewed|viewedpage|viewpage|viewedapage|loadedapage|pages?)$/;

/**
 * What the owner of a valid definition should know before trusting it: that it holds for everyone
 * or for no one, or that it reads a signal that misleads. Empty for most definitions.
 */
export function warnings(definition: Pick<Definition, 'if'>): readonly Problem[] {
  return [...wholeWarnings(definition.if), ...conditionWarnings(definition.if, '/if')];
}

function wholeWarnings(condition: Condition): readonly Problem[] {
  const constant = constantOf(condition);
  if (constant === undefined) return [];
  const detail = constant
    ? 'everyone matches: this is true of all people at all times'
    : 'nobody can ever match: this is false of all people at all times';
  return [{ pointer: '/if', detail }];
}

function conditionWarnings(condition: Condition, pointer: string): readonly Problem[] {
  if ('not' in condition) return conditionWarnings(condition.not, pointerTo(pointer, 'not'));
  if ('did' in condition) return didWarnings(condition, pointer);
  const [kind, list] = 'all' in condition ? ['all', condition.all] : ['any', condition.any];
  const listPointer = pointerTo(pointer, kind);
  return list.flatMap((each, index) => conditionWarnings(each, pointerTo(listPointer, index)));
}

function didWarnings(did: Did, pointer: string): readonly Problem[] {
  const names = typeof did.did === 'string' ? [did.did] : did.did;
  const found: Problem[] = [];
  for (const [index, name] of names.entries()) {
    const detail = nameWarning(name);
    const at = pointerTo(pointer, 'did');
    if (detail !== undefined) {
      found.push({ pointer: typeof did.did === 'string' ? at : pointerTo(at, index), detail });
    }
  }
  const where = pointerTo(pointer, 'where');
  for (const [path, test] of Object.entries(did.where ?? {})) {
    if (neverPasses(test)) {
      found.push({ pointer: pointerTo(where, path), detail: 'no value can pass this test' });
    }
    const bare = /^properties\.(.+)$/s.exec(path)?.[1];
    if (bare !== undefined) {
      found.push({
        pointer: pointerTo(where, path),
        detail: `reads a property named "properties"; a bare path reads the properties already, so write ${quoted(bare)}`,
      });
    }
  }
  if (admitsAll(did.times)) {
    found.push({
      pointer: pointerTo(pointer, 'times'),
      detail: 'is true of any number, also of 0',
    });
  }
  return found;
}

function nameWarning(name: string): string | undefined {
  if (name === 'Email Opened') {
    return 'opens mislead: mail programs open messages by themselves and others hide that people did; "Email Link Clicked" says more';
  }
  if (name === 'identify' || name === 'alias') {
    return `calls of \`${name}\` are not behaviour and are not counted; only a track event of this name would be`;
  }
  if (name !== 'page' && PAGE_VIEW.test(name.toLowerCase().replaceAll(/[^a-z]/g, ''))) {
    return `counts track events named ${quoted(name)}; page views are counted as "page"`;
  }
  return undefined;
}
