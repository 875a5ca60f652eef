/**
 * Texts that stand in the place of an id and name nobody. Were they ids, everybody whose site has
 * the same fault would be one person. Compared without case and surrounding space.
 */
const PLACEHOLDERS = [
  {
    why: 'how programs write a value that is missing',
    ids: ['null', 'undefined', 'none', 'nil', 'nan', 'n/a', '(null)', '(none)', '(not set)'],
  },
  {
    why: 'how programs write a value of the wrong kind',
    ids: ['true', 'false', '[object object]', '[object undefined]', '[object null]', '{}', '[]'],
  },
  {
    why: 'what sites call every visitor who is not signed in',
    ids: ['anonymous', 'anonymous_user', 'anonymous user', 'guest', 'unknown', 'not_authenticated'],
  },
  {
    why: 'the name of the field where its value should be',
    ids: ['id', 'userid', 'user_id', 'anonymousid', 'anonymous_id', 'distinctid', 'distinct_id'],
  },
] as const;

const REASONS: ReadonlyMap<string, string> = new Map(
  PLACEHOLDERS.flatMap(({ why, ids }) => ids.map((id): [string, string] => [id, why])),
);

/** A counter that was never set, a nil UUID, a hash of nothing but zeroes: "0", "-0", "0000-0000". */
const ZEROES = /^[-+{]?0[0.:-]*\}?$/;

/**
 * Why a text that a client sent as an id names nobody; `undefined` for a text that may name somebody.
 *
 * @param id - As it was sent, of any case; not empty.
 */
export function placeholderReason(id: string): string | undefined {
  const text = id.trim().toLowerCase();
  if (text === '') return 'nothing but space';
  return ZEROES.test(text) ? 'nothing but zeroes' : REASONS.get(text);
}
