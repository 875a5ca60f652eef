import { describe, expect, test } from 'vitest';
import { parseSingle } from './parse.ts';
import { placeholderReason } from './parse-placeholder.ts';

describe('a text that names nobody', () => {
  const NOBODY = [
    ...['null', 'undefined', 'anonymous', 'guest', 'none', 'NaN', 'true', 'false'],
    ...['[object Object]', '[object Undefined]', 'N/A', '(not set)', 'not_authenticated'],
    ...['userId', 'distinct_id', '{}', '[]', 'nil', 'unknown'],
    ...['0', '-0', '000', '0.0', '0000-00-00', '0.0.0.0'],
    ...['00000000-0000-0000-0000-000000000000', '{00000000-0000-0000-0000-000000000000}'],
    ...[' ', '\t\n', '\u00a0', '\u3000'],
  ];

  test.each(NOBODY)('%j, in any case and with any space around', (id) => {
    for (const written of [id, id.toLowerCase(), id.toUpperCase(), ` ${id}\n`]) {
      expect(placeholderReason(written), JSON.stringify(written)).toEqual(expect.any(String));
    }
  });

  test.each([
    ...['1', '10', '-1', '0a', '0x0', '00000000-0000-0000-0000-000000000001', '100', 'a0'],
    ...['nullable', 'null@example.com', 'anonymous-7', 'guests', 'Nan Goldin', 'Guestó', 'idá'],
    ...['object Object', '[object]', 'truecrime', '__proto__', 'constructor', '-', '.', '😀'],
  ])('%j may be somebody', (id) => expect(placeholderReason(id)).toBeUndefined());
});

describe('an event with a placeholder for an id', () => {
  const read = (wire: Readonly<Record<string, unknown>>) => {
    const type = wire.type === 'alias' ? 'alias' : 'identify';
    const parsed = parseSingle(type, wire, 100);
    const [element] = parsed.ok ? parsed.elements : [];
    if (element === undefined) throw new Error('The body was refused');
    return element.ok ? element.event : element.rejection;
  };

  test.each([
    [
      { userId: 'null', anonymousId: 'a' },
      { anonymousId: 'a', userId: undefined },
    ],
    [
      { userId: 'u', anonymousId: 'undefined' },
      { anonymousId: undefined, userId: 'u' },
    ],
    [
      { userId: 0, anonymousId: 'a' },
      { anonymousId: 'a', userId: undefined },
    ],
    [
      { type: 'alias', userId: 'u', previousId: 'b', anonymousId: 'guest' },
      { userId: 'u', previousId: 'b', anonymousId: undefined },
    ],
  ])('goes on with its other id: %j', (wire, expected) => {
    expect(read(wire)).toMatchObject({ ...expected, placeholder: true });
  });

  test('is marked only then', () => {
    expect(read({ userId: 'u', anonymousId: null })).not.toHaveProperty('placeholder');
  });

  test.each([
    [{ userId: 'null' }, '/userId'],
    [{ userId: '', anonymousId: ' ' }, '/anonymousId'],
    [{ userId: 'undefined', anonymousId: 'GUEST' }, '/userId'],
    [{ type: 'alias', userId: 'undefined', previousId: 'a', anonymousId: 'a' }, '/userId'],
    [{ type: 'alias', userId: 'u', previousId: 'null' }, '/previousId'],
  ])('is refused where nobody is left that it needs: %j', (wire, place) => {
    const detail = expect.stringMatching(`^${place} is a placeholder and names nobody: .+`);
    expect(read(wire)).toMatchObject({ code: 'placeholder_id', detail });
  });

  test('that is wrong otherwise is told that first', () => {
    expect(read({ userId: 'null', traits: 3 })).toMatchObject({ code: 'invalid' });
  });
});
