import type { ProfileAnswer } from '../../src/query/answers.ts';
import { valueWords } from './words.ts';

/** What names a person, in answers of several kinds. */
export type Person = Pick<ProfileAnswer, 'id' | 'userId' | 'anonymousIds' | 'traits'>;

/** Enough of an id to tell the people of one page apart. */
const SHORT_ID_CHARS = 8;

/** Traits that name a person, the most human first. */
const NAME_TRAITS = ['name', 'email', 'username', 'phone'];

/** How a person is called: a trait that names them, their user id, or "Visitor 3f9a11c2". */
export function personName(person: Person): string {
  const { traits } = person;
  const parts = [traits.firstName ?? traits.first_name, traits.lastName ?? traits.last_name];
  const full = parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
  const named = NAME_TRAITS.map((trait) => traits[trait]).find(
    (value) => typeof value === 'string' && value !== '',
  );
  if (named !== undefined && (full === '' || named === traits.name)) return valueWords(named);
  return full || (person.userId ?? visitorName(person.anonymousIds[0] ?? person.id));
}

/** What stands under the name, so that two people of one name differ; absent if nothing is left. */
export function personDetail(person: Person): string | undefined {
  const name = personName(person);
  const { email } = person.traits;
  return [email, person.userId].find(
    (value): value is string => typeof value === 'string' && value !== '' && value !== name,
  );
}

/** "Visitor 3f9a11c2" */
export function visitorName(id: string): string {
  return `Visitor ${shortId(id)}`;
}

/** The start of an id; an id that is hardly longer stays whole. */
export function shortId(id: string): string {
  return id.length <= SHORT_ID_CHARS + 2 ? id : id.slice(0, SHORT_ID_CHARS);
}
