import { describe, expect, test } from 'vitest';
import { type Person, personDetail, personName, shortId } from './person.ts';

const ANONYMOUS = '3f9a11c2-5e0f-4d7a-9a3c-0c1d2e3f4a5b';

function check(person: Partial<Person>, name: string, detail?: string): void {
  const whole: Person = { id: 'p1', anonymousIds: [ANONYMOUS], traits: {}, ...person };
  expect([personName(whole), personDetail(whole)]).toEqual([name, detail]);
}

describe('a person is called by the most human name known', () => {
  const cases: readonly (readonly [person: Partial<Person>, name: string, detail?: string])[] = [
    [{}, 'Visitor 3f9a11c2'],
    [{ anonymousIds: [] }, 'Visitor p1'],
    [{ userId: 'u7' }, 'u7'],
    [{ userId: 'u7', traits: { email: 'ada@example.com' } }, 'ada@example.com', 'u7'],
    [{ userId: 'u7', traits: { email: '' } }, 'u7'],
    [{ userId: 'u7', traits: { name: 'Ada', email: 'a@b.c' } }, 'Ada', 'a@b.c'],
    [{ traits: { first_name: 'Ada', last_name: 'Byron', email: 'a@b.c' } }, 'Ada Byron', 'a@b.c'],
    [{ traits: { firstName: 'Ada', name: 'Countess' } }, 'Countess'],
    [{ userId: 'u7', traits: { name: 42 } }, 'u7'],
  ];
  test.each(cases.map(([person, name, detail]) => ({ person, name, detail })))(
    '$person → $name',
    ({ person, name, detail }) => check(person, name, detail),
  );
});

test('an id is not cut for two characters', () => {
  expect([shortId('0123456789'), shortId('0123456789a')]).toEqual(['0123456789', '01234567']);
});
