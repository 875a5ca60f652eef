import type { Json, JsonObject } from '@inkling/sdk/protocol';
import type { Trait, Traits } from './facts.ts';
import { compileKeys } from './where.ts';

/** Sets the traits that are newer than what is known. */
export function mergeTraits(
  known: Traits,
  traits: JsonObject,
  source: { readonly atMs: number; readonly messageId: string },
): Traits {
  const fresh = Object.entries(traits).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const trait = { value, atMs: source.atMs, messageId: source.messageId };
    const present = Object.hasOwn(known, name) ? known[name] : undefined;
    return present === undefined || isNewer(trait, present) ? [[name, trait] as const] : [];
  });
  // `Object.fromEntries` defines properties, so that a trait named `__proto__` stays a trait.
  return fresh.length === 0 ? known : Object.fromEntries([...Object.entries(known), ...fresh]);
}

/** Commutative, associative, idempotent. */
export function combineTraits(a: Traits, b: Traits): Traits {
  const newer = Object.entries(b).filter(([name, trait]) => {
    const other = Object.hasOwn(a, name) ? a[name] : undefined;
    return other === undefined || isNewer(trait, other);
  });
  return Object.fromEntries([...Object.entries(a), ...newer]);
}

/** The value of a trait. Dots go deeper into objects; a trait named by the whole path comes first. */
export function compileTraitPath(path: string): (traits: Traits) => Json | undefined {
  const [name = path, ...deeper] = path.split('.');
  const read = deeper.length === 0 ? undefined : compileKeys(deeper.join('.'));
  return (traits) => {
    const whole = Object.hasOwn(traits, path) ? traits[path] : undefined;
    if (whole !== undefined || read === undefined) return whole?.value;
    const value = Object.hasOwn(traits, name) ? traits[name]?.value : undefined;
    return isObject(value) ? read(value) : undefined;
  };
}

/** Event time decides, equal times the messageId: the same winner in any order of arrival. */
function isNewer(a: Trait, b: Trait): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.messageId > b.messageId);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
