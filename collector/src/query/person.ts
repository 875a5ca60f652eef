import { publicId } from '../identity/own-id.ts';
import type { Profile } from '../identity/profile.ts';
import { formatInstant } from '../instant.ts';
import type { Standing } from '../segments/facts.ts';
import type { State } from '../segments/state.ts';
import type { MemberAnswer, PersonAnswer } from './answers.ts';
import { plainTraits } from './people.ts';

/** Who somebody is, as lists of people show it. @param state - Whose traits are shown. */
export function personAnswer(
  { id, userId, anonymousIds }: Profile,
  state: Pick<State, 'traits'>,
): PersonAnswer {
  return {
    id: publicId('prf', id),
    ...(userId !== undefined && { userId }),
    anonymousIds,
    traits: plainTraits(state),
  };
}

/** A member as lists of members show them. */
export function memberAnswer(
  person: Profile,
  state: Pick<State, 'traits'>,
  { enteredMs, dueMs }: Standing & { readonly enteredMs: number },
): MemberAnswer {
  return {
    ...personAnswer(person, state),
    enteredAt: formatInstant(enteredMs),
    ...(dueMs !== undefined && { leavesAt: formatInstant(dueMs) }),
  };
}
